// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/graphstyle.h"

#include <QFontMetricsF>
#include <QPalette>

namespace lapidary {

GraphStyle GraphStyle::light() {
    GraphStyle style;
    style.paper = QColor(255, 255, 255);
    style.body = QColor(255, 255, 255);
    style.text = QColor(0, 0, 0);
    style.faintText = QColor(92, 92, 92);
    style.border = QColor(51, 51, 51);
    style.edge = QColor(0, 0, 0);
    style.selection = QColor(220, 0, 0);
    style.highlight = QColor(255, 160, 0);
    style.removed = QColor(200, 40, 30);
    style.noValue = QColor(232, 232, 232);
    style.panel = QColor(255, 255, 255, 246);
    style.panelBorder = QColor(200, 200, 200);
    return style;
}

GraphStyle GraphStyle::night() {
    GraphStyle style;
    style.dark = true;
    style.paper = QColor(30, 30, 30);
    style.body = QColor(45, 45, 45);
    style.text = QColor(225, 225, 225);
    style.faintText = QColor(165, 165, 165);
    style.border = QColor(36, 36, 36);
    style.edge = QColor(136, 136, 136);
    style.selection = QColor(240, 60, 60);
    style.highlight = QColor(255, 176, 32);
    style.removed = QColor(255, 110, 96);
    style.noValue = QColor(62, 62, 62);
    style.panel = QColor(40, 40, 40, 246);
    style.panelBorder = QColor(80, 80, 80);
    return style;
}

GraphStyle GraphStyle::forPalette(const QPalette& palette) {
    return palette.color(QPalette::Base).lightnessF() < 0.5 ? night() : light();
}

QColor mixed(const QColor& a, const QColor& b, double part) {
    const auto mix = [part](int x, int y) { return qBound(0, qRound(x + (y - x) * part), 255); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()), mix(a.alpha(), b.alpha()));
}

TextWidths measureWidths(const QFont& font) {
    constexpr int size = 200;
    QFont large(font);
    large.setPixelSize(size);
    large.setHintingPreference(QFont::PreferNoHinting);
    const QFontMetricsF metrics(large);
    TextWidths widths;
    for (std::size_t i = 0; i < widths.ascii.size(); ++i)
        widths.ascii[i] = static_cast<float>(metrics.horizontalAdvance(QChar(static_cast<char16_t>(i + 0x20))) / size);
    widths.other = static_cast<float>(metrics.horizontalAdvance(QChar(u'\u00d7')) / size);
    return widths;
}

} // namespace lapidary
