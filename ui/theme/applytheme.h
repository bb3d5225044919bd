// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

class QApplication;

namespace lapidary {

/// Gives the application Qt's Fusion style, the theme's palette and its style sheet. May be called again at any
/// time: widgets that live get QEvent::PaletteChange and repaint. UI thread.
void applyTheme(QApplication& application, const Theme& theme);

} // namespace lapidary
