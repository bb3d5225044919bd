// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractScrollArea>
#include <QPointF>
#include <QSet>
#include <QStringList>
#include <QVector>

#include <limits>

namespace lapidary {

/// What one layer loses at each share.
struct SensitivityCurve {
    QString id; ///< unique: the node's stable id as text
    QString name;
    QVector<QPointF> points; ///< share 0..1, measured loss; shares rising, without the origin
    QStringList pointTexts;  ///< about each point, for its tool tip
    double chosen = std::numeric_limits<double>::quiet_NaN(); ///< the share chosen now; NaN: none
};

enum class CurveOrder { Graph, WorstFirst };

/// Many small plots of one kind, one for each layer, all to the same scale: share across, measured loss up. The chosen
/// share is a line; where it lies between measured points its loss is drawn open, as an estimate. Plots scroll and only
/// visible ones are drawn, so hundreds stay smooth. A few layers far worse than the rest are cut off at the top, with a
/// mark, so that the rest can be told apart.
///
/// Mouse and keys as in a grid of icons: click, Ctrl+click, arrows, Home, End, Page Up and Down, Escape; double click
/// or Return activates. Signals tell what the user did, never what a setter did. UI thread only.
class SensitivityPlots : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit SensitivityPlots(QWidget* parent = nullptr);

    /// What the axes mean, translated; shown with the scale and in tool tips.
    void setAxes(const QString& share, const QString& loss, const QString& unit);
    /// In graph order.
    void setCurves(const QVector<SensitivityCurve>& curves);
    const QVector<SensitivityCurve>& curves() const { return m_curves; }
    /// The shares chosen now, by id; meant for every move of a slider.
    void setChosen(const QHash<QString, double>& shares);
    void setOrder(CurveOrder order);
    CurveOrder order() const { return m_order; }
    QStringList shownIds() const;                ///< as they stand now, row by row
    void setSelectedIds(const QStringList& ids); ///< the first is scrolled into view if none is visible
    QStringList selectedIds() const;             ///< in graph order
    void setEmptyText(const QString& title, const QString& hint);

    QRect cellRect(const QString& id) const;  ///< in the viewport; empty for an unknown id
    double scaleTop() const { return m_top; } ///< the loss at the upper edge of every plot
    /// Loss at a share: measured points joined by straight lines, from nothing at 0. NaN beyond the last point.
    static double lossAt(const SensitivityCurve& curve, double share);

    QSize sizeHint() const override { return {640, 220}; }
    QSize minimumSizeHint() const override { return {200, 110}; }

Q_SIGNALS:
    void selectionEdited(const QStringList& ids);
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
    int columns() const;
    QSize cellSize() const;
    QRect cellBox(int place) const; ///< of the place-th cell
    QRectF plotBox(const QRect& cell) const;
    int placeAt(const QPoint& position) const;
    void arrange();
    void updateScrollBar();
    void ensureVisible(int place);
    void moveTo(int place, bool extend);
    void select(const QSet<QString>& ids);
    void describe();
    void paintCell(QPainter& painter, int place) const;
    void paintCurve(QPainter& painter, const QRectF& plot, const SensitivityCurve& curve) const;
    void paintChosen(QPainter& painter, const QRectF& plot, const SensitivityCurve& curve) const;
    void paintEmpty(QPainter& painter) const;
    QString tipFor(int place, const QPoint& position) const;
    QPointF toPlot(const QRectF& plot, QPointF point) const;

    QString m_share, m_loss, m_unit;
    QVector<SensitivityCurve> m_curves;
    QVector<int> m_places; ///< index into m_curves for each cell
    CurveOrder m_order = CurveOrder::Graph;
    double m_top = 1;
    QSet<QString> m_selected;
    int m_current = -1;
    int m_hovered = -1;
    QString m_emptyTitle, m_emptyHint;
};

} // namespace lapidary
