// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plots/svgwriter.h"

#include "engine/plots/niceticks.h"

namespace lapidary {

std::string SvgWriter::escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') {
                out += c;
            }
        }
    }
    return out;
}

std::string SvgWriter::number(double value) {
    std::string text = fixedNumber(value, 2);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text.empty() ? "0" : text;
}

void SvgWriter::open(std::string_view name, Attributes attributes) {
    m_out += '<';
    m_out += name;
    for (const auto& [key, value] : attributes) {
        m_out += ' ';
        m_out += key;
        m_out += "=\"";
        if (const auto* real = std::get_if<double>(&value)) {
            m_out += number(*real);
        } else if (const auto* whole = std::get_if<int>(&value)) {
            m_out += std::to_string(*whole);
        } else {
            m_out += escaped(std::get<std::string_view>(value));
        }
        m_out += '"';
    }
}

void SvgWriter::begin(std::string_view name, Attributes attributes) {
    open(name, attributes);
    m_out += ">\n";
}

void SvgWriter::end(std::string_view name) {
    m_out += "</";
    m_out += name;
    m_out += ">\n";
}

void SvgWriter::leaf(std::string_view name, Attributes attributes) {
    open(name, attributes);
    m_out += "/>\n";
}

void SvgWriter::text(std::string_view name, Attributes attributes, std::string_view content) {
    open(name, attributes);
    m_out += '>';
    m_out += escaped(content);
    m_out += "</";
    m_out += name;
    m_out += ">\n";
}

} // namespace lapidary
