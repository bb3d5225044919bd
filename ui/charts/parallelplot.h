// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/tradeoffdata.h"
#include "ui/theme/theme.h"

#include <QMap>
#include <QSet>
#include <QStringList>
#include <QVector>
#include <QWidget>

namespace lapidary {

/// An upright axis of parallel coordinates. The good end is at the top.
struct ParallelAxis {
    QString id; ///< unique
    QString label;
    QString unit;
    Better better = Better::Larger;
};

/// One variant: a line through its numbers.
struct ParallelLine {
    QString id; ///< unique
    QString name;
    QString group;
    QVector<double> values;  ///< in the order of the axes as they were set; NaN: not known, the line has a gap
    QVector<bool> estimates; ///< per value: drawn dashed to it; may be empty
};

/// Parallel coordinates (A. Inselberg, "The plane with parallel coordinates", 1985): an axis for each metric, a line
/// for each variant, for more metrics than a plane holds. The best is at the top of each axis.
///
/// Mouse: dragging along an axis keeps a range of it, dragging a range moves it, its ends resize it, a click on the
/// axis drops it; what is in all ranges becomes the selection. Dragging a title moves the axis. A click on a line
/// selects it (Ctrl: adds), a double click activates it or, on the ground, drops all ranges. Keys: Left and Right
/// choose an axis, with Ctrl they move it; Up and Down move the lower end of its range, with Shift the upper; Delete
/// drops the range, Escape all; Enter activates.
///
/// Signals tell what the user did, never what a setter did. UI thread only.
class ParallelPlot : public QWidget {
    Q_OBJECT
public:
    explicit ParallelPlot(QWidget* parent = nullptr);

    /// Ranges of axes that stay are kept. Values of the lines are in the order of `axes`.
    void setContent(const QVector<ParallelAxis>& axes, const QVector<ParallelLine>& lines);
    /// Left to right, as the user arranged them.
    QStringList axisOrder() const { return m_order; }
    void setAxisOrder(const QStringList& ids);

    void setSelectedIds(const QStringList& ids);
    QStringList selectedIds() const;
    /// Keeps this range of an axis, in its unit; nothing: all of it. No signal.
    void setRange(const QString& axis, std::optional<ValueInterval> range);
    std::optional<ValueInterval> range(const QString& axis) const;
    /// Ids of the lines in all ranges; all lines without any range.
    QStringList keptIds() const;

    void setEmptyText(const QString& text) { m_emptyText = text; }
    /// Where an axis meets a value, in this widget's pixels; a null point for an unknown axis.
    QPointF positionOf(const QString& axis, double value) const;
    QRectF titleRect(const QString& axis) const;

    /// .png, .svg, .pdf or .csv, by the suffix. False with a reason on failure.
    bool exportTo(const QString& path, QString* error = nullptr) const;
    void exportInteractively();
    QString toCsv() const;

    QSize sizeHint() const override { return {720, 420}; }
    QSize minimumSizeHint() const override { return {280, 200}; }

Q_SIGNALS:
    void selectionEdited(const QStringList& ids);
    void orderEdited(const QStringList& axes);
    void activated(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    enum class Gesture { None, NewRange, MoveRange, LowEnd, HighEnd, MoveAxis };
    struct Extent {
        double low = 0, high = 1; ///< low < high
    };

    // Where things are.
    int axisCount() const { return int(m_order.size()); }
    int indexOf(const QString& axis) const; ///< among m_axes; -1
    const ParallelAxis& axisAt(int position) const { return m_axes[indexOf(m_order[position])]; }
    QRectF area(const QSizeF& size) const;
    double xOf(int position, const QSizeF& size) const;
    double yOf(int axis, double value, const QSizeF& size) const;
    double valueAt(int axis, double y) const;
    int axisNear(double x) const; ///< position within reach of the mouse, or -1
    int lineNear(QPointF pixel) const;
    bool isKept(const ParallelLine& line) const;
    void findExtents();

    // Painting.
    void paintAll(QPainter& painter, const QSize& size) const;
    void paintLines(QPainter& painter, const QSizeF& size) const;
    void paintLine(QPainter& painter, const QSizeF& size, const ParallelLine& line, const QColor& color,
                   double width) const;
    void paintAxis(QPainter& painter, const QSizeF& size, int position) const;
    void paintRange(QPainter& painter, const QSizeF& size, int position) const;
    void paintLegend(QPainter& painter, const QSizeF& size) const;
    QFont smallFont() const;
    QString tipOf(const ParallelLine& line) const;

    // What the user does.
    void beginOnAxis(int position, double y);
    void dragRange(double y);
    void dragAxis(double x);
    void clickLine(QPointF pixel, Qt::KeyboardModifiers modifiers);
    void moveAxis(int from, int to);
    void nudge(double share, bool upper);
    void emitKept();
    void select(const QSet<QString>& ids);
    void describe();

    QVector<ParallelAxis> m_axes;
    QVector<ParallelLine> m_lines;
    QVector<Extent> m_extents; ///< of m_axes
    QStringList m_order;
    QStringList m_groups;
    QMap<QString, ValueInterval> m_ranges;
    QSet<QString> m_selected;
    QString m_emptyText;
    Gesture m_gesture = Gesture::None;
    int m_axis = 0; ///< position the keys and the gesture act on
    QPointF m_press;
    ValueInterval m_pressRange;
    bool m_dragged = false;
    int m_hovered = -1;
};

} // namespace lapidary
