// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of a laid-out picture, painted into an image as the view does it.
#pragma once

#include "ui/graphview/graphpainter.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/minimap.h"

#include <QImage>

#include <vector>

namespace lapidary::bench {

/// Seconds of processor time of this thread.
double threadSeconds();

double percentile(std::vector<double> values, double part);

/// What one frame took, in ms.
struct FrameTime {
    double cpu = 0;
    double wall = 0;
};

class Film {
public:
    explicit Film(LaidPicturePtr laid);

    FrameTime frame(double scale, QPointF centre, const BoundDecor& decor = {});
    FrameTime fitted();
    void redrawMinimap() { m_minimap.invalidate(); }

    /// A walk over the picture at several scales, and a zoom from near to far.
    std::vector<FrameTime> pan();
    std::vector<FrameTime> zoom();

private:
    LaidPicturePtr m_laid;
    QImage m_image;
    Viewport m_view;
    GraphPainter m_painter;
    Minimap m_minimap;
    PaintMarks m_marks;
};

} // namespace lapidary::bench
