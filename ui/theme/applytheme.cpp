// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/applytheme.h"

#include "ui/theme/systemscheme.h"

#include <QApplication>
#include <QStyle>
#include <QStyleFactory>
#include <QToolTip>

// Outside the namespace, as Qt asks: makes the resources known when the room is linked statically.
static void initThemeResources() {
    Q_INIT_RESOURCE(theme);
    Q_INIT_RESOURCE(icons);
}

namespace lapidary {

void applyTheme(QApplication& application, const Theme& theme) {
    initThemeResources();
    systemPrefersDark(); // the platform's palette is still there to be read, for the last time
    if (application.style()->objectName().compare(QLatin1String("fusion"), Qt::CaseInsensitive) != 0) {
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    }
    // Palette first: the style sheet then polishes widgets that already have their new colours.
    const QPalette palette = theme.palette();
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
    const QString sheet = theme.styleSheet();
    if (application.styleSheet() != sheet) {
        application.setStyleSheet(sheet);
    }
}

} // namespace lapidary
