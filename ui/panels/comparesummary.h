// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/diffsession.h"

#include <QWidget>

class QTableWidget;
class QTextBrowser;
class QTreeWidget;

namespace lapidary {

/// Numbers of both, how far the outputs are apart, and what changed in words.
class CompareSummary : public QWidget {
    Q_OBJECT

public:
    explicit CompareSummary(DiffSession& session, QWidget* parent = nullptr);

    void showNumbers(const VariantSummary& a, const VariantSummary& b);
    void clearNumbers();
    void showHint(const QString& text); ///< in place of the outputs

Q_SIGNALS:
    void activated(const QString& layer);

private:
    void showStructure();
    void showOutputs(const ModelComparison& outputs);

    DiffSession& m_session;
    QTableWidget* m_numbers;
    QTreeWidget* m_changes;
    QTextBrowser* m_outputs;
};

} // namespace lapidary
