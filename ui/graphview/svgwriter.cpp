// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/svgwriter.h"

#include "ui/graphview/edgelabels.h"
#include "ui/graphview/nodesize.h"
#include "ui/graphview/svgtext.h"

#include <algorithm>

namespace lapidary {
namespace {

using namespace nodesize;

class Writer {
public:
    Writer(const LaidPicture& picture, const SvgOptions& options)
        : m_laid(picture), m_options(options), m_decor(options.decor, picture) {
        const double m = options.margin;
        const LayoutResult& layout = picture.layout();
        m_part = options.part.value_or(SceneRect{-m, -m, layout.width + m, layout.height + m});
    }

    std::string write() {
        m_svg.reserve(512 * m_laid.picture().nodes.size() + 4096);
        open();
        frames();
        edges();
        for (std::uint32_t i = 0; i < m_laid.nodeCount(); ++i)
            if (m_part.touches(rectOf(m_laid.layout().boxes[i])))
                svgNode(m_svg, m_laid.picture().nodes[i], m_laid.layout().boxes[i], m_decor.of(i), m_decor,
                        m_options.dark);
        if (m_options.labels)
            labels();
        if (m_options.legend)
            svgLegend(m_svg, m_decor, m_part.left + 8, m_part.bottom + 4, m_options.dark);
        m_svg.raw("</g>\n</svg>\n");
        return m_svg.take();
    }

    SvgSize size() const {
        const SvgSize legend = m_options.legend ? svgLegendSize(m_decor) : SvgSize();
        return {std::max(m_part.right - m_part.left, legend.width > 0 ? legend.width + 16 : 0),
                m_part.bottom - m_part.top + (legend.height > 0 ? legend.height + 12 : 0)};
    }

private:
    void open() {
        const auto [width, height] = size();
        m_svg.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"");
        m_svg.attribute("width", width * m_options.scale);
        m_svg.attribute("height", height * m_options.scale);
        m_svg.raw(" viewBox=\"0 0 ");
        m_svg.number(width);
        m_svg.raw(" ");
        m_svg.number(height);
        m_svg.raw("\" font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\">\n<rect width=\"100%\" "
                  "height=\"100%\"");
        m_svg.color("fill", m_options.dark ? Rgb{30, 30, 30} : Rgb{255, 255, 255});
        m_svg.raw("/>\n");
        svgDefinitions(m_svg, m_options.dark);
        m_svg.raw("<g transform=\"translate(");
        m_svg.number(-m_part.left);
        m_svg.raw(" ");
        m_svg.number(-m_part.top);
        m_svg.raw(")\">\n");
    }

    /// Open groups, outer ones first.
    void frames() {
        const Rgb paper = m_options.dark ? Rgb{30, 30, 30} : Rgb{255, 255, 255};
        const Rgb text = m_options.dark ? Rgb{255, 255, 255} : Rgb{0, 0, 0};
        const auto& boxes = m_laid.layout().groupBoxes;
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            const SceneRect box = rectOf(boxes[i]);
            if (!m_part.touches(box))
                continue;
            m_svg.openRect(box.left, box.top, box.right - box.left, box.bottom - box.top, radius * 1.5);
            m_svg.color("fill", text);
            m_svg.attribute("fill-opacity", 0.04);
            m_svg.color("stroke", mixed(text, paper, 0.7));
            m_svg.raw("/>\n");
            m_svg.text(m_laid.picture().groups[i].title, box.left + sidePadding, box.top + groupHeader / 2 + 4,
                       groupFont, mixed(text, paper, 0.25), "start");
        }
    }

    void segmentPath(const RouteSegment& s) {
        const bool down = m_laid.layout().direction == LayoutDirection::TopDown;
        m_svg.raw("M");
        m_svg.point(s.x0, s.y0);
        if (s.kind == RouteSegment::Kind::Straight) {
            m_svg.raw("L");
            m_svg.point(s.x1, s.y1);
            return;
        }
        m_svg.raw("C");
        if (s.kind == RouteSegment::Kind::Loop) {
            const double bulge = s.bulge * 4 / 3;
            m_svg.point(s.x0 + (down ? bulge : 0), s.y0 + (down ? 0 : bulge));
            m_svg.raw(" ");
            m_svg.point(s.x1 + (down ? bulge : 0), s.y1 + (down ? 0 : bulge));
        } else {
            const double mx = (s.x0 + s.x1) / 2;
            const double my = (s.y0 + s.y1) / 2;
            m_svg.point(down ? s.x0 : mx, down ? my : s.y0);
            m_svg.raw(" ");
            m_svg.point(down ? s.x1 : mx, down ? my : s.y1);
        }
        m_svg.raw(" ");
        m_svg.point(s.x1, s.y1);
    }

