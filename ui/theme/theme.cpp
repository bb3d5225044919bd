// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "ui/theme/colormath.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace lapidary {
namespace {

// Okabe and Ito's hues without black (the text colour already plays that part), moved in lightness until each keeps
// a contrast of 3 with the plot's ground.
constexpr std::array<QRgb, Theme::categoricalCount> okabeItoOnWhite{0xff0072b2, 0xffb87a00, 0xff00825e, 0xffb8588c,
                                                                    0xff2f8fc7, 0xffd55e00, 0xff8f8600};
constexpr std::array<QRgb, Theme::categoricalCount> okabeItoOnBlack{0xff3d9ddc, 0xffe69f00, 0xff1fb58a, 0xffcc79a7,
                                                                    0xff7fcbf5, 0xffe97730, 0xfff0e442};

constexpr std::array<QRgb, 6> rampOnWhite{0xfff1efd6, 0xffbfdcc0, 0xff74bcb7, 0xff3a8fae, 0xff2f5d97, 0xff2a2a66};
constexpr std::array<QRgb, 6> rampOnBlack{0xff252a52, 0xff2d548f, 0xff3786a9, 0xff63b6b4, 0xffb3d9bb, 0xfff6f2cf};

void fillGroup(QPalette& palette, QPalette::ColorGroup group, const Theme& t, const QColor& text) {
    palette.setColor(group, QPalette::Window, t.window);
    palette.setColor(group, QPalette::WindowText, text);
    palette.setColor(group, QPalette::Base, t.base);
    palette.setColor(group, QPalette::AlternateBase, t.alternate);
    palette.setColor(group, QPalette::Text, text);
    palette.setColor(group, QPalette::Button, t.raised);
    palette.setColor(group, QPalette::ButtonText, text);
    palette.setColor(group, QPalette::BrightText, t.bad);
    palette.setColor(group, QPalette::ToolTipBase, t.raised);
    palette.setColor(group, QPalette::ToolTipText, t.text);
    palette.setColor(group, QPalette::PlaceholderText, t.disabled);
    palette.setColor(group, QPalette::Highlight, group == QPalette::Disabled ? t.border : t.accent);
    palette.setColor(group, QPalette::HighlightedText, group == QPalette::Disabled ? t.muted : t.accentText);
    palette.setColor(group, QPalette::Link, t.accent);
    palette.setColor(group, QPalette::LinkVisited, t.accent);
    palette.setColor(group, QPalette::Light, t.dark ? t.hover : t.base);
    palette.setColor(group, QPalette::Midlight, t.hover);
    palette.setColor(group, QPalette::Mid, t.border);
    palette.setColor(group, QPalette::Dark, t.border);
    palette.setColor(group, QPalette::Shadow, t.dark ? QColor(0, 0, 0) : QColor(0x8a, 0x93, 0x9d));
}

} // namespace

Theme Theme::day() {
    Theme t;
    t.dark = false;
    t.window = QColor(0xf4f5f7);
    t.base = QColor(0xffffff);
    t.alternate = QColor(0xf8f9fb);
    t.raised = QColor(0xffffff);
    t.hover = QColor(0xe9ecf1);
    t.separator = QColor(0xdfe3e8);
    t.border = QColor(0xc4cbd3);
    t.text = QColor(0x1b2026);
    t.muted = QColor(0x5b6672);
    t.disabled = QColor(0x98a1ab);
    t.accent = QColor(0x2462c2);
    t.accentText = QColor(0xffffff);
    t.selection = QColor(0xdde8f9);
    t.good = QColor(0x1a7f4b);
    t.bad = QColor(0xc0342b);
    t.warning = QColor(0x9a6200);
    t.estimate = QColor(0x7a4fc4);
    t.measurement = QColor(0x0b7570);
    t.frontier = QColor(0xd55e00);
    t.grid = QColor(0xe8ebef);
    return t;
}

