// SPDX-License-Identifier: GPL-3.0-or-later
// cuttingpictures FOLDER: pictures of choosing what to cut and of what was cut, light and dark, in two sizes.
#include "tests/ui/journeys/windowbench.h"

#include "ui/graphview/graphview.h"
#include "ui/models/decorbuilder.h"
#include "ui/panels/budgetbar.h"
#include "ui/panels/cutreportpanel.h"
#include "ui/panels/passpanel.h"
#include "ui/theme/themecontroller.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QTabWidget>

namespace {

using namespace lapidary;
using namespace lapidary::test;

void require(bool good, const char* what) {
    if (!good)
        qFatal("cuttingpictures: %s", what);
}

void shoot(WindowBench& bench, const QString& folder, const QString& name) {
    waitUntil([] { return false; }, 1);
    const auto file = QDir(folder).filePath(name + QStringLiteral(".png"));
    require(bench.window().grab().save(file), "cannot write a picture");
    qInfo("%s", qPrintable(file));
}

void shootAll(WindowBench& bench, const QString& folder, const QString& scheme, VariantId source, VariantId pruned) {
    auto& workspace = bench.workspace();
    auto* passes = bench.find<PassPanel>("passPanel");
    auto* overlay = bench.find<QComboBox>("overlayCombo");
    auto* tabs = bench.find<QTabWidget>("centreTabs");
    const auto name = [&](const char* what) {
        return QStringLiteral("%1-%2-%3").arg(QLatin1String(what), scheme).arg(bench.window().width());
    };
    workspace.setCurrent(source);
    require(bench.settle() && bench.graphShown(), "the source is not shown");
    workspace.selection().clear();
    tabs->setCurrentIndex(0);
    overlay->setCurrentIndex(overlay->findData(int(Overlay::Sensitivity)));
    bench.find<QAction>("analyseSensitivity")->trigger();
    require(bench.settle(600), "the analysis takes too long");
    passes->budget()->setFactor(1.5);
    require(waitUntil([&] { return workspace.preview() && !passes->budget()->isSearching(); }), "there is no preview");
    bench.find<GraphView>("graphView")->resetZoom();
    for (const auto& node : workspace.model()->model->graph->nodes())
        if (node->is("Conv")) {
            workspace.selection().set({node->id}, node->id);
            break;
        }
    shoot(bench, folder, name("budget"));
    passes->budget()->setFactor(1);
    workspace.selection().clear();
    workspace.setCurrent(pruned);
    require(bench.settle() && bench.graphShown(), "the variant is not shown");
    shoot(bench, folder, name("unanalysed"));
    bench.find<QAction>("cutReport")->trigger();
    require(waitUntil([&] { return bench.find<CutReportPanel>("cutReportPanel")->model().rowCount() > 0; }),
            "no report");
    const auto& model = bench.find<CutReportPanel>("cutReportPanel")->model();
    const auto node = model.layer(model.rowCount() / 2)->after;
    workspace.selection().set({node}, node);
    shoot(bench, folder, name("report"));
    tabs->setCurrentIndex(0);
    overlay->setCurrentIndex(overlay->findData(int(Overlay::Error)));
    shoot(bench, folder, name("errors"));
}

} // namespace

int main(int argc, char** argv) {
    preparePictureProgram();
    QApplication app(argc, argv);
    const auto arguments = QApplication::arguments();
    require(arguments.size() > 1, "give a folder");
    QDir().mkpath(arguments[1]);
    TempDir home;
    useHome(home.path());
    ThemeController themes(app, ColorScheme::Light);
    WindowBench bench(&themes);
    bench.window().resize(1600, 1000);
    bench.window().show();
    require(bench.open(resourcesFolder() / "sample" / "fashion.onnx"), "the sample does not open");
    bench.workspace().setDataset("calibration", QString::fromStdString(writeFigures(home.path(), 128).string()));
    require(bench.settle(), "the dataset is not read");
    const auto source = bench.workspace().current();
    const auto pruned = bench.make(source, "prune.channels", {{"ratio", Json(0.375)}});
    require(pruned > 0, "cannot prune");
    bench.find<PassPanel>("passPanel")->setPass(QStringLiteral("prune.channels"));
    for (const auto& [scheme, name] : {std::pair(ColorScheme::Light, "light"), std::pair(ColorScheme::Dark, "dark")})
        for (const QSize size : {QSize(1600, 1000), QSize(1280, 800)}) {
            themes.setScheme(scheme);
            bench.window().resize(size);
            shootAll(bench, arguments[1], QString::fromLatin1(name), source, pruned);
        }
    bench.window().hide();
    return 0;
}
