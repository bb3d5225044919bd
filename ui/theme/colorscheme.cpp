// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/colorscheme.h"

#include "ui/theme/systemscheme.h"

namespace lapidary {

QString colorSchemeName(ColorScheme scheme) {
    switch (scheme) {
    case ColorScheme::Light:
        return QStringLiteral("light");
    case ColorScheme::Dark:
        return QStringLiteral("dark");
    case ColorScheme::System:
        break;
    }
    return QStringLiteral("system");
}

ColorScheme colorSchemeFromName(const QString& name) {
    if (name.compare(QLatin1String("light"), Qt::CaseInsensitive) == 0) {
        return ColorScheme::Light;
    }
    if (name.compare(QLatin1String("dark"), Qt::CaseInsensitive) == 0) {
        return ColorScheme::Dark;
    }
    return ColorScheme::System;
}

bool resolveDark(ColorScheme scheme) {
    const ColorScheme forced = colorSchemeFromName(qEnvironmentVariable("LAPIDARY_THEME"));
    if (forced != ColorScheme::System) {
        return forced == ColorScheme::Dark;
    }
    if (scheme != ColorScheme::System) {
        return scheme == ColorScheme::Dark;
    }
    return systemPrefersDark();
}

} // namespace lapidary
