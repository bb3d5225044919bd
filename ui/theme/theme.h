// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>

namespace lapidary {

/// Every colour and distance the window is drawn with: a plain value, either light or dark.
///
/// There is no global theme. Whoever paints asks `Theme::of(palette())`, so a widget follows a live switch by
/// repainting on QEvent::PaletteChange, and a test can give one widget another palette.
struct Theme {
    bool dark = false;

    // Surfaces, from the back to the front.
    QColor window;    ///< behind everything: docks, tool bars, forms
    QColor base;      ///< where content lies: tables, plots, the graph
    QColor alternate; ///< every second row
    QColor raised;    ///< buttons, menus, tool tips
    QColor hover;     ///< under the mouse
    QColor separator; ///< hairlines between parts
    QColor border;    ///< outlines of things one can operate

    // Writing.
    QColor text;
    QColor muted;    ///< secondary text, still readable (contrast at least 4.5)
    QColor disabled; ///< text of what cannot be used now

    // Meaning.
    QColor accent;      ///< the one colour that says "this one", "press here"
    QColor accentText;  ///< writing on accent
    QColor selection;   ///< a calm tint of accent behind selected rows
    QColor good;        ///< better, within the limit
    QColor bad;         ///< worse, failed, refused
    QColor warning;     ///< look here before going on
    QColor estimate;    ///< predicted numbers, never the colour of measured ones
    QColor measurement; ///< numbers a device or a dataset gave
    QColor frontier;    ///< the line of variants nothing beats
    QColor grid;        ///< grid lines of plots

    static constexpr int unit = 4;    ///< everything sits on a 4 px grid …
    static constexpr int spacing = 8; ///< … and most of it on this one
    static constexpr int radius = 4;  ///< corners of fields and buttons

    static Theme day();
    static Theme night();
    static Theme forScheme(bool dark) { return dark ? night() : day(); }

    /// The theme a palette belongs to, told by which of window and text is lighter.
    static Theme of(const QPalette& palette);

    /// The palette for QApplication, all groups and roles filled.
    QPalette palette() const;

    /// The application style sheet with this theme's colours filled in.
    QString styleSheet() const;

    /// Colour of the n-th group of a legend, tellable apart with any colour vision (M. Okabe and K. Ito, "Color
    /// Universal Design", 2008), its dark or pale members adjusted to stand out from `base`. Wraps around.
    QColor categorical(int index) const;
    static constexpr int categoricalCount = 7;

    /// Colour for a share 0..1 of a range: lightness moves one way only, so the order survives grey printing and
    /// any colour vision; 0 lies near `base`, 1 stands out most.
    QColor sequential(double share) const;

    /// Black or white, whichever reads better on the given colour.
    static QColor textOn(const QColor& background);
};

} // namespace lapidary
