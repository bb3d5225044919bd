// SPDX-License-Identifier: GPL-3.0-or-later
// inspectorpictures FOLDER MODEL OPERATOR…: opens a model and writes pictures of the inspector, light and dark, with
// nothing selected and with the first node of each operator. Not a test.
#include "tests/ui/journeys/pictureprogram.h"

#include <QDockWidget>
#include <QTabWidget>

namespace {

using namespace lapidary;
using namespace lapidary::test;

class Photographer {
public:
    Photographer(WindowBench& bench, QString folder) : m_bench(bench), m_folder(std::move(folder)) {}

    void setScheme(const QString& name) { m_scheme = name; }
    void shoot(const QString& what, bool whole = false) {
        waitUntil([] { return false; }, 1);
        auto* dock = m_bench.find<QDockWidget>("inspectorDock");
        const auto file = QDir(m_folder).filePath(QStringLiteral("%1-%2.png").arg(what, m_scheme));
        (whole ? m_bench.window().grab() : dock->grab()).save(file);
        qInfo("%s", qPrintable(file));
    }

private:
    WindowBench& m_bench;
    QString m_folder;
    QString m_scheme;
};

void shootNodes(WindowBench& bench, Photographer& camera, const QStringList& operators) {
    bench.find<QDockWidget>("inspectorDock")->raise();
    bench.workspace().selection().clear();
    camera.shoot(QStringLiteral("model"), true);
    for (const auto& name : operators)
        for (const auto& node : bench.workspace().model()->model->graph->nodes())
            if (QString::fromStdString(node->opType) == name) {
                bench.workspace().selection().set({node->id}, node->id);
                auto* pages = bench.window().findChild<QTabWidget*>(QStringLiteral("inspectorTabs"));
                for (int page = 0; page < (pages ? pages->count() : 1); ++page) {
                    if (pages)
                        pages->setCurrentIndex(page);
                    camera.shoot(QStringLiteral("%1-%2").arg(name).arg(page), page == 0);
                    auto* views = bench.window().findChild<QTabWidget*>(QStringLiteral("tensorViews"));
                    for (int view = 0; page == 1 && views && view < views->count(); ++view) {
                        views->setCurrentIndex(view);
                        if (views->isTabVisible(view))
                            camera.shoot(QStringLiteral("%1-%2-%3").arg(name).arg(page).arg(view));
                    }
                }
                break;
            }
}

} // namespace

int main(int argc, char** argv) {
    PictureProgram program(argc, argv, "inspectorpictures FOLDER MODEL OPERATOR…", 3);
    if (!program.bench().open(program.arguments()[2].toStdString()))
        qFatal("the model does not open");
    Photographer camera(program.bench(), program.arguments()[1]);
    program.eachScheme([&](const QString& scheme) {
        camera.setScheme(scheme);
        shootNodes(program.bench(), camera, program.arguments().mid(3));
    });
    return 0;
}