    bool seen(const RouteSegment& segment) const { return m_part.touches(rectOf(segment, m_laid.layout().direction)); }

    void edges() {
        const Rgb ink = m_options.dark ? Rgb{136, 136, 136} : Rgb{0, 0, 0};
        const auto& segments = m_laid.layout().segments;
        for (const bool dashed : {false, true}) {
            bool any = false;
            for (std::uint32_t i = 0; i < segments.size(); ++i) {
                if (m_laid.role(i).dashed != dashed || !seen(segments[i]))
                    continue;
                if (!any)
                    m_svg.raw(dashed ? "<path fill=\"none\" stroke-dasharray=\"3 2\"" : "<path fill=\"none\"");
                if (!any) {
                    m_svg.color("stroke", ink);
                    m_svg.raw(" d=\"");
                }
                any = true;
                segmentPath(segments[i]);
            }
            if (any)
                m_svg.raw("\"/>\n");
        }
        m_svg.raw("<path");
        m_svg.color("fill", ink);
        m_svg.raw(" d=\"");
        for (std::uint32_t i = 0; i < segments.size(); ++i)
            if (m_laid.role(i).arrowOf >= 0 && seen(segments[i]))
                arrow(segments[i], m_laid.role(i).arrowAtStart);
        m_svg.raw("\"/>\n");
    }

    void arrow(const RouteSegment& s, bool atStart) {
        const bool down = m_laid.layout().direction == LayoutDirection::TopDown;
        const double x = atStart ? s.x0 : s.x1;
        const double y = atStart ? s.y0 : s.y1;
        const bool loop = s.kind == RouteSegment::Kind::Loop;
        const double along = atStart ? 7 : -7;
        // A loop comes back from across the flow.
        const bool vertical = down != loop;
        const double back = loop ? 7 : along;
        m_svg.raw("M");
        m_svg.point(x, y);
        m_svg.raw("L");
        m_svg.point(vertical ? x - 3.5 : x + back, vertical ? y + back : y - 3.5);
        m_svg.raw("L");
        m_svg.point(vertical ? x + 3.5 : x + back, vertical ? y + back : y + 3.5);
        m_svg.raw("Z");
    }

    void labels() {
        const Rgb ink = m_options.dark ? Rgb{170, 170, 170} : Rgb{85, 85, 85};
        const bool down = m_laid.layout().direction == LayoutDirection::TopDown;
        for (std::uint32_t i = 0; i < m_laid.layout().segments.size(); ++i) {
            const std::int32_t e = m_laid.role(i).labelOf;
            if (e < 0 || !seen(m_laid.layout().segments[i]))
                continue;
            const EdgeRoute& route = m_laid.layout().routes[static_cast<std::size_t>(e)];
            const bool before = m_laid.role(i).labelBefore;
            const double dx = down && before ? -4 : 4;
            const PictureEdge& edge = m_laid.picture().edges[static_cast<std::size_t>(e)];
            const double lower = labelDrop(edge, m_decor);
            const double dy = down ? 3 + lower : (before ? -4 : 11);
            m_svg.text(edge.label, route.labelX + dx, route.labelY + dy, chipFont, ink,
                       down && before ? "end" : "start");
        }
    }

    const LaidPicture& m_laid;
    const SvgOptions& m_options;
    const BoundDecor m_decor;
    SceneRect m_part;
    SvgText m_svg;
};

} // namespace

SvgSize svgSize(const LaidPicture& picture, const SvgOptions& options) {
    return Writer(picture, options).size();
}

std::string writeSvg(const LaidPicture& picture, const SvgOptions& options) {
    return Writer(picture, options).write();
}

} // namespace lapidary
