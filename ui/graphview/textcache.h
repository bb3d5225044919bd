// SPDX-License-Identifier: GPL-3.0-or-later
// Laid-out texts, kept between frames.
#pragma once

#include <QFont>
#include <QFontMetricsF>
#include <QStaticText>

#include <string>
#include <unordered_map>

class QPainter;

namespace lapidary {

/// Draws UTF-8 texts at any size; each is shaped once. UI thread only, like the painter it serves.
class TextCache {
public:
    explicit TextCache(const QFont& font);

    enum class Align { Left, Center, Right };

    /// One line of text, cut short with an ellipsis if it is wider than `width`. `size` and the box are in painter
    /// units; the text is centred vertically on `middle`.
    void draw(QPainter& painter, const std::string& text, double size, double left, double width, double middle,
              Align align = Align::Left);

    /// Width of a text at a size.
    double width(const std::string& text, double size);

    const QFont& font() const { return m_font; }

private:
    struct Entry {
        QStaticText full;
        QStaticText cut;
        double fullWidth = 0;
        double cutWidth = 0;
        double cutFor = -1;
    };
    Entry& entry(const std::string& text);

    QFont m_font;
    QFontMetricsF m_metrics;
    std::unordered_map<std::string, Entry> m_entries;
};

} // namespace lapidary
