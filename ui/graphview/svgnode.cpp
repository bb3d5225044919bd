// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/svgnode.h"

#include "ui/graphview/diffmarks.h"
#include "ui/graphview/nodesize.h"

#include <algorithm>

namespace lapidary {
namespace {

using namespace nodesize;

struct Paper {
    Rgb paper, body, text, border, removed, noValue;
};

Paper paperOf(bool dark) {
    return dark ? Paper{{30, 30, 30}, {45, 45, 45}, {225, 225, 225}, {36, 36, 36}, {255, 110, 96}, {62, 62, 62}}
                : Paper{{255, 255, 255}, {255, 255, 255}, {0, 0, 0}, {51, 51, 51}, {200, 40, 30}, {232, 232, 232}};
}

/// Cut short where it would leave its box.
std::string fitted(const std::string& text, double size, double room) {
    static const TextWidths widths;
    if (widths.width(text, size) <= room)
        return text;
    std::string cut = text;
    while (!cut.empty() && widths.width(cut, size) + widths.width("...", size) > room) {
        cut.pop_back();
        while (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0xC0) == 0x80)
            cut.pop_back();
        if (!cut.empty() && static_cast<unsigned char>(cut.back()) >= 0xC0)
            cut.pop_back();
    }
    return cut + "\xE2\x80\xA6";
}

class NodeWriter {
public:
    NodeWriter(SvgText& svg, const PictureNode& node, const LayoutBox& box, const NodeDecor* own,
               const BoundDecor& decor, bool dark)
        : m_svg(svg), m_node(node), m_box(box), m_own(own), m_decor(decor), m_dark(dark), m_paper(paperOf(dark)),
          m_accent(categoryFill(node.category, dark)), m_header(m_accent), m_body(m_paper.body), m_ink(m_paper.text),
          m_corner(isPill(node) ? header / 2 : radius) {
        m_title = readableOn(m_header);
        if (decor.hasOverlay())
            overlay();
    }

    void write() {
        m_svg.raw("<g><title>");
        m_svg.escaped(m_node.name.empty() ? m_node.title : m_node.name);
        m_svg.raw("</title>");
        if (m_node.members > 0)
            stack();
        if (m_own && m_own->group >= 0)
            outline(groupColor(m_own->group), 3, 3.5);
        box();
        texts();
        if (m_own)
            chips();
        m_svg.raw("</g>\n");
    }

private:
    bool hasValue() const { return m_decor.hasOverlay() && m_own && m_own->hasValue(); }

    void overlay() {
        if (hasValue()) {
            m_header = valueColor(m_decor.legend(), m_own->value, m_dark);
            m_title = readableOn(m_header);
            m_body = mixed(m_paper.body, m_header, 0.28);
        } else {
            m_header = m_paper.noValue;
            m_title = m_paper.text;
            m_body = mixed(m_paper.body, m_paper.noValue, 0.5);
        }
        if (!m_decor.isDimmed(m_own))
            return;
        for (Rgb* color : {&m_header, &m_body, &m_accent})
            *color = mixed(*color, m_paper.paper, 0.8);
        m_title = m_ink = mixed(m_paper.text, m_paper.paper, 0.5);
    }

    /// Two sheets behind a closed group: there is more in it.
    void stack() {
        for (const int sheet : {2, 1}) {
            m_svg.openRect(m_box.x + 4 * sheet, m_box.y + 4 * sheet, m_box.width, m_box.height, m_corner);
            m_svg.color("fill", mixed(m_header, m_paper.paper, 0.3 + 0.2 * sheet));
            m_svg.color("stroke", m_paper.border);
            m_svg.raw("/>\n");
        }
    }

    void outline(Rgb color, double width, double away) {
        m_svg.openRect(m_box.x - away, m_box.y - away, m_box.width + 2 * away, m_box.height + 2 * away,
                       m_corner + away);
        m_svg.color("stroke", color);
        m_svg.attribute("stroke-width", width);
        m_svg.raw(" fill=\"none\"/>\n");
    }

    void headerPath(const char* fill) {
        m_svg.raw("<path d=\"M");
        m_svg.point(m_box.x, m_box.y + header);
        m_svg.raw("V");
        m_svg.number(m_box.y + m_corner);
        m_svg.raw("a5 5 0 0 1 5 -5H");
        m_svg.number(m_box.x + m_box.width - m_corner);
        m_svg.raw("a5 5 0 0 1 5 5V");
        m_svg.number(m_box.y + header);
        m_svg.raw("Z\"");
        if (fill)
            m_svg.raw(fill);
        else
            m_svg.color("fill", m_header);
        m_svg.raw("/>\n");
    }

