// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/diffsvg.h"

#include "ui/graphview/diffmarks.h"
#include "ui/graphview/graphpainter.h"
#include "ui/graphview/nodesize.h"
#include "ui/graphview/svgwriter.h"

#include <QPainter>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lapidary {
namespace {

constexpr double margin = 20;
constexpr double keyHeight = 46;

std::string number(double value) {
    char buffer[32];
    const double rounded = std::round(value * 100) / 100;
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, rounded == 0 ? 0.0 : rounded, std::chars_format::fixed);
    return {buffer, end.ptr};
}

std::string hex(Rgb rgb) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out = "#";
    for (const std::uint8_t c : {rgb.r, rgb.g, rgb.b}) {
        out += digits[c >> 4];
        out += digits[c & 15];
    }
    return out;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += c == '<'                               ? std::string("&lt;")
               : c == '>'                             ? std::string("&gt;")
               : c == '&'                             ? std::string("&amp;")
               : c == '"'                             ? std::string("&quot;")
               : static_cast<unsigned char>(c) < 0x20 ? std::string(" ")
                                                      : std::string(1, c);
    return out;
}

const char* className(DiffMark mark) {
    return mark == DiffMark::Added ? "added" : mark == DiffMark::Removed ? "removed" : "changed";
}

class DiffSvg {
public:
    DiffSvg(const LaidPicture& picture, const GraphDecor& decor, const SvgOptions& options)
        : m_laid(picture), m_decor(decor), m_options(options), m_dark(options.dark),
          m_paper(m_dark ? Rgb{30, 30, 30} : Rgb{255, 255, 255}), m_ink(m_dark ? Rgb{225, 225, 225} : Rgb{0, 0, 0}) {}

    std::string write(const std::string& title) {
        SvgOptions options = m_options;
        options.margin = margin;
        options.scale = 1;
        options.decor = m_decor.hasOverlay() ? valuesAlone() : nullptr;
        const SvgSize size = svgSize(m_laid, options);
        std::string graph = writeSvg(m_laid, options);
        graph.erase(0, graph.find("<svg"));
        lines();
        for (const auto& node : m_decor.nodes)
            if (const auto index = m_laid.indexOf(node.id); index && node.diff != DiffMark::None)
                mark(node, *index);
        // Marks belong into the group that is moved by the margin.
        graph.insert(graph.rfind("</g>"), m_out);
        const double width = std::max(size.width, keyWidth() + 2 * margin);
        const double height = size.height + keyHeight;
        std::string out =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
            number(width * m_options.scale) + "\" height=\"" + number(height * m_options.scale) + "\" viewBox=\"0 0 " +
            number(width) + ' ' + number(height) +
            "\" font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\">\n" +
            "<rect width=\"100%\" height=\"100%\" fill=\"" + hex(m_paper) + "\"/>\n";
        out += text(title, margin, 16, 12, m_ink, "start") + (m_options.legend ? key() : std::string());
        graph.replace(0, 4, "<svg x=\"" + number((width - size.width) / 2) + "\" y=\"" + number(keyHeight) + "\"");
        return out + graph + "</svg>\n";
    }

private:
    static std::string text(std::string_view content, double x, double y, double size, Rgb fill, const char* anchor) {
        return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" font-size=\"" + number(size) + "\" fill=\"" +
               hex(fill) + "\" text-anchor=\"" + anchor + "\">" + escaped(content) + "</text>\n";
    }

    /// What the drawing below shows of the decoration: colours by value. Marks are drawn here.
    GraphDecorPtr valuesAlone() const {
        auto decor = std::make_shared<GraphDecor>();
        decor->legend = m_decor.legend;
        decor->threshold = m_decor.threshold;
        for (const auto& node : m_decor.nodes) {
            NodeDecor values;
            values.id = node.id;
            values.value = node.value;
            values.valueText = node.valueText;
            values.predicted = node.predicted;
            decor->nodes.push_back(std::move(values));
        }
        return decor;
    }

    std::string sign(double x, double y, DiffMark mark) const {
        const auto line = [&](double x0, double y0, double x1, double y1) {
            return 'M' + number(x + x0) + ' ' + number(y + y0) + 'L' + number(x + x1) + ' ' + number(y + y1);
        };
        const bool changed = mark == DiffMark::Changed;
        const double arm = changed ? 3.3 : 4.2, lift = changed ? 1.8 : 0;
        std::string path = line(-arm, -lift, arm, -lift);
        if (mark != DiffMark::Removed)
            path += line(0, -arm - lift, 0, arm - lift);
        if (changed)
            path += line(-arm, 4.4, arm, 4.4);
        const std::string look = "fill=\"" + hex(diffRgb(mark, m_dark)) + "\" stroke=\"" + hex(m_paper) + "\"/>";
        const std::string shape = changed ? "<rect x=\"" + number(x - 7) + "\" y=\"" + number(y - 7) +
                                                "\" width=\"14\" height=\"14\" rx=\"2\" " + look
                                          : "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"7\" " + look;
        return shape + "<path d=\"" + path + "\" stroke=\"" + hex(readableOn(diffRgb(mark, m_dark))) +
               "\" stroke-width=\"1.7\"/>\n";
    }

