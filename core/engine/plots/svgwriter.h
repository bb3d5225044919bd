// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace lapidary {

/// Writes SVG elements into a string: escaped text, numbers with at most two decimals whatever the locale.
class SvgWriter {
public:
    using Value = std::variant<double, int, std::string_view>;
    using Attributes = std::initializer_list<std::pair<std::string_view, Value>>;

    /// <name a="b">; closed by end(name).
    void begin(std::string_view name, Attributes attributes);
    void end(std::string_view name);
    /// <name a="b"/>
    void leaf(std::string_view name, Attributes attributes);
    /// <name a="b">text</name>
    void text(std::string_view name, Attributes attributes, std::string_view content);

    std::string take() { return std::move(m_out); }

    /// Text with & < > " ' escaped, and characters XML forbids left out.
    static std::string escaped(std::string_view text);
    static std::string number(double value);

private:
    void open(std::string_view name, Attributes attributes);

    std::string m_out;
};

} // namespace lapidary
