// SPDX-License-Identifier: GPL-3.0-or-later
// screenshots FOLDER [IMAGES]: drives the real window through the sample and writes pictures of it, light and dark.
#include "tests/ui/journeys/pictureprogram.h"

#include "ui/graphview/graphview.h"
#include "ui/models/decorbuilder.h"
#include "ui/models/varianttreemodel.h"
#include "ui/panels/passpanel.h"

#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QSlider>
#include <QTabWidget>
#include <QTreeView>

#include <fstream>

namespace {

using namespace lapidary;
using namespace lapidary::test;

void require(bool good, const char* what) {
    if (!good)
        qFatal("screenshots: %s", what);
}

/// The sample's test images, at most `count` of them.
std::filesystem::path someImages(const std::filesystem::path& folder, int count) {
    auto text = readFile(resourcesFolder() / "sample" / "fashion-test.json");
    const auto at = text.find("\"classes\"");
    require(at != std::string::npos, "the sample's dataset file is not as expected");
    text.insert(at, "\"limit\": " + std::to_string(count) + ", ");
    writeFile(folder / "classes.txt", readFile(resourcesFolder() / "sample" / "classes.txt"));
    writeFile(folder / "some-images.json", text);
    return folder / "some-images.json";
}

void makeVariants(WindowBench& bench) {
    auto& workspace = bench.workspace();
    const auto source = workspace.current();
    const auto slim = [](double ratio) { return ParamSet{{"ratio", Json(ratio)}}; };
    const auto simplified = bench.make(source, "simplify.graph");
    require(simplified > 0, "cannot simplify");
    require(bench.make(simplified, "quantize.int8") > 0, "cannot quantize");
    require(bench.make(simplified, "quantize.float16") > 0, "cannot convert to half precision");
    for (const double ratio : {0.125, 0.25, 0.5}) {
        const auto pruned = bench.make(simplified, "prune.channels", slim(ratio));
        require(pruned > 0, "cannot prune");
        if (ratio < 0.5)
            require(bench.make(pruned, "quantize.int8") > 0, "cannot quantize the pruned network");
    }
    QList<VariantId> all;
    for (const auto& variant : workspace.variants())
        all.append(variant.record.id);
    workspace.evaluate(all);
    require(bench.settle(600), "evaluation takes too long");
    workspace.profileVariants(all, "host");
    require(bench.settle(600), "profiling takes too long");
    workspace.setCurrent(simplified);
    require(bench.settle() && bench.graphShown(), "the simplified variant is not shown");
}

void selectConvolutions(WindowBench& bench) {
    std::set<NodeId> chosen;
    for (const auto& node : bench.workspace().model()->model->graph->nodes())
        if (node->is("Conv") && chosen.size() < 3)
            chosen.insert(node->id);
    bench.workspace().selection().set(chosen, *chosen.begin());
}

class Photographer {
public:
    Photographer(WindowBench& bench, QString folder) : m_bench(bench), m_folder(std::move(folder)) {}

