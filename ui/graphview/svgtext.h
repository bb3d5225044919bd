// SPDX-License-Identifier: GPL-3.0-or-later
// The words of SVG: numbers, colours, texts, rectangles. No Qt.
#pragma once

#include "ui/graphview/categorycolors.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

namespace lapidary {

/// Appends to a document. Numbers do not depend on the locale; texts are escaped.
class SvgText {
public:
    void raw(std::string_view text) { m_out += text; }
    void reserve(std::size_t bytes) { m_out.reserve(bytes); }
    std::string take() { return std::move(m_out); }

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

    void point(double x, double y) {
        number(x);
        m_out += ' ';
        number(y);
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

    /// A rectangle without outline; opacity 1 is left out.
    void rect(double x, double y, double width, double height, Rgb fill, double corner = 0, double opacity = 1) {
        openRect(x, y, width, height, corner);
        color("fill", fill);
        if (opacity < 1)
            attribute("opacity", opacity);
        m_out += "/>\n";
    }
    /// The same, up to its attributes: for fills and strokes of other kinds.
    void openRect(double x, double y, double width, double height, double corner = 0) {
        m_out += "<rect";
        attribute("x", x);
        attribute("y", y);
        attribute("width", width);
        attribute("height", height);
        if (corner > 0)
            attribute("rx", corner);
    }

private:
    std::string m_out;
};

/// Between two colours: 0 gives a, 1 gives b.
inline Rgb mixed(Rgb a, Rgb b, double part) {
    const auto mix = [part](int x, int y) { return static_cast<std::uint8_t>(std::lround(x + (y - x) * part)); };
    return {mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b)};
}

} // namespace lapidary
