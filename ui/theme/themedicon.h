// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QStringList>

namespace lapidary {

/// One of Lapidary's own line drawings (resources/icons/<name>.svg) as an icon that takes its colour from the
/// application's palette when it is painted: it follows light and dark without being made again, greys out when
/// disabled, and is drawn from vectors at any size and device pixel ratio. An unknown name gives a null icon.
QIcon themedIcon(const QString& name);

/// The same drawing always in one colour, for marks that mean something (warning, lock, estimate).
QIcon tintedIcon(const QString& name, const QColor& color);

/// Names of all drawings, sorted.
QStringList themedIconNames();

} // namespace lapidary