    void lines() {
        const auto marks = lineDiffs(m_laid, m_decor.edgeDiffs);
        const bool down = m_laid.layout().direction == LayoutDirection::TopDown;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            if (!isDifference(marks[i]))
                continue;
            const auto& s = m_laid.layout().segments[i];
            const auto point = [](double x, double y) { return number(x) + ' ' + number(y); };
            std::string path = 'M' + point(s.x0, s.y0);
            const double mx = (s.x0 + s.x1) / 2, my = (s.y0 + s.y1) / 2;
            const double out = s.bulge * 4 / 3;
            if (s.kind == RouteSegment::Kind::Straight)
                path += 'L' + point(s.x1, s.y1);
            else if (s.kind == RouteSegment::Kind::Loop)
                path += 'C' + point(s.x0 + (down ? out : 0), s.y0 + (down ? 0 : out)) + ' ' +
                        point(s.x1 + (down ? out : 0), s.y1 + (down ? 0 : out)) + ' ' + point(s.x1, s.y1);
            else
                path += 'C' + point(down ? s.x0 : mx, down ? my : s.y0) + ' ' +
                        point(down ? s.x1 : mx, down ? my : s.y1) + ' ' + point(s.x1, s.y1);
            m_out += std::string("<path class=\"") + className(marks[i]) +
                     "\" fill=\"none\" stroke-width=\"2.2\" stroke=\"" + hex(diffRgb(marks[i], m_dark)) + '"' +
                     (marks[i] == DiffMark::Removed ? " stroke-dasharray=\"6 4\"" : "") + " d=\"" + path + "\"/>\n";
        }
    }

    std::string box(const LayoutBox& b, double grow, const std::string& look) const {
        return "<rect x=\"" + number(b.x - grow) + "\" y=\"" + number(b.y - grow) + "\" width=\"" +
               number(b.width + 2 * grow) + "\" height=\"" + number(b.height + 2 * grow) + "\" rx=\"5\" " + look +
               "/>\n";
    }

    void mark(const NodeDecor& node, std::uint32_t index) {
        const auto& b = m_laid.layout().boxes[index];
        if (node.diff == DiffMark::Unchanged && m_decor.hasOverlay())
            return;
        if (node.diff == DiffMark::Unchanged) { // steps back
            m_out += box(b, 0.5, "fill=\"" + hex(m_paper) + "\" fill-opacity=\"0.55\"");
            return;
        }
        const auto color = hex(diffRgb(node.diff, m_dark));
        m_out +=
            std::string("<g class=\"") + className(node.diff) + "\"><title>" + escaped(node.diffText) + "</title>\n";
        if (node.diff == DiffMark::Removed) {
            m_out += box(b, 0.5, "fill=\"" + hex(m_paper) + "\" fill-opacity=\"0.7\"");
            const double y = b.y + std::min(b.height, nodesize::header) / 2;
            m_out += "<path d=\"M" + number(b.x + 5) + ' ' + number(y) + 'H' + number(b.x + b.width - 5) +
                     "\" stroke=\"" + color + "\" stroke-width=\"1.4\"/>\n";
        }
        m_out += box(b, 0,
                     "fill=\"none\" stroke-width=\"2.2\" stroke=\"" + color + '"' +
                         (node.diff == DiffMark::Removed ? " stroke-dasharray=\"6 4\"" : ""));
        widthBar(node, m_laid.picture().nodes[index], b);
        m_out += sign(b.x + 1, b.y + 1, node.diff);
        double right = b.x + b.width + 5;
        for (auto it = node.badges.rbegin(); it != node.badges.rend(); ++it) {
            const double width = TextWidths().width(*it, nodesize::chipFont) + 10;
            m_out += "<rect x=\"" + number(right - width) + "\" y=\"" + number(b.y - 8) + "\" width=\"" +
                     number(width) + "\" height=\"13\" rx=\"6.5\" fill=\"" +
                     hex(m_dark ? Rgb{86, 70, 20} : Rgb{255, 243, 205}) + "\" stroke=\"" + hex({190, 150, 60}) +
                     "\"/>\n" + text(*it, right - width / 2, b.y + 2, nodesize::chipFont, m_ink, "middle");
            right -= width + 3;
        }
        m_out += "</g>\n";
    }

    /// Before and after in one bar: what is gone is framed and hatched, what is left is solid.
    void widthBar(const NodeDecor& decor, const PictureNode& node, const LayoutBox& b) {
        using namespace nodesize;
        if (decor.channelsKept < 0 || node.channels == 0 || decor.channelsKept >= std::int64_t(node.channels))
            return;
        const double left = b.x + sidePadding, full = b.width - 2 * sidePadding;
        const double row = b.y + b.height - bodyPadding - barRow;
        const auto label = std::to_string(decor.channelsKept) + " / " + std::to_string(node.channels);
        const double room = TextWidths().width(label, chipFont) + 6;
        const double bar = full - room, kept = bar * double(decor.channelsKept) / double(node.channels);
        const auto rect = [&](double x, double width, const std::string& look) {
            return "<rect x=\"" + number(x) + "\" y=\"" + number(row + (barRow - barHeight) / 2) + "\" width=\"" +
                   number(width) + "\" height=\"" + number(barHeight) + "\" " + look + "/>\n";
        };
        const auto color = hex(diffRgb(DiffMark::Removed, m_dark));
        m_out += "<rect x=\"" + number(left - 1) + "\" y=\"" + number(row) + "\" width=\"" + number(full + 2) +
                 "\" height=\"" + number(barRow) + "\" fill=\"" + hex(m_dark ? Rgb{45, 45, 45} : Rgb{255, 255, 255}) +
                 "\"/>\n";
        m_out += rect(left, kept, "fill=\"" + hex(categoryFill(node.category, m_dark)) + '"');
        m_out += rect(left + kept, bar - kept, "fill=\"" + color + "\" fill-opacity=\"0.18\" stroke=\"" + color + '"');
        m_out += rect(left + kept, bar - kept, "fill=\"url(#removed)\""); // the pattern of the drawing below
        m_out += text(label, b.x + b.width - sidePadding, row + barRow / 2 + 3, chipFont,
                      diffRgb(DiffMark::Removed, m_dark), "end");
    }

    double keyWidth() const {
        double width = 0;
        for (const auto& entry : m_decor.diffLegend)
            width += 34 + TextWidths().width(entry.text, 10.5);
        return width;
    }

    std::string key() const {
        std::string out = "<g class=\"legend\">\n";
        double x = margin + 7;
        for (const auto& entry : m_decor.diffLegend) {
            if (isDifference(entry.mark))
                out += sign(x, 34, entry.mark);
            else
                out += "<rect x=\"" + number(x - 6) + "\" y=\"29\" width=\"12\" height=\"10\" rx=\"2\" fill=\"" +
                       hex(diffRgb(DiffMark::Unchanged, m_dark)) + "\" fill-opacity=\"0.4\"/>\n";
            out += text(entry.text, x + 12, 38, 10.5, m_ink, "start");
            x += 34 + TextWidths().width(entry.text, 10.5);
        }
        return out + "</g>\n";
    }

    const LaidPicture& m_laid;
    const GraphDecor& m_decor;
    const SvgOptions& m_options;
    const bool m_dark;
    const Rgb m_paper, m_ink;
    std::string m_out;
};

} // namespace

