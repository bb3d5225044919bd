// SPDX-License-Identifier: GPL-3.0-or-later
// What the graph panel knows of lines and frames.
#include "ui/panels/graphpanel.h"

#include "ui/graphview/graphview.h"
#include "ui/models/grouptexts.h"
#include "ui/panels/graphgroups.h"
#include "ui/panels/inspectedgraph.h"

#include <algorithm>

namespace lapidary {

void GraphPanel::valueFromView(const PictureValue& picked) {
    const auto scene = m_groups->scene();
    const auto values = scene ? scene->values(picked.node, picked.port) : std::vector<GraphScene::Value>();
    if (values.empty())
        return;
    if (values.size() == 1 && values.front().instance == 0) {
        Q_EMIT valuePicked(values.front().id);
        return;
    }
    std::vector<ValueId> ids;
    for (const auto& value : values)
        ids.push_back(value.id);
    Q_EMIT valuesPicked(values.front().instance, ids);
}

void GraphPanel::showInspected(const InspectorSubject& subject) {
    auto values = subject.values;
    if (subject.value.valid())
        values.push_back(subject.value);
    std::vector<PictureValue> lines;
    if (const auto scene = m_groups->scene(); scene && scene->ids && subject.place) {
        const auto& instances = scene->hierarchy().instances();
        const auto here = std::ranges::find_if(
            instances, [&](const GraphInstance& one) { return one.graph.get() == &subject.place->graph(); });
        const auto instance = subject.place->isMain() ? 0 : std::int32_t(here - instances.begin());
        for (const auto value : values)
            for (const auto& line : scene->lines(instance, value))
                if (const PictureValue shown{line.id, line.port}; std::ranges::find(lines, shown) == lines.end())
                    lines.push_back(shown);
    }
    m_view->setSelectedValues(lines);
    if (!lines.empty())
        m_view->ensureVisible(lines.front().node);
}

QString GraphPanel::valueText(const PictureValue& shown) const {
    const auto scene = m_groups->scene();
    const auto values =
        scene && m_workspace.model() ? scene->values(shown.node, shown.port) : std::vector<GraphScene::Value>();
    if (values.size() <= 1)
        return values.empty() ? QString() : valueText(values.front());
    constexpr std::size_t most = 8;
    QStringList lines{tr("<b>%n tensor(s)</b> on one line", nullptr, int(values.size()))};
    for (std::size_t i = 0; i < std::min(most, values.size()); ++i) {
        const auto& graph = *scene->hierarchy().instance(values[i].instance).graph;
        lines.append(QString::fromStdString(graph.value(values[i].id)->name).toHtmlEscaped());
    }
    if (values.size() > most)
        lines.append(QStringLiteral("…"));
    return lines.join(QStringLiteral("<br>"));
}

QString GraphPanel::valueText(const GraphScene::Value& found) const {
    const auto model = m_workspace.model();
    const auto& graph = *m_groups->scene()->hierarchy().instance(found.instance).graph;
    const auto& value = *graph.value(found.id);
    QString type;
    if (const auto* info = found.instance == 0 ? model->shapes.find(found.id) : nullptr)
        type = QString::fromStdString(dataTypeName(info->type)) + u' ' +
               (info->shape ? QString::fromStdString(shapeText(*info->shape)) : tr("of unknown shape"));
    const auto* maker = graph.producer(found.id);
    QStringList lines{tr("<b>Tensor</b> %1").arg(QString::fromStdString(value.name).toHtmlEscaped())};
    if (!type.isEmpty())
        lines.append(type.toHtmlEscaped());
    lines.append(maker ? tr("from %1").arg(QString::fromStdString(displayName(*maker)).toHtmlEscaped())
                       : tr("input of the graph"));
    constexpr std::size_t most = 4;
    QStringList readers;
    for (const auto& use : graph.uses(found.id)) {
        const auto name = QString::fromStdString(displayName(*graph.node(use.node))).toHtmlEscaped();
        if (!readers.contains(name))
            readers.append(name);
        if (readers.size() > qsizetype(most)) {
            readers.last() = QStringLiteral("…");
            break;
        }
    }
    if (!readers.isEmpty())
        lines.append(tr("to %1").arg(readers.join(QStringLiteral(", "))));
    return lines.join(QStringLiteral("<br>"));
}

QString GraphPanel::frameText(quint32 id) const {
    const auto scene = m_groups->scene();
    const auto group = scene ? scene->groupOf(id) : -1;
    return group < 0 ? QString() : GroupTexts::description(scene->hierarchy(), group);
}

} // namespace lapidary
