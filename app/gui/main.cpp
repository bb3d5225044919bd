// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"
#include "job/jobmanager.h"
#include "ui/models/workspace.h"
#include "ui/shell/mainwindow.h"
#include "ui/theme/themecontroller.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QLibraryInfo>
#include <QSettings>
#include <QTimer>
#include <QTranslator>

#include <clocale>

namespace {

/// Translations are beside the program's data; LAPIDARY_TRANSLATION names one file instead.
void loadTranslations(QApplication& application, QTranslator& own, QTranslator& qt) {
    const auto given = qEnvironmentVariable("LAPIDARY_TRANSLATION");
    const auto folder =
        QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("../share/lapidary/translations"));
    const bool found = given.isEmpty() ? own.load(QLocale(), QStringLiteral("lapidary"), QStringLiteral("_"), folder) ||
                                             own.load(QStringLiteral("lapidary_en"), folder) // plurals
                                       : own.load(given);
    if (found)
        application.installTranslator(&own);
    if (qt.load(QLocale(), QStringLiteral("qtbase"), QStringLiteral("_"),
                QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        application.installTranslator(&qt);
}

lapidary::ColorScheme chosenScheme() {
    const auto forced = qEnvironmentVariable("LAPIDARY_THEME");
    if (forced == QLatin1String("light"))
        return lapidary::ColorScheme::Light;
    if (forced == QLatin1String("dark"))
        return lapidary::ColorScheme::Dark;
    return lapidary::ColorScheme(
        QSettings().value(QStringLiteral("theme"), int(lapidary::ColorScheme::System)).toInt());
}

/// Ends the program once the window has been painted: cold starts are measured with it.
class QuitAfterPaint final : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint)
            QTimer::singleShot(0, qApp, &QCoreApplication::quit);
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

int main(int argc, char** argv) {
    using namespace lapidary;
    QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C"); // Qt took the user's; reports have decimal points, the window uses QLocale
    QCoreApplication::setOrganizationName(QStringLiteral("lapidary"));
    QCoreApplication::setApplicationName(QStringLiteral("lapidary"));
    QCoreApplication::setApplicationVersion(QStringLiteral(LAPIDARY_VERSION));
    QTranslator own;
    QTranslator qt;
    loadTranslations(application, own, qt);

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Makes neural networks small and fast enough for the edge."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("path"),
                                 QCoreApplication::translate("main", "ONNX model or project folder to open"));
    const QCommandLineOption sample(QStringLiteral("sample"),
                                    QCoreApplication::translate("main", "Open the sample project"));
    parser.addOption(sample);
    QCommandLineOption exitWhenReady(QStringLiteral("exit-when-ready"));
    exitWhenReady.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOption(exitWhenReady);
    parser.process(application);

    ThemeController themes(application, chosenScheme());
    const Engine engine;
    JobManager jobs;
    Workspace workspace(engine, jobs);
    MainWindow window(workspace, &themes);
    QuitAfterPaint quitAfterPaint;
    if (parser.isSet(exitWhenReady))
        window.installEventFilter(&quitAfterPaint);
    window.show();
    if (parser.isSet(sample))
        workspace.openSample();
    else if (!parser.positionalArguments().isEmpty())
        window.openPath(parser.positionalArguments().first());
    return QApplication::exec();
}
