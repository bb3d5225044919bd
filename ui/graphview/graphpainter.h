// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a laid-out picture onto any paint device, at the level of detail the scale allows. The widget, PNG export
// and printing share it.
#pragma once

#include "ui/graphview/bounddecor.h"
#include "ui/graphview/graphstyle.h"
#include "ui/graphview/paintframe.h"
#include "ui/graphview/paintmarks.h"
#include "ui/graphview/viewport.h"

#include <QImage>

#include <memory>

class QPainter;

namespace lapidary {

/// Keeps shaped texts between calls. Needs a QGuiApplication; one painter serves one thread.
class GraphPainter {
public:
    explicit GraphPainter(GraphStyle style = GraphStyle::light());
    ~GraphPainter();

    void setStyle(GraphStyle style);
    const GraphStyle& style() const { return m_style; }
    TextCache& texts() { return *m_texts; }

    /// For paper: every node with its texts whatever their number, nothing as pixels.
    void setPrinting(bool printing) { m_printing = printing; }

    /// Fills `view.size` at the painter's origin: paper, lines, nodes, marks. Time depends on what is visible only.
    void paint(QPainter& painter, const LaidPicture& picture, const Viewport& view, const BoundDecor& decor = {},
               const PaintMarks& marks = {});

    /// The legend of the overlay, in the lower left corner, and the key to a comparison's marks, in the upper left one,
    /// as far as there are such.
    struct Legends {
        bool overlay = true;
        bool key = true;
    };
    void paintLegendOver(QPainter& painter, const LaidPicture& picture, const Viewport& view, const BoundDecor& decor,
                         Legends which);
    void paintLegendOver(QPainter& painter, const LaidPicture& picture, const Viewport& view, const BoundDecor& decor) {
        paintLegendOver(painter, picture, view, decor, {});
    }

    /// How much is shown at a scale with that many nodes in view.
    static Detail detailFor(double scale, std::size_t nodesInView);

private:
    void paintFar(const PaintFrame& frame, QImage& pixels);

    GraphStyle m_style;
    bool m_printing = false;
    std::unique_ptr<TextCache> m_texts;
    std::vector<std::uint32_t> m_nodes;
    std::vector<std::uint32_t> m_segments;
    QImage m_far; ///< where the screen's pixels are out of reach; kept, since getting memory costs more than filling it
    std::vector<std::uint32_t> m_groups;
};

/// The whole picture as an image with a margin: at `scale`, or smaller so that no side exceeds 30 000 pixels and the
/// image `maxPixels`. Null if there is nothing to draw or memory runs out.
QImage renderPicture(const LaidPicture& picture, const GraphStyle& style = GraphStyle::light(),
                     const GraphDecorPtr& decor = {}, double scale = 1, qint64 maxPixels = 100'000'000);

} // namespace lapidary
