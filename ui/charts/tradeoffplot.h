// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/tradeoffdata.h"

#include <QStringList>
#include <QVector>
#include <QWidget>

#include <memory>

class QPainter;

namespace lapidary {

/// Variants in the plane of two metrics: a bubble each, the frontier's staircase, arrows from parent to child, error
/// bars, and a limit that lights the best variant inside it. A hollow bubble holds an estimate, a solid one is
/// measured on both axes.
///
/// Mouse: wheel zooms at the cursor (over an axis: that axis only), drag pans, Ctrl+drag zooms into a rectangle,
/// Shift+drag draws a lasso (with Ctrl: adds), click selects, Ctrl+click toggles, clicking again reaches what lies
/// beneath, double click activates a variant or, on the ground, shows everything. Limit lines are dragged. Keys: arrows
/// walk the variants from left to right, Ctrl+A all, Escape none, Enter selects the variant that the limits light or,
/// when it is selected, activates; Space shows everything, plus and minus zoom; L sets a limit across, up, or none;
/// Shift+arrows move it, with Ctrl in fine steps.
///
/// Signals tell what the user did, never what a setter did, so two views can be wired to each other both ways.
/// UI thread only.
class TradeoffPlot : public QWidget {
    Q_OBJECT
public:
    explicit TradeoffPlot(QWidget* parent = nullptr);
    ~TradeoffPlot() override;

    /// What the axes and the bubbles' area mean. Shows everything again, as the numbers have changed.
    void setAxes(const TradeoffAxis& x, const TradeoffAxis& y, const TradeoffSize& size = {});

    /// Replaces the variants. The view stays where the user put it, or keeps showing everything.
    void setPoints(const QVector<TradeoffPoint>& points);
    QVector<TradeoffPoint> points() const;

    /// Ids of the frontier's variants, from left to right.
    QStringList frontierIds() const;

    /// Selects these, without a signal. Unknown ids are kept for when they appear, and not reported before.
    void setSelectedIds(const QStringList& ids);
    /// In the order of points().
    QStringList selectedIds() const;

    /// Draws a limit on this axis that the user can drag, or none. No signal.
    void setLimit(LimitAxis axis, std::optional<double> value);
    std::optional<double> limit(LimitAxis axis = LimitAxis::X) const;
    /// The best variant inside the limits; empty without a limit or when none keeps them.
    QString bestId() const;

    /// What stands in an empty plot: what is missing, and what to do about it.
    void setEmptyText(const QString& title, const QString& hint);

    /// What groups stand for, in tool tips and files: "Technique" unless told otherwise.
    void setGroupTitle(const QString& title);
    /// The range of the variants on an axis, intervals included; lower above upper without any.
    ValueInterval range(LimitAxis axis) const;
    /// What "everything" is, for plots side by side with the same axes; lower above upper: the own variants.
    void setFitRanges(ValueInterval x, ValueInterval y);
    /// Shows a part that another plot's partEdited() told. No signal.
    void showPart(const QRectF& part);

    /// Names next to the bubbles; on unless told otherwise.
    void setNamesVisible(bool visible);
    /// Arrows from parent to child; on unless told otherwise.
    void setLineageVisible(bool visible);

    /// Where a variant is drawn, in this widget's pixels; a null point when it is not drawn.
    QPointF positionOf(const QString& id) const;
    /// The tool tip of a variant, as rich text.
    QString toolTipFor(const QString& id) const;

    /// Writes the picture as it stands: .png (at twice the size), .svg or .pdf, or the numbers as .csv, by the
    /// file name's suffix. The file is replaced whole or not at all. False with a reason on failure.
    bool exportTo(const QString& path, QString* error = nullptr) const;
    /// Draws the picture as it stands, at its own size, into the rectangle whose corner is `corner`.
    void drawTo(QPainter& painter, const QPoint& corner) const;
    /// The numbers as CSV (RFC 4180, UTF-8, decimal points).
    QString toCsv() const;

    QSize sizeHint() const override { return {720, 460}; }
    QSize minimumSizeHint() const override { return {280, 200}; }

public Q_SLOTS:
    /// Shows everything.
    void fit();
    /// Asks for a file and writes it.
    void exportInteractively();

Q_SIGNALS:
    void selectionEdited(const QStringList& ids);
    void limitEdited(lapidary::LimitAxis axis, double value);
    void limitRemoved(lapidary::LimitAxis axis);
    /// Zoomed or panned to this part, in the axes' units; a null rectangle: everything.
    void partEdited(const QRectF& part);
    /// Double click or Enter on a variant.
    void activated(const QString& id);

protected:
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void retranslate();
    void describe();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lapidary
