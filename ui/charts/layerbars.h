// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/tradeoffdata.h"

#include <QAbstractScrollArea>
#include <QSet>
#include <QStringList>
#include <QVector>

namespace lapidary {

/// One layer's bar.
struct LayerBar {
    QString id; ///< unique: the node's stable id as text
    QString name;
    QString type;     ///< operator, shown quietly after the name
    double value = 0; ///< NaN: not known, drawn as a dash
    /// The value before the change being previewed or compared with; NaN for none. Drawn as a ghost behind the bar.
    double before = std::numeric_limits<double>::quiet_NaN();
    ValueKind kind = ValueKind::Measured;
};

enum class LayerOrder { Execution, LargestFirst };

/// Horizontal bars, one row per layer: time, MACs, bytes, whatever the metric says. Rows scroll, so a thousand layers
/// stay readable; only the visible ones are drawn. An estimate is an outlined, hatched bar, a measurement a solid one.
///
/// Mouse and keys as in a list: click, Ctrl+click, Shift+click, arrows, Page Up and Down, Home, End, Ctrl+A, Escape;
/// double click or Enter activates. A click on the header changes the order. Signals tell what the user did, never
/// what a setter did. UI thread only.
class LayerBars : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit LayerBars(QWidget* parent = nullptr);

    /// What the bars mean; label and unit come translated. decimals -1: four significant digits.
    void setMetric(const QString& label, const QString& unit, int decimals = -1);
    /// Replaces the rows, given in execution order.
    void setBars(const QVector<LayerBar>& bars);
    QVector<LayerBar> bars() const { return m_bars; }

    void setOrder(LayerOrder order);
    LayerOrder order() const { return m_order; }
    /// Ids from top to bottom as they are shown now.
    QStringList shownIds() const;

    /// Selects these without a signal, and scrolls the first of them into view if none is visible.
    void setSelectedIds(const QStringList& ids);
    /// In execution order.
    QStringList selectedIds() const;

    void setEmptyText(const QString& title, const QString& hint);

    /// Where a row is, in the viewport's pixels; empty for an unknown id.
    QRect rowRect(const QString& id) const;

    /// Writes all rows as .png, .svg or .csv by the suffix, whole or not at all.
    bool exportTo(const QString& path, QString* error = nullptr) const;
    QString toCsv() const;

    QSize sizeHint() const override { return {520, 360}; }
    QSize minimumSizeHint() const override { return {240, 120}; }

Q_SIGNALS:
    void selectionEdited(const QStringList& ids);
    void orderEdited(LayerOrder order);
    void activated(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    void rebuildRows();
    void updateScrollBar();
    void describe();
    int rowHeight() const;
    int headerHeight() const { return rowHeight() + 4; }
    int rowAt(int y) const;
    QRect rowBox(int row) const;
    void ensureVisible(int row);
    void select(const QSet<QString>& ids);
    void moveTo(int row, bool extend);
    QSet<QString> idsBetween(int a, int b) const;
    void paintAll(QPainter& painter, const QSize& size, int scroll, bool live) const;
    void paintHeader(QPainter& painter, int width) const;
    void paintRow(QPainter& painter, const QRect& box, int row, bool live) const;
    void paintBar(QPainter& painter, const QRectF& lane, const LayerBar& bar) const;
    void paintEmpty(QPainter& painter, const QSize& size) const;
    QString toolTipFor(const LayerBar& bar) const;

    /// Where the columns of a row lie, for a width.
    struct Columns {
        int name = 0, nameWidth = 0, lane = 0, laneWidth = 0, value = 0, valueWidth = 0;
    };
    Columns columns(int width) const;

    QString m_label;
    QString m_unit;
    int m_decimals = -1;
    QVector<LayerBar> m_bars;
    QVector<int> m_rows; ///< index into m_bars for each shown row
    double m_largest = 0;
    double m_total = 0;
    int m_valueWidth = 0;
    LayerOrder m_order = LayerOrder::Execution;
    QSet<QString> m_selected;
    int m_current = -1; ///< row the keys move from
    int m_anchor = -1;  ///< row Shift extends from
    int m_hovered = -1;
    QString m_emptyTitle;
    QString m_emptyHint;
};

} // namespace lapidary
