// SPDX-License-Identifier: GPL-3.0-or-later
// comparepictures FOLDER [MODEL PASS RATIO [DATA]]: pictures of the Compare tab, light and dark, with DATA as
// evaluation data; figures for people, not a test.
#include "tests/ui/journeys/windowbench.h"

#include "ui/graphview/graphview.h"
#include "ui/panels/comparepanel.h"
#include "ui/theme/themecontroller.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QTabWidget>

using namespace lapidary;
using namespace lapidary::test;

int main(int argc, char** argv) {
    qputenv("LAPIDARY_RESOURCES", QByteArray::fromStdString(resourcesFolder().string()));
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    if (qEnvironmentVariableIsEmpty("LAPIDARY_PLUGIN_PATH"))
        qputenv("LAPIDARY_PLUGIN_PATH", LAPIDARY_TEST_PLUGIN_DIR);
    TempDir home;
    QApplication application(argc, argv);
    useHome(home.path());
    const auto arguments = QCoreApplication::arguments();
    if (arguments.size() < 2)
        qFatal("usage: comparepictures FOLDER [MODEL PASS RATIO [DATA]]");
    QDir().mkpath(arguments[1]);
    ThemeController themes(application, ColorScheme::Light);
    WindowBench bench(&themes);
    bench.window().resize(1440, 920);
    bench.window().show();
    const auto model = arguments.size() > 2 ? std::filesystem::path(arguments[2].toStdString())
                                            : resourcesFolder() / "sample" / "fashion.onnx";
    if (!bench.open(model))
        qFatal("cannot open the model");
    const auto source = bench.workspace().current();
    ParamSet params;
    if (arguments.size() > 4)
        params["ratio"] = Json(arguments[4].toDouble());
    const auto second = arguments.size() > 3 ? arguments[3] : QStringLiteral("prune.channels");
    const bool file = second.endsWith(QStringLiteral(".onnx"));
    const auto other = file ? source : bench.make(source, second.toStdString(), std::move(params));
    if (other == 0)
        qFatal("the pass failed");
    if (arguments.size() > 5)
        if (auto status = bench.workspace().session()->setDataset("evaluation", arguments[5].toStdString()); !status)
            qFatal("%s", status.error().toString().c_str());
    bench.workspace().rename(source, QStringLiteral("source"));
    bench.settle();
    auto* panel = bench.find<ComparePanel>("comparePanel");
    bench.find<QTabWidget>("centreTabs")->setCurrentWidget(panel);
    if (file)
        panel->compareWith(second);
    else
        panel->compare(source, other);
    waitUntil([&] { return panel->session().data() != nullptr; });
    bench.settle(120);
    const auto shoot = [&](const QString& name, const QString& scheme) {
        waitUntil([] { return false; }, 1);
        bench.window().grab().save(QDir(arguments[1]).filePath(QStringLiteral("%1-%2.png").arg(name, scheme)));
    };
    for (const auto& [scheme, name] : {std::pair(ColorScheme::Light, "light"), std::pair(ColorScheme::Dark, "dark")}) {
        const auto text = QString::fromLatin1(name);
        themes.setScheme(scheme);
        panel->setMode(ComparePanel::Summary);
        shoot(QStringLiteral("summary"), text);
        panel->setMode(ComparePanel::Picture);
        panel->nextDifference();
        bench.find<GraphView>("diffView")->resetZoom();
        shoot(QStringLiteral("picture"), text);
        bench.find<QCheckBox>("diffOnlyChanges")->setChecked(true);
        bench.find<GraphView>("diffView")->fit();
        shoot(QStringLiteral("folded"), text);
        bench.find<QCheckBox>("diffOnlyChanges")->setChecked(false);
        auto* metric = bench.find<QComboBox>("diffMetric");
        metric->setCurrentIndex(metric->findData(int(DiffMetric::Parameters)));
        bench.find<GraphView>("diffView")->resetZoom();
        shoot(QStringLiteral("parameters"), text);
        metric->setCurrentIndex(0);
        panel->setMode(ComparePanel::SideBySide);
        bench.find<GraphView>("diffViewA")->resetZoom();
        shoot(QStringLiteral("sides"), text);
        panel->setMode(ComparePanel::Table);
        shoot(QStringLiteral("table"), text);
        for (const auto& [mode, picture] :
             {std::pair(ComparePanel::Layers, "layers"), std::pair(ComparePanel::Recipe, "recipe"),
              std::pair(ComparePanel::Numbers, "numbers"), std::pair(ComparePanel::Disagreements, "disagreements"),
              std::pair(ComparePanel::Confusion, "confusion"), std::pair(ComparePanel::Scores, "scores")}) {
            panel->setMode(mode);
            waitUntil([] { return false; }, 1);
            bench.settle(300);
            shoot(QString::fromLatin1(picture), text);
        }
    }
    bench.window().hide();
    return 0;
}