std::string writeDiffSvg(const LaidPicture& picture, const GraphDecor& decor, const std::string& title,
                         const SvgOptions& options) {
    return DiffSvg(picture, decor, options).write(title);
}

QImage renderDiff(const LaidPicture& picture, const GraphDecor& decor, bool dark, double scale) {
    const auto style = dark ? GraphStyle::night() : GraphStyle::light();
    auto plain = std::make_shared<GraphDecor>(decor);
    plain->diffLegend.clear();
    const QImage graph = renderPicture(picture, style, plain, scale);
    if (graph.isNull())
        return {};
    const double room = 17.0 * double(decor.diffLegend.size()) + 40;
    QImage image(std::max(graph.width(), 260), graph.height() + int(room), QImage::Format_RGB32);
    if (image.isNull())
        return {};
    image.fill(style.paper);
    QPainter painter(&image);
    painter.drawImage(QPointF((image.width() - graph.width()) / 2.0, room), graph);
    GraphPainter keyPainter(style);
    auto key = std::make_shared<GraphDecor>();
    key->diffLegend = decor.diffLegend;
    Viewport view;
    view.size = QSizeF(image.size());
    keyPainter.paintLegendOver(painter, picture, view, BoundDecor(key, picture));
    return image;
}

} // namespace lapidary
