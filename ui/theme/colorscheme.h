// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lapidary {

/// What the user asked for: follow the desktop, or always one of the two.
enum class ColorScheme { System, Light, Dark };

/// The word kept in settings: "system", "light" or "dark".
QString colorSchemeName(ColorScheme scheme);

/// Reads colorSchemeName() back, ignoring case; anything else means System.
ColorScheme colorSchemeFromName(const QString& name);

/// Whether to be dark, in this order: the environment variable LAPIDARY_THEME (light or dark), the user's
/// choice, and what the desktop prefers. Call from the UI thread after QApplication exists.
bool resolveDark(ColorScheme scheme);

} // namespace lapidary
