// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/applytheme.h"
#include "ui/theme/colormath.h"
#include "ui/theme/colorscheme.h"
#include "ui/theme/theme.h"
#include "ui/theme/themecontroller.h"
#include "ui/theme/themedicon.h"

#include <QLabel>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QtTest>
#include <QtWidgets>

using namespace lapidary;

Q_DECLARE_METATYPE(lapidary::Theme)

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { qunsetenv("LAPIDARY_THEME"); }

    void readable_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void readable() {
        QFETCH(bool, dark);
        const Theme t = Theme::forScheme(dark);
        for (const QColor& ground : {t.base, t.window, t.alternate, t.raised, t.selection, t.hover}) {
            QVERIFY(contrastRatio(t.text, ground) >= 7);
        }
        for (const QColor& ground : {t.base, t.window, t.alternate}) {
            for (const QColor& ink : {t.muted, t.good, t.bad, t.warning, t.estimate, t.measurement, t.accent}) {
                QVERIFY2(contrastRatio(ink, ground) >= 4.5, qPrintable(ink.name()));
            }
        }
        QVERIFY(contrastRatio(t.accentText, t.accent) >= 4.5);
        QVERIFY(contrastRatio(t.frontier, t.base) >= 3);
        for (int i = 0; i < Theme::categoricalCount; ++i) {
            QVERIFY2(contrastRatio(t.categorical(i), t.base) >= 3, qPrintable(t.categorical(i).name()));
            QCOMPARE(t.categorical(i), t.categorical(i + Theme::categoricalCount));
        }
    }

    void rampKeepsItsOrder_data() { readable_data(); }
    void rampKeepsItsOrder() {
        QFETCH(bool, dark);
        const Theme t = Theme::forScheme(dark);
        double last = 0;
        for (int i = 0; i <= 100; ++i) {
            const double contrast = contrastRatio(t.sequential(i / 100.0), t.base);
            QVERIFY2(contrast > last, qPrintable(QString::number(i)));
            last = contrast;
        }
        QVERIFY(last > 10);
        QCOMPARE(t.sequential(-1), t.sequential(0));
        QCOMPARE(t.sequential(2), t.sequential(1));
        QCOMPARE(t.sequential(qQNaN()), t.sequential(0));
    }

    void paletteTellsTheTheme() {
        QVERIFY(!Theme::of(Theme::day().palette()).dark);
        QVERIFY(Theme::of(Theme::night().palette()).dark);
    }

    void styleSheetIsFilledIn_data() { readable_data(); }
    void styleSheetIsFilledIn() {
        QFETCH(bool, dark);
        applyTheme(*qApp, Theme::forScheme(dark));
        const QString sheet = Theme::forScheme(dark).styleSheet();
        QVERIFY(!sheet.isEmpty());
        const qsizetype body = sheet.indexOf(QLatin1String("*/"));
        QVERIFY2(!sheet.mid(body).contains(QLatin1Char('@')),
                 qPrintable(sheet.mid(sheet.indexOf(QLatin1Char('@'), body), 30)));
        static const QRegularExpression url(QStringLiteral("url\\(([^)]*)\\)"));
        for (auto it = url.globalMatch(sheet); it.hasNext();) {
            const QString path = it.next().captured(1);
            QVERIFY2(QFile::exists(path), qPrintable(path));
        }
    }

    void switchesLive() {
        ThemeController controller(*qApp, ColorScheme::Light);
        QLabel label(QStringLiteral("text"));
        label.show();
        QVERIFY(QTest::qWaitForWindowExposed(&label));
        QVERIFY(!Theme::of(label.palette()).dark);
        QSignalSpy changed(&controller, &ThemeController::themeChanged);
        controller.setScheme(ColorScheme::Dark);
        QCOMPARE(changed.count(), 1);
        QVERIFY(Theme::of(label.palette()).dark);
        QVERIFY(controller.theme().dark);
        controller.setScheme(ColorScheme::Dark);
        QCOMPARE(changed.count(), 1);
        controller.setScheme(ColorScheme::Light);
        QVERIFY(!Theme::of(label.palette()).dark);
    }

    void environmentWins() {
        qputenv("LAPIDARY_THEME", "dark");
        QVERIFY(resolveDark(ColorScheme::Light));
        qputenv("LAPIDARY_THEME", "light");
        QVERIFY(!resolveDark(ColorScheme::Dark));
        qputenv("LAPIDARY_THEME", "nonsense");
        QVERIFY(resolveDark(ColorScheme::Dark));
        for (const ColorScheme scheme : {ColorScheme::System, ColorScheme::Light, ColorScheme::Dark}) {
            QCOMPARE(colorSchemeFromName(colorSchemeName(scheme)), scheme);
        }
    }

    void iconsAreWhole() {
        const QStringList names = themedIconNames();
        for (const char* wanted :
             {"open",   "save",   "undo",  "redo",     "zoom-fit", "zoom-in",  "zoom-out", "search",
              "play",   "stop",   "prune", "quantize", "simplify", "evaluate", "profile",  "compare",
              "export", "device", "lock",  "warning",  "branch",   "info",     "settings"}) {
            QVERIFY2(names.contains(QString::fromLatin1(wanted)), wanted);
        }
        QVERIFY(themedIcon(QStringLiteral("no-such-icon")).isNull());
        for (const QString& name : names) {
            QVERIFY2(QSvgRenderer(QStringLiteral(":/lapidary/icons/%1.svg").arg(name)).isValid(), qPrintable(name));
            const QImage image = themedIcon(name).pixmap(QSize(24, 24), 2.0).toImage();
            QCOMPARE(image.size(), QSize(48, 48));
            int ink = 0;
            for (int y = 0; y < 48; ++y) {
                for (int x = 0; x < 48; ++x) {
                    ink += image.pixelColor(x, y).alpha() > 40 ? 1 : 0;
                }
            }
            QVERIFY2(ink > 60 && ink < 48 * 48 / 2, qPrintable(name));
            for (int i = 0; i < 48; ++i) { // strokes end before the edge
                QVERIFY2(image.pixelColor(i, 0).alpha() == 0 && image.pixelColor(0, i).alpha() == 0 &&
                             image.pixelColor(47, i).alpha() == 0 && image.pixelColor(i, 47).alpha() == 0,
                         qPrintable(name));
            }
        }
    }

    void iconsFollowThePalette() {
        const QIcon icon = themedIcon(QStringLiteral("stop"));
        const auto inkOf = [&](QIcon::Mode mode) {
            const QImage image = icon.pixmap(QSize(24, 24), 3.0, mode).toImage();
            QColor strongest;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const QColor c = image.pixelColor(x, y);
                    strongest = !strongest.isValid() || c.alpha() > strongest.alpha() ? c : strongest;
                }
            }
            return strongest.rgb();
        };
        applyTheme(*qApp, Theme::day());
        QCOMPARE(inkOf(QIcon::Normal), Theme::day().text.rgb());
        QCOMPARE(inkOf(QIcon::Disabled), Theme::day().disabled.rgb());
        applyTheme(*qApp, Theme::night());
        QCOMPARE(inkOf(QIcon::Normal), Theme::night().text.rgb());
        const QIcon warning = tintedIcon(QStringLiteral("warning"), QColor(Qt::red));
        QVERIFY(!warning.isNull());
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