    void box() {
        const bool body = hasBody(m_node);
        m_svg.openRect(m_box.x, m_box.y, m_box.width, m_box.height, m_corner);
        m_svg.color("fill", body ? m_body : m_header);
        m_svg.color("stroke", m_paper.border);
        m_svg.raw("/>\n");
        if (body)
            headerPath(nullptr);
        if (hasValue() && m_own->predicted) {
            if (body)
                headerPath(" fill=\"url(#estimate)\"");
            else
                pattern(m_box.x, m_box.y, m_box.width, m_box.height, "estimate");
        }
        if (m_decor.hasOverlay() && !isPill(m_node))
            m_svg.rect(m_box.x + 0.5, m_box.y + radius, 4, std::max(1.0, m_box.height - 2 * radius), m_accent);
        if (body && m_own && !m_own->fenced.empty())
            pattern(m_box.x + 1, m_box.y + header, m_box.width - 2, m_box.height - header - 1, "fenced");
    }

    void pattern(double x, double y, double width, double height, const char* name) {
        m_svg.openRect(x, y, width, height);
        m_svg.raw(" fill=\"url(#");
        m_svg.raw(name);
        m_svg.raw(")\"/>\n");
    }

    void texts() {
        m_svg.text(fitted(m_node.title, titleFont, m_box.width - 8), m_box.x + m_box.width / 2,
                   m_box.y + header / 2 + titleFont * 0.36, titleFont, m_title, "middle");
        if (!hasBody(m_node))
            return;
        double y = m_box.y + header + bodyPadding + line * 0.75;
        for (const std::string& content : m_node.lines) {
            m_svg.text(fitted(content, lineFont, m_box.width - 1.5 * sidePadding), m_box.x + sidePadding, y, lineFont,
                       m_ink, "start");
            y += line;
        }
        if (m_node.channels > 0)
            widthBar();
    }

    void widthBar() {
        const double top = m_box.y + m_box.height - bodyPadding - barRow + (barRow - barHeight) / 2;
        const auto total = static_cast<std::int64_t>(m_node.channels);
        const bool thinned = m_own && m_own->channelsKept >= 0 && m_own->channelsKept < total;
        const std::int64_t kept = thinned ? m_own->channelsKept : total;
        const std::string count = std::to_string(kept) + (thinned ? " / " + std::to_string(total) : "");
        const double left = m_box.x + sidePadding;
        const double width = m_box.width - 2 * sidePadding - TextWidths().width(count, chipFont) - 6;
        m_svg.rect(left, top, width, barHeight, m_accent, 0, 0.55);
        const auto gone = [&](double from, double to) {
            const double x = left + width * from / static_cast<double>(total);
            const double w = width * (to - from) / static_cast<double>(total);
            m_svg.rect(x, top, w, barHeight, mixed(m_body, m_paper.removed, 0.18));
            pattern(x, top, w, barHeight, "removed");
        };
        if (thinned && static_cast<double>(m_own->removed.size()) * 4 <= width && !m_own->removed.empty())
            for (const ChannelRange& range : m_own->removed)
                gone(range.begin, std::min<double>(range.end, static_cast<double>(total)));
        else if (thinned)
            gone(static_cast<double>(kept), static_cast<double>(total));
        m_svg.text(count, m_box.x + m_box.width - sidePadding, top + barHeight, chipFont,
                   thinned ? m_paper.removed : m_ink, "end");
    }

    /// Returns its width.
    double capsule(const std::string& text, double left, double top, Rgb fill, Rgb rim, Rgb ink, bool dashed = false) {
        const double width = TextWidths().width(text, chipFont) + 10;
        m_svg.openRect(left, top, width, chipHeight, chipHeight / 2);
        m_svg.color("fill", fill);
        m_svg.color("stroke", rim);
        m_svg.raw(dashed ? " stroke-dasharray=\"2.5 2\"/>\n" : "/>\n");
        m_svg.text(text, left + width / 2, top + chipHeight - 3.6, chipFont, ink, "middle");
        return width;
    }

