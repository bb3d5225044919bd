// SPDX-License-Identifier: GPL-3.0-or-later
// tradeoffpictures FOLDER: the variants, the trade-offs and the sweep dialog on the sample, light and dark.
#include "tests/ui/journeys/pictureprogram.h"

#include "ui/charts/parallelplot.h"
#include "ui/charts/tradeoffplot.h"
#include "ui/models/variantsweep.h"
#include "ui/panels/sweepdialog.h"
#include "ui/panels/tradeoffspanel.h"
#include "ui/panels/variantspanel.h"

#include <QAction>
#include <QComboBox>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

namespace {

using namespace lapidary;
using namespace lapidary::test;

void require(bool good, const char* what) {
    if (!good)
        qFatal("tradeoffpictures: %s", what);
}

/// Profiles of a board that is not here, as such a one would be stored: made up, for the pictures only.
void addBoard(WindowBench& bench) {
    auto& project = bench.workspace().session()->project();
    for (const auto& variant : bench.workspace().variants()) {
        RunRecord run;
        run.variant = variant.record.id;
        run.kind = "profile";
        run.subject = "board";
        run.key = "picture" + std::to_string(variant.record.id);
        const double ms = 2 + double(variant.record.macs) / 1e6;
        run.result.set("median_ms", ms);
        run.result.set("ci95_ms", Json::Array{ms * 0.95, ms * 1.06});
        run.result.set("runs", 50);
        run.result.set("energy_mj", ms * 1.7);
        run.result.set("estimate", variant.record.id % 3 == 0);
        require(project.addRun(run).ok(), "cannot add a run");
    }
    bench.workspace().reload();
    require(bench.settle(), "the project is not read");
}

void makeVariants(WindowBench& bench) {
    auto& workspace = bench.workspace();
    const auto simplified = bench.make(workspace.current(), "simplify.graph");
    require(simplified > 0 && bench.make(simplified, "quantize.int8") > 0, "cannot make variants");
    const auto row = [&](VariantId parent, const char* pass, const char* parameter, std::vector<Json> values) {
        SweepRequest sweep;
        sweep.from = parent;
        sweep.step.pass = pass;
        sweep.vary = {{parameter, std::move(values)}};
        sweep.evaluate = sweep.profile = true;
        sweep.profileOptions.perNode = true;
        const auto made = runSweep(*workspace.session(), sweep);
        require(made.ok() && made->failed == 0, "the sweep fails");
        std::vector<VariantId> row;
        for (const auto& point : made->points)
            row.push_back(point.variant);
        return row;
    };
    const auto pruned = row(simplified, "prune.channels", "ratio", {0.125, 0.25, 0.375, 0.5, 0.625});
    require(bench.make(pruned[1], "quantize.int8") > 0 && bench.make(pruned[3], "quantize.int8") > 0,
            "cannot quantize");
    QList<VariantId> all;
    for (const auto& variant : workspace.variants())
        if (!variant.latency)
            all.append(variant.record.id);
    workspace.evaluate(all);
    workspace.profileVariants(all, "host");
    require(bench.settle(600), "measuring takes too long");
    addBoard(bench);
    auto* panel = bench.find<VariantsPanel>("variantsPanel");
    panel->looks().edit({pruned[1]}, QStringLiteral("tags"), [](VariantLook& look) { look.tags = {"best", "ship"}; });
    panel->looks().edit({pruned[3]}, QStringLiteral("note"), [](VariantLook& look) {
        look.note = "Loses shirts against coats";
        look.color = "#d64550";
    });
    require(bench.settle(), "tags are not written");
}

void shoot(QWidget& widget, const QDir& folder, const QString& what, const QString& scheme) {
    waitUntil([] { return false; }, 1);
    const auto file = folder.filePath(QStringLiteral("%1-%2.png").arg(what, scheme));
    require(widget.grab().save(file), "cannot write a picture");
    qInfo("%s", qPrintable(file));
}

void shootAll(WindowBench& bench, const QDir& folder, const QString& scheme) {
    auto& window = bench.window();
    const auto choose = [&](const char* name, const QVariant& data) {
        auto* combo = bench.find<QComboBox>(name);
        require(combo->findData(data) >= 0, name);
        combo->setCurrentIndex(combo->findData(data));
    };
    auto* panel = bench.find<TradeoffsPanel>("tradeoffsPanel");
    auto* parallel = bench.find<QToolButton>("parallelToggle");
    bench.find<QTabWidget>("centreTabs")->setCurrentWidget(panel);
    parallel->setChecked(false);
    choose("tradeoffDevice", QStringLiteral("host"));
    choose("tradeoffColour", 0);
    shoot(window, folder, QStringLiteral("plane"), scheme);
    for (const auto key : {Qt::Key_L, Qt::Key_Left, Qt::Key_Left})
        QTest::keyClick(panel->plot()->focusProxy(), key, key == Qt::Key_L ? Qt::NoModifier : Qt::ShiftModifier);
    QTest::keyClick(panel->plot()->focusProxy(), Qt::Key_Return);
    shoot(window, folder, QStringLiteral("limit"), scheme);
    choose("tradeoffColour", 1);
    choose("tradeoffDevice", QStringLiteral("board"));
    shoot(window, folder, QStringLiteral("branches-board"), scheme);
    choose("tradeoffDevice", QStringLiteral("*"));
    shoot(window, folder, QStringLiteral("side-by-side"), scheme);
    choose("tradeoffDevice", QStringLiteral("host"));
    choose("tradeoffColour", 2);
    shoot(window, folder, QStringLiteral("by-device"), scheme);
    choose("tradeoffColour", 0);
    parallel->setChecked(true);
    shoot(window, folder, QStringLiteral("parallel"), scheme);
    parallel->setChecked(false);
    bench.find<QAction>("sweepParameter")->trigger();
    auto* dialog = window.findChild<SweepDialog*>(QStringLiteral("sweepDialog"));
    require(dialog, "no dialog");
    shoot(*dialog, folder, QStringLiteral("sweep"), scheme);
    dialog->reject();
    for (int i = 0; i < 4; ++i)
        QTest::keyClick(panel->plot()->focusProxy(), Qt::Key_L);
}

} // namespace

int main(int argc, char** argv) {
    PictureProgram program(argc, argv, "tradeoffpictures FOLDER");
    program.openSample();
    program.setData("evaluation", writeFigures(program.home(), 300));
    makeVariants(program.bench());
    program.eachScheme([&](const QString& scheme) { shootAll(program.bench(), program.folder(), scheme); });
    return 0;
}
