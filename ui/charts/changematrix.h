// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

namespace lapidary {

/// A square of whole numbers around zero with named rows and columns: how a confusion matrix changed. On the diagonal
/// more is better, beside it more is worse; colour tells better from worse, the number stands in the cell. UI thread
/// only.
class ChangeMatrix : public QWidget {
    Q_OBJECT
public:
    explicit ChangeMatrix(QWidget* parent = nullptr);

    /// `values`: row by row, names.size() squared.
    void setValues(const QStringList& names, std::vector<int> values);
    void setAxes(const QString& rows, const QString& columns); ///< translated

    QSize sizeHint() const override { return {420, 420}; }
    QSize minimumSizeHint() const override { return {260, 240}; }
    /// Where a cell is drawn.
    QRectF cellRect(int row, int column) const;

Q_SIGNALS:
    void picked(int row, int column); ///< a click

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    int count() const { return int(m_names.size()); }
    int value(int row, int column) const { return m_values[std::size_t(row * count() + column)]; }
    QPoint cellAt(const QPointF& place) const; ///< column, row; -1: none
    int margin() const;

    QStringList m_names;
    std::vector<int> m_values;
    QString m_rows, m_columns;
    int m_largest = 1;
};

} // namespace lapidary
