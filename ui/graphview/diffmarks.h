// SPDX-License-Identifier: GPL-3.0-or-later
// Two models in one picture: what was added, removed and changed. Every colour has a sign beside it (+ − ±), and the
// colours stay apart in every common colour blindness.
#pragma once

#include "ui/graphview/graphdecor.h"
#include "ui/graphview/nodecolors.h"
#include "ui/graphview/paintframe.h"

#include <QRectF>
#include <QSizeF>

#include <vector>

namespace lapidary {

inline bool isDifference(DiffMark mark) {
    return mark != DiffMark::None && mark != DiffMark::Unchanged;
}

Rgb diffRgb(DiffMark mark, bool dark);
QColor diffColor(DiffMark mark, bool dark);

/// Colour of an overlay's value: the ramp, or the diverging scale.
Rgb valueColor(const OverlayLegend& legend, double value, bool dark);
/// How much of a value's bar is filled.
double barShare(const OverlayLegend& legend, double value);

/// Unchanged nodes step back, removed ones are hollow. With an overlay only the latter.
void colorForDiff(NodeColors& colors, const NodeDecor* decor, bool overlay, const GraphStyle& style);

/// Outline, sign in the corner and, for a removed node, a line through it. `near`: sizes follow the scale;
/// `selected`: leaves room for the ring of the selection.
void paintDiffMark(const PaintFrame& frame, const QRectF& node, const NodeDecor* decor, bool near, bool selected);

/// Lines that were added or removed, over the others. `visible` are line piece numbers.
void paintDiffLines(const PaintFrame& frame, const std::vector<std::uint32_t>& visible);

/// The key, in the top left corner of the view, `diffKeyInset` from both edges.
void paintDiffLegend(const PaintFrame& frame);
constexpr double diffKeyInset = 12;
/// About what the key needs; nothing without entries.
QSizeF diffKeySize(const std::vector<DiffLegendEntry>& key);

/// Per line piece, what became of the edges that run over it, if that is the same for all.
std::vector<DiffMark> lineDiffs(const LaidPicture& picture, const std::vector<DiffMark>& edges);

} // namespace lapidary
