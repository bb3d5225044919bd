// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/textcache.h"

#include <QPainter>

#include <algorithm>

namespace lapidary {
namespace {

constexpr double baseSize = 24;
constexpr std::size_t maxEntries = 4000;

QFont baseFont(QFont font) {
    font.setPixelSize(static_cast<int>(baseSize));
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QStaticText prepared(const QString& text) {
    QStaticText result(text);
    result.setTextFormat(Qt::PlainText);
    result.setPerformanceHint(QStaticText::ModerateCaching);
    return result;
}

} // namespace

TextCache::TextCache(const QFont& font) : m_font(baseFont(font)), m_metrics(m_font) {}

TextCache::Entry& TextCache::entry(const std::string& text) {
    const auto found = m_entries.find(text);
    if (found != m_entries.end())
        return found->second;
    if (m_entries.size() >= maxEntries)
        m_entries.clear();
    Entry& entry = m_entries[text];
    const QString string = QString::fromStdString(text);
    entry.full = prepared(string);
    entry.fullWidth = m_metrics.horizontalAdvance(string);
    return entry;
}

double TextCache::width(const std::string& text, double size) {
    return entry(text).fullWidth * size / baseSize;
}

void TextCache::draw(QPainter& painter, const std::string& text, double size, double left, double width, double middle,
                     Align align) {
    if (text.empty())
        return;
    const double factor = size / baseSize;
    const double room = width / factor;
    Entry& e = entry(text);
    const bool cut = e.fullWidth > room + 0.5;
    if (cut && std::abs(e.cutFor - room) > 0.5) {
        const QString shortened = m_metrics.elidedText(QString::fromStdString(text), Qt::ElideRight, room);
        e.cut = prepared(shortened);
        e.cutWidth = m_metrics.horizontalAdvance(shortened);
        e.cutFor = room;
    }
    const double used = (cut ? e.cutWidth : e.fullWidth) * factor;
    const double slack = std::max(0.0, width - used);
    const double x = left + (align == Align::Left ? 0 : align == Align::Center ? slack / 2 : slack);
    const QTransform before = painter.transform();
    painter.translate(x, middle - m_metrics.height() / 2 * factor);
    painter.scale(factor, factor);
    painter.setFont(m_font);
    painter.drawStaticText(QPointF(0, 0), cut ? e.cut : e.full);
    painter.setTransform(before);
}

} // namespace lapidary