    void setScheme(const QString& name) { m_scheme = name; }
    void shoot(const QString& what) {
        waitUntil([] { return false; }, 1);
        const auto file = QDir(m_folder).filePath(QStringLiteral("%1-%2.png").arg(what, m_scheme));
        require(m_bench.window().grab().save(file), "cannot write a picture");
        qInfo("%s", qPrintable(file));
    }

private:
    WindowBench& m_bench;
    QString m_folder;
    QString m_scheme;
};

void shootGraph(WindowBench& bench, Photographer& camera) {
    auto* view = bench.find<GraphView>("graphView");
    bench.find<QTabWidget>("centreTabs")->setCurrentIndex(0);
    auto* overlay = bench.find<QComboBox>("overlayCombo");
    overlay->setCurrentIndex(0);
    bench.workspace().selection().clear();
    bench.find<PassPanel>("passPanel")->setPass(QStringLiteral("prune.channels"));
    if (auto* ratio = bench.find<PassPanel>("passPanel")->findChild<QSlider*>(QStringLiteral("ratio_slider")))
        ratio->setValue(ratio->maximum() * 2 / 5);
    view->fit();
    view->fit();
    require(waitUntil([&] { return bench.workspace().preview().has_value(); }), "there is no preview");
    camera.shoot(QStringLiteral("graph-preview"));
    selectConvolutions(bench);
    require(waitUntil([&] { return bench.workspace().preview().has_value(); }), "there is no preview of a selection");
    camera.shoot(QStringLiteral("graph-selection"));
    bench.workspace().selection().clear();
    overlay->setCurrentIndex(overlay->findData(int(Overlay::Time)));
    view->fit();
    camera.shoot(QStringLiteral("graph-time"));
    overlay->setCurrentIndex(0);
}

/// The search list in its states, and a part of the graph by itself.
void shootFinding(WindowBench& bench, Photographer& camera) {
    auto* field = bench.find<QLineEdit>("graphSearch");
    auto* view = bench.find<GraphView>("graphView");
    bench.find<QTabWidget>("centreTabs")->setCurrentIndex(0);
    bench.workspace().selection().clear();
    view->fit();
    view->fit();
    bench.find<QAction>("find")->trigger();
    const auto shoot = [&](const char* what, const QString& query) {
        field->setText(query);
        camera.shoot(QLatin1String(what));
    };
    shoot("search-suggestions", QString());
    shoot("search-results", QStringLiteral("op:Conv channels>=32"));
    shoot("search-tensors", QStringLiteral("bn1 is"));
    shoot("search-mistake", QStringLiteral("op:Conv chanels>64"));
    bench.find<QAction>("searchHelp")->trigger();
    camera.shoot(QStringLiteral("search-help"));
    field->setText(QStringLiteral("op:Conv name:/stage[23]/"));
    bench.find<QAction>("selectFound")->trigger();
    bench.find<QAction>("scopeFromSearch")->trigger();
    bench.find<QAction>("isolate")->trigger();
    camera.shoot(QStringLiteral("isolated"));
    bench.find<QAction>("showAll")->trigger();
    bench.workspace().setScopeQuery({});
    field->clear();
    require(bench.graphShown(), "the graph is not shown again");
}

void shootTabs(WindowBench& bench, Photographer& camera) {
    auto* tabs = bench.find<QTabWidget>("centreTabs");
    auto* tree = bench.find<QTreeView>("variantsTree");
    const auto& variants = bench.workspace().variants();
    tabs->setCurrentIndex(3);
    camera.shoot(QStringLiteral("layers"));
    tree->clearSelection();
    for (const auto& index : tree->model()->match(tree->model()->index(0, 0), VariantTreeModel::IdRole,
                                                  qlonglong(bench.workspace().current()), 1, Qt::MatchRecursive))
        tree->setCurrentIndex(index);
    bench.find<QAction>("compare")->trigger();
    require(bench.settle(), "the comparison takes too long");
    auto* right = bench.find<QComboBox>("compareB");
    right->setCurrentIndex(right->findData(qlonglong(variants.back().record.id)));
    require(bench.settle(), "the comparison takes too long");
    camera.shoot(QStringLiteral("compare"));
    tabs->setCurrentIndex(2);
    camera.shoot(QStringLiteral("tradeoffs"));
}

} // namespace

int main(int argc, char** argv) {
    PictureProgram program(argc, argv, "screenshots FOLDER [IMAGES]");
    auto& bench = program.bench();
    Photographer camera(bench, program.arguments()[1]);
    camera.setScheme(QStringLiteral("light"));
    camera.shoot(QStringLiteral("welcome"));
    program.openSample();
    const int count = program.arguments().size() > 2 ? program.arguments()[2].toInt() : 2000;
    program.setData("evaluation", someImages(program.home(), count));
    makeVariants(bench);
    program.eachScheme([&](const QString& scheme) {
        camera.setScheme(scheme);
        shootFinding(bench, camera);
        shootGraph(bench, camera);
        shootTabs(bench, camera);
    });
    return 0;
}
