// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/svgwriter.h"

#include "ui/graphview/categorycolors.h"
#include "ui/graphview/nodesize.h"

#include <array>
#include <charconv>
#include <cmath>

namespace lapidary {
namespace {

using namespace nodesize;

class Writer {
public:
    Writer(const LaidPicture& picture, const SvgOptions& options) : m_laid(picture), m_options(options) {}

    std::string write() {
        m_out.reserve(512 * m_laid.picture().nodes.size() + 4096);
        open();
        edges();
        for (std::uint32_t i = 0; i < m_laid.nodeCount(); ++i)
            node(m_laid.picture().nodes[i], m_laid.layout().boxes[i]);
        if (m_options.labels)
            labels();
        m_out += "</g>\n</svg>\n";
        return std::move(m_out);
    }

private:
    /// Hundredths of a unit, without trailing zeros, whatever the locale.
    void number(double value) {
        std::array<char, 32> buffer;
        const double rounded = std::round(value * 100) / 100;
        const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded == 0 ? 0.0 : rounded,
                                          std::chars_format::fixed);
        m_out.append(buffer.data(), result.ptr);
    }
    void attribute(const char* name, double value) {
        m_out += ' ';
        m_out += name;
        m_out += "=\"";
        number(value);
        m_out += '"';
    }
    void color(const char* name, Rgb rgb) {
        static constexpr char digits[] = "0123456789abcdef";
        m_out += ' ';
        m_out += name;
        m_out += "=\"#";
        for (const std::uint8_t c : {rgb.r, rgb.g, rgb.b}) {
            m_out += digits[c >> 4];
            m_out += digits[c & 15];
        }
        m_out += '"';
    }
    void escaped(std::string_view text) {
        for (const char c : text) {
            switch (c) {
            case '<':
                m_out += "&lt;";
                break;
            case '>':
                m_out += "&gt;";
                break;
            case '&':
                m_out += "&amp;";
                break;
            case '"':
                m_out += "&quot;";
                break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\t')
                    m_out += c;
                else
                    m_out += "\xEF\xBF\xBD";
            }
        }
    }

    void open() {
        const double width = m_laid.layout().width + 2 * m_options.margin;
        const double height = m_laid.layout().height + 2 * m_options.margin;
        m_out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"";
        attribute("width", width);
        attribute("height", height);
        m_out += " viewBox=\"0 0 ";
        number(width);
        m_out += ' ';
        number(height);
        m_out += "\" font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\">\n<rect width=\"100%\" "
                 "height=\"100%\"";
        color("fill", m_options.dark ? Rgb{30, 30, 30} : Rgb{255, 255, 255});
        m_out += "/>\n<g transform=\"translate(";
        number(m_options.margin);
        m_out += ' ';
        number(m_options.margin);
        m_out += ")\">\n";
    }

    void point(double x, double y) {
        number(x);
        m_out += ' ';
        number(y);
    }

    void segmentPath(const RouteSegment& s) {
        const bool down = m_laid.layout().direction == LayoutDirection::TopDown;
        m_out += 'M';
        point(s.x0, s.y0);
        if (s.kind == RouteSegment::Kind::Straight) {
            m_out += 'L';
            point(s.x1, s.y1);
            return;
        }
        m_out += 'C';
        if (s.kind == RouteSegment::Kind::Loop) {
            const double bulge = s.bulge * 4 / 3;
            point(s.x0 + (down ? bulge : 0), s.y0 + (down ? 0 : bulge));
            m_out += ' ';
            point(s.x1 + (down ? bulge : 0), s.y1 + (down ? 0 : bulge));
        } else {
            const double mx = (s.x0 + s.x1) / 2;
            const double my = (s.y0 + s.y1) / 2;
            point(down ? s.x0 : mx, down ? my : s.y0);
            m_out += ' ';
            point(down ? s.x1 : mx, down ? my : s.y1);
        }
        m_out += ' ';
        point(s.x1, s.y1);
    }

    void edges() {
        const Rgb ink = m_options.dark ? Rgb{136, 136, 136} : Rgb{0, 0, 0};
        const auto& segments = m_laid.layout().segments;
        for (const bool dashed : {false, true}) {
            bool any = false;
            for (std::uint32_t i = 0; i < segments.size(); ++i) {
                if (m_laid.role(i).dashed != dashed)
                    continue;
                if (!any)
                    m_out += dashed ? "<path fill=\"none\" stroke-dasharray=\"3 2\"" : "<path fill=\"none\"";
                if (!any) {
                    color("stroke", ink);
                    m_out += " d=\"";
                }
                any = true;
                segmentPath(segments[i]);
            }
            if (any)
                m_out += "\"/>\n";
        }
        m_out += "<path";
        color("fill", ink);
        m_out += " d=\"";
        for (std::uint32_t i = 0; i < segments.size(); ++i)
            if (m_laid.role(i).arrowOf >= 0)
                arrow(segments[i], m_laid.role(i).arrowAtStart);
        m_out += "\"/>\n";
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
        m_out += 'M';
        point(x, y);
        m_out += 'L';
        point(vertical ? x - 3.5 : x + back, vertical ? y + back : y - 3.5);
        m_out += 'L';
        point(vertical ? x + 3.5 : x + back, vertical ? y + back : y + 3.5);
        m_out += 'Z';
    }

