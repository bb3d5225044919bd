// SPDX-License-Identifier: GPL-3.0-or-later
// Colours and font of the graph view.
#pragma once

#include "ui/graphview/categorycolors.h"
#include "ui/graphview/textwidths.h"

#include <QColor>
#include <QFont>

class QPalette;

namespace lapidary {

struct GraphStyle {
    bool dark = false; ///< chosen for dark surroundings
    QColor paper;      ///< behind everything
    QColor body;       ///< of a node, below its header
    QColor text;       ///< in a body and in panels
    QColor faintText;  ///< on edges, in hints
    QColor border;     ///< of a node
    QColor edge;
    QColor selection; ///< border and edges of selected nodes
    QColor highlight; ///< found nodes
    QColor removed;   ///< hatch over removed channels
    QColor noValue;   ///< body of a node that has no value while others do
    QColor panel;     ///< legend and minimap background
    QColor panelBorder;
    QFont font; ///< family only; sizes are the view's own

    static GraphStyle light();
    static GraphStyle night();
    /// Light or dark, whichever the palette's window colour is.
    static GraphStyle forPalette(const QPalette& palette);
};

inline QColor toColor(Rgb rgb) {
    return {rgb.r, rgb.g, rgb.b};
}

/// Between two colours: 0 gives a, 1 gives b.
QColor mixed(const QColor& a, const QColor& b, double part);

/// Advances of a font, measured once; call on the UI thread, use the result on any.
TextWidths measureWidths(const QFont& font);

} // namespace lapidary