Theme Theme::night() {
    Theme t;
    t.dark = true;
    t.window = QColor(0x1f2227);
    t.base = QColor(0x17191d);
    t.alternate = QColor(0x1b1e22);
    t.raised = QColor(0x2a2e34);
    t.hover = QColor(0x2e333a);
    t.separator = QColor(0x30353c);
    t.border = QColor(0x4a515b);
    t.text = QColor(0xe5e8ec);
    t.muted = QColor(0x9ea7b3);
    t.disabled = QColor(0x68717c);
    t.accent = QColor(0x6ea6f7);
    t.accentText = QColor(0x0d1521);
    t.selection = QColor(0x2a3f5f);
    t.good = QColor(0x4cc38a);
    t.bad = QColor(0xf27d72);
    t.warning = QColor(0xe5a83d);
    t.estimate = QColor(0xb69df6);
    t.measurement = QColor(0x37c2b3);
    t.frontier = QColor(0xf08a3c);
    t.grid = QColor(0x2a2e34);
    return t;
}

Theme Theme::of(const QPalette& palette) {
    const bool dark = palette.color(QPalette::Active, QPalette::Window).lightness() <
                      palette.color(QPalette::Active, QPalette::WindowText).lightness();
    return forScheme(dark);
}

QPalette Theme::palette() const {
    QPalette palette;
    fillGroup(palette, QPalette::Active, *this, text);
    fillGroup(palette, QPalette::Inactive, *this, text);
    fillGroup(palette, QPalette::Disabled, *this, disabled);
    return palette;
}

QString Theme::styleSheet() const {
    QFile file(QStringLiteral(":/lapidary/theme/lapidary.qss"));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QString sheet = QString::fromUtf8(file.readAll());
    std::vector<std::pair<QString, QColor>> words{{QStringLiteral("@window"), window},
                                                  {QStringLiteral("@base"), base},
                                                  {QStringLiteral("@alternate"), alternate},
                                                  {QStringLiteral("@raised"), raised},
                                                  {QStringLiteral("@hover"), hover},
                                                  {QStringLiteral("@separator"), separator},
                                                  {QStringLiteral("@border"), border},
                                                  {QStringLiteral("@text"), text},
                                                  {QStringLiteral("@muted"), muted},
                                                  {QStringLiteral("@disabled"), disabled},
                                                  {QStringLiteral("@accentText"), accentText},
                                                  {QStringLiteral("@accent"), accent},
                                                  {QStringLiteral("@selection"), selection},
                                                  {QStringLiteral("@pressed"), blend(accent, raised, 0.18)},
                                                  {QStringLiteral("@primaryHover"), blend(text, accent, 0.12)},
                                                  {QStringLiteral("@bad"), bad},
                                                  {QStringLiteral("@good"), good},
                                                  {QStringLiteral("@scroll"), blend(text, window, 0.22)},
                                                  {QStringLiteral("@scrollHover"), blend(text, window, 0.38)}};
    // Longest word first: "@accent" must not eat the beginning of "@accentText".
    std::sort(words.begin(), words.end(), [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    for (const auto& [word, color] : words) {
        sheet.replace(word, color.name());
    }
    sheet.replace(QLatin1String("@mode"), dark ? QLatin1String("dark") : QLatin1String("light"));
    return sheet;
}

QColor Theme::categorical(int index) const {
    const auto& colors = dark ? okabeItoOnBlack : okabeItoOnWhite;
    const int count = int(colors.size());
    return QColor(colors[std::size_t(((index % count) + count) % count)]);
}

QColor Theme::sequential(double share) const {
    return dark ? rampColor(rampOnBlack, share) : rampColor(rampOnWhite, share);
}

QColor Theme::textOn(const QColor& background) {
    const QColor black(0x11, 0x14, 0x18);
    return contrastRatio(background, Qt::white) >= contrastRatio(background, black) ? QColor(Qt::white) : black;
}

} // namespace lapidary
