// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/pairedsession.h"

#include <QWidget>

class QLabel;
class QTreeWidget;

namespace lapidary {

class ChangeMatrix;

/// Which class became which: how the confusion matrix changed, the most frequent changes of answer, and what each class
/// won and lost.
class ConfusionPage : public QWidget {
    Q_OBJECT

public:
    explicit ConfusionPage(QWidget* parent = nullptr);

    /// Null: none.
    void setResult(PairedComparisonPtr result, DatasetPtr data);

Q_SIGNALS:
    void classActivated(qint64 answer); ///< someone wants to see the samples of a class

private:
    void showMatrix();
    void showMoves();
    void showClasses();
    QString name(std::int64_t answer) const;

    PairedComparisonPtr m_result;
    DatasetPtr m_data;
    ChangeMatrix* m_matrix;
    QLabel* m_caption;
    QTreeWidget* m_moves;
    QTreeWidget* m_classes;
    std::vector<std::int64_t> m_shown; ///< classes of the matrix, in its order
};

} // namespace lapidary
