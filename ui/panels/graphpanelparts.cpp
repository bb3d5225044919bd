// SPDX-License-Identifier: GPL-3.0-or-later
// What the graph panel knows of lines and frames.
#include "ui/panels/graphpanel.h"

#include "ui/graphview/graphview.h"
#include "ui/models/grouptexts.h"
#include "ui/panels/graphgroups.h"

namespace lapidary {

void GraphPanel::valueFromView(const PictureValue& picked) {
    const auto scene = m_groups->scene();
    const auto value = scene ? scene->value(picked.node, picked.port) : std::nullopt;
    if (!value)
        return;
    if (value->instance == 0)
        Q_EMIT valuePicked(value->id);
    else
        Q_EMIT innerValuePicked(value->instance, value->id);
}

QString GraphPanel::valueText(const PictureValue& shown) const {
    const auto model = m_workspace.model();
    const auto scene = m_groups->scene();
    const auto found = scene ? scene->value(shown.node, shown.port) : std::nullopt;
    if (!model || !found)
        return {};
    const auto& graph = *scene->hierarchy().instance(found->instance).graph;
    const auto& value = *graph.value(found->id);
    QString type;
    if (const auto* info = found->instance == 0 ? model->shapes.find(found->id) : nullptr)
        type = QString::fromStdString(dataTypeName(info->type)) + u' ' +
               (info->shape ? QString::fromStdString(shapeText(*info->shape)) : tr("of unknown shape"));
    const auto* maker = graph.producer(found->id);
    QStringList lines{tr("<b>Tensor</b> %1").arg(QString::fromStdString(value.name).toHtmlEscaped())};
    if (!type.isEmpty())
        lines.append(type.toHtmlEscaped());
    lines.append(maker ? tr("from %1").arg(QString::fromStdString(displayName(*maker)).toHtmlEscaped())
                       : tr("input of the graph"));
    constexpr std::size_t most = 4;
    QStringList readers;
    for (const auto& use : graph.uses(found->id)) {
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