    void text(std::string_view content, double x, double y, double size, Rgb fill, const char* anchor) {
        m_out += "<text";
        attribute("x", x);
        attribute("y", y);
        attribute("font-size", size);
        color("fill", fill);
        m_out += " text-anchor=\"";
        m_out += anchor;
        m_out += "\">";
        escaped(content);
        m_out += "</text>\n";
    }

    void node(const PictureNode& node, const LayoutBox& box) {
        const Rgb fill = categoryFill(node.category, m_options.dark);
        const Rgb border = m_options.dark ? Rgb{36, 36, 36} : Rgb{51, 51, 51};
        const double corner = isPill(node) ? header / 2 : radius;
        m_out += "<g><title>";
        escaped(node.name.empty() ? node.title : node.name);
        m_out += "</title><rect";
        attribute("x", box.x);
        attribute("y", box.y);
        attribute("width", box.width);
        attribute("height", box.height);
        attribute("rx", corner);
        color("fill", hasBody(node) ? (m_options.dark ? Rgb{45, 45, 45} : Rgb{255, 255, 255}) : fill);
        color("stroke", border);
        m_out += "/>\n";
        if (hasBody(node)) {
            m_out += "<path d=\"M";
            point(box.x, box.y + header);
            m_out += 'V';
            number(box.y + corner);
            m_out += "a5 5 0 0 1 5 -5H";
            number(box.x + box.width - corner);
            m_out += "a5 5 0 0 1 5 5V";
            number(box.y + header);
            m_out += "Z\"";
            color("fill", fill);
            m_out += "/>\n";
        }
        text(node.title, box.x + box.width / 2, box.y + header / 2 + titleFont * 0.36, titleFont, readableOn(fill),
             "middle");
        const Rgb ink = m_options.dark ? Rgb{220, 220, 220} : Rgb{0, 0, 0};
        double y = box.y + header + bodyPadding + line * 0.75;
        if (hasBody(node)) {
            for (const std::string& content : node.lines) {
                text(content, box.x + sidePadding, y, lineFont, ink, "start");
                y += line;
            }
            if (node.channels > 0)
                widthBar(node, box, ink);
        }
        m_out += "</g>\n";
    }

    void widthBar(const PictureNode& node, const LayoutBox& box, Rgb ink) {
        const double top = box.y + box.height - bodyPadding - barRow + (barRow - barHeight) / 2;
        const std::string count = std::to_string(node.channels);
        const double room = TextWidths().width(count, chipFont) + 6;
        m_out += "<rect";
        attribute("x", box.x + sidePadding);
        attribute("y", top);
        attribute("width", box.width - 2 * sidePadding - room);
        attribute("height", barHeight);
        color("fill", categoryFill(node.category, m_options.dark));
        m_out += " opacity=\"0.55\"/>\n";
        text(count, box.x + box.width - sidePadding, top + barHeight, chipFont, ink, "end");
    }

    void labels() {
        const Rgb ink = m_options.dark ? Rgb{170, 170, 170} : Rgb{85, 85, 85};
        const bool down = m_laid.layout().direction == LayoutDirection::TopDown;
        for (std::uint32_t i = 0; i < m_laid.layout().segments.size(); ++i) {
            const std::int32_t e = m_laid.role(i).labelOf;
            if (e < 0)
                continue;
            const EdgeRoute& route = m_laid.layout().routes[static_cast<std::size_t>(e)];
            const bool before = m_laid.role(i).labelBefore;
            const double dx = down && before ? -4 : 4;
            const double dy = down ? 3 : (before ? -4 : 11);
            text(m_laid.picture().edges[static_cast<std::size_t>(e)].label, route.labelX + dx, route.labelY + dy,
                 chipFont, ink, down && before ? "end" : "start");
        }
    }

    const LaidPicture& m_laid;
    const SvgOptions& m_options;
    std::string m_out;
};

} // namespace

std::string writeSvg(const LaidPicture& picture, const SvgOptions& options) {
    return Writer(picture, options).write();
}

} // namespace lapidary