    void valueChip() {
        const std::string text = (m_own->predicted ? "\xE2\x89\x88 " : "") + m_own->valueText;
        const double width = std::max(44.0, TextWidths().width(text, chipFont) + 12);
        const double left = m_box.x + m_box.width + chipOverhang - width;
        const double top = m_box.y + m_box.height - chipHeight * chipDip;
        const bool dimmed = m_decor.isDimmed(m_own);
        m_svg.rect(left, top, width, chipHeight, mixed(m_paper.paper, m_paper.text, 0.04), chipHeight / 2);
        const double share = barShare(m_decor.legend(), m_own->value);
        if (share > 0)
            m_svg.rect(left, top, width * share, chipHeight,
                       mixed(valueColor(m_decor.legend(), m_own->value, m_dark), m_paper.paper, dimmed ? 0.85 : 0.55),
                       std::min(width * share, chipHeight) / 2);
        m_svg.openRect(left, top, width, chipHeight, chipHeight / 2);
        m_svg.color("stroke", mixed(m_paper.text, m_paper.paper, dimmed ? 0.75 : 0.35));
        m_svg.raw(m_own->predicted ? " fill=\"none\" stroke-dasharray=\"2.5 2\"/>\n" : " fill=\"none\"/>\n");
        m_svg.text(text, left + width / 2, top + chipHeight - 3.6, chipFont, m_ink, "middle");
    }

    void chips() {
        double right = m_box.x + m_box.width + chipOverhang;
        for (auto it = m_own->badges.rbegin(); it != m_own->badges.rend(); ++it) {
            const double width = TextWidths().width(*it, chipFont) + 10;
            capsule(*it, right - width, m_box.y - chipHeight * chipRise, m_dark ? Rgb{86, 70, 20} : Rgb{255, 243, 205},
                    m_dark ? Rgb{170, 140, 60} : Rgb{190, 150, 60}, m_paper.text);
            right -= width + 3;
        }
        if (m_own->group >= 0 && !m_own->groupText.empty()) {
            const Rgb color = groupColor(m_own->group);
            capsule(fitted(m_own->groupText, chipFont, std::max(60.0, m_box.width * 0.75) - 10), m_box.x - 6,
                    m_box.y - chipHeight * 0.8, color, color, readableOn(color));
        }
        const double foot = m_box.y + m_box.height - chipHeight * chipDip;
        if (!m_own->fenced.empty())
            capsule(fitted("\xE2\x8A\x98 " + m_own->fenced, chipFont,
                           std::max(40.0, m_box.width * (hasValue() ? 0.3 : 0.9))),
                    m_box.x - 5, foot, m_dark ? Rgb{66, 50, 32} : Rgb{255, 238, 214},
                    m_dark ? Rgb{235, 190, 130} : Rgb{122, 66, 0}, m_dark ? Rgb{235, 190, 130} : Rgb{122, 66, 0});
        if (hasValue())
            valueChip();
    }

    SvgText& m_svg;
    const PictureNode& m_node;
    const LayoutBox& m_box;
    const NodeDecor* m_own;
    const BoundDecor& m_decor;
    const bool m_dark;
    const Paper m_paper;
    Rgb m_accent, m_header, m_title, m_body, m_ink;
    const double m_corner;
};

} // namespace

void svgDefinitions(SvgText& svg, bool dark) {
    const Paper paper = paperOf(dark);
    const auto hatch = [&](const char* name, Rgb color, double opacity) {
        svg.raw("<pattern id=\"");
        svg.raw(name);
        svg.raw("\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><path d=\"M-1 1L1 -1M0 5L5 0M4 6L6 4\" "
                "fill=\"none\"");
        svg.color("stroke", color);
        svg.attribute("stroke-opacity", opacity);
        svg.raw("/></pattern>\n");
    };
    svg.raw("<defs>\n");
    hatch("removed", paper.removed, 1);
    hatch("fenced", paper.text, 0.2);
    hatch("estimate", dark ? Rgb{255, 255, 255} : Rgb{128, 128, 128}, 0.45);
    svg.raw("</defs>\n");
}

void svgNode(SvgText& svg, const PictureNode& node, const LayoutBox& box, const NodeDecor* own, const BoundDecor& decor,
             bool dark) {
    NodeWriter(svg, node, box, own, decor, dark).write();
}

} // namespace lapidary
