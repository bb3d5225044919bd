// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/journeys/windowbench.h"

#include "ui/graphview/graphview.h"
#include "userhome.h"

#include <algorithm>

namespace lapidary::test {

WindowBench::WindowBench(ThemeController* themes) : m_workspace(m_engine, m_jobs), m_window(m_workspace, themes) {}

void preparePictureProgram() {
    qputenv("LAPIDARY_RESOURCES", QByteArray::fromStdString(resourcesFolder().string()));
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    if (qEnvironmentVariableIsEmpty("LAPIDARY_PLUGIN_PATH"))
        qputenv("LAPIDARY_PLUGIN_PATH", LAPIDARY_TEST_PLUGIN_DIR);
}

WindowBench::~WindowBench() {
    m_jobs.cancelAll();
    settle();
}

bool WindowBench::settle(int seconds) {
    // A finished job may start the next one from its result, so idle has to last.
    int calm = 0;
    return waitUntil([&] { return (calm = m_jobs.idle() ? calm + 1 : 0) > 5; }, seconds);
}

bool WindowBench::graphShown() {
    auto* view = find<GraphView>("graphView");
    return waitUntil([&] {
        if (!m_workspace.model() || !view->picture() || view->isLayingOut() || view->picture()->isEmpty())
            return false;
        // Large models open with closed groups.
        const auto& nodes = view->picture()->picture().nodes;
        const auto all = m_workspace.model()->model->graph->nodes();
        // Constants may stand in their readers.
        const auto standing = std::count_if(all.begin(), all.end(), [](const auto& node) {
            return !node->is("Constant") && !node->is("DequantizeLinear");
        });
        return std::ptrdiff_t(nodes.size()) > standing ||
               std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.members > 0; });
    });
}

bool WindowBench::open(const std::filesystem::path& model) {
    m_window.openPath(QString::fromStdString(model.string()));
    return waitUntil([&] { return m_workspace.model() != nullptr; }) && settle() && graphShown();
}

VariantId WindowBench::make(VariantId parent, const std::string& pass, ParamSet params) {
    m_workspace.setCurrent(parent);
    if (!waitUntil([&] { return m_workspace.current() == parent && m_workspace.model(); }) || !settle())
        return 0;
    m_workspace.selection().clear();
    RecipeStep step;
    step.pass = pass;
    step.params = std::move(params);
    m_workspace.apply(step);
    if (!settle() || m_workspace.current() == parent)
        return 0;
    return m_workspace.current();
}

VariantId WindowBench::named(const std::string& name) {
    for (const auto& variant : m_workspace.variants())
        if (variant.record.name == name)
            return variant.record.id;
    return 0;
}

NodeId WindowBench::node(const std::string& name) {
    const auto model = m_workspace.model();
    const auto* node = model ? model->model->graph->findNode(name) : nullptr;
    return node ? node->id : NodeId();
}

} // namespace lapidary::test
