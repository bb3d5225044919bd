// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/pairedcomparison.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace lapidary {

class IntervalBars;

/// Two models on the same samples in numbers: the verdict in a sentence, accuracies and their difference with
/// intervals, and a table of the rest.
class NumbersPage : public QWidget {
    Q_OBJECT

public:
    explicit NumbersPage(QWidget* parent = nullptr);

    void showResult(const PairedComparison& result);

private:
    void showBars(const PairedComparison& result);
    void addRow(const QString& name, const QString& a, const QString& b, const QString& change, const QString& tip);
    void addAccuracy(const PairedComparison& result);
    void addCounts(const PairedComparison& result);

    QLabel* m_verdict;
    QLabel* m_explanation;
    IntervalBars* m_accuracies;
    IntervalBars* m_difference;
    QTableWidget* m_table;
};

} // namespace lapidary
