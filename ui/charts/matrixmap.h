// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QVector>
#include <QWidget>

namespace lapidary {

/// A small table of numbers as colours, each cell with its value written in it: where along two settings something is
/// best. The best cell has a frame and a mark besides its colour. UI thread only.
class MatrixMap : public QWidget {
    Q_OBJECT
public:
    struct Cell {
        double value = 0; ///< NaN: could not be measured
        QString first, second;
        QString toolTip;
        bool estimate = false; ///< written in italics, with its colour in the frame only
    };

    explicit MatrixMap(QWidget* parent = nullptr);

    /// `cells` row by row; the smallest value is the best and has the strongest colour. Titles of the axes come
    /// translated.
    void setCells(const QStringList& rows, const QStringList& columns, const QVector<Cell>& cells);
    void setAxes(const QString& rows, const QString& columns);
    void setEmptyText(const QString& text);

    QVector<Cell> cells() const { return m_cells; }
    int bestCell() const { return m_best; } ///< -1: none
    QRectF cellRect(int index) const;

    QSize sizeHint() const override { return {480, 280}; }
    QSize minimumSizeHint() const override { return {280, 140}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    void paintCell(QPainter& painter, int index) const;
    int columnCount() const { return int(m_columns.size()); }
    int leftMargin() const;

    QStringList m_rows, m_columns;
    QVector<Cell> m_cells;
    QString m_rowTitle, m_columnTitle, m_emptyText;
    int m_best = -1;
    double m_smallest = 0, m_largest = 0;
};

} // namespace lapidary
