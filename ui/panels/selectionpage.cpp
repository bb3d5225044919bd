// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/numbertext.h"
#include "ui/panels/inspectorpage.h"

#include <QLocale>

#include <map>

namespace lapidary {

QString SelectionPage::html(const std::set<NodeId>& chosen) const {
    std::vector<const Node*> nodes;
    NodeCost sum;
    double milliseconds = -1, share = 0;
    std::map<std::string, int> operators;
    for (const auto& node : graph().nodes()) {
        if (chosen.count(node->id) == 0)
            continue;
        nodes.push_back(node.get());
        ++operators[node->opType];
        const auto& cost = m_facts.place->cost().of(node->id);
        sum.macs += cost.macs;
        sum.operations += cost.operations;
        sum.parameters += cost.parameters;
        sum.parameterBytes += cost.parameterBytes;
        sum.activationBytes += cost.activationBytes;
        sum.known &= cost.known;
        if (const auto* time = m_facts.time(*node)) {
            milliseconds = std::max(milliseconds, 0.0) + time->ms;
            share += time->share;
        }
    }
    QString kinds;
    for (const auto& [name, count] : operators)
        kinds += HtmlParts::row(HtmlParts::escaped(name), QLocale().toString(count));
    QStringList links;
    for (const auto* node : nodes)
        links.append(nodeLink(*node));
    return QStringLiteral("<h3>%1</h3>").arg(tr("%n node(s) selected", nullptr, int(nodes.size()))) +
           HtmlParts::section(tr("Together"), costRows(sum, milliseconds, share)) +
           HtmlParts::section(tr("Operators"), kinds) + attributes(nodes) +
           QStringLiteral("<h4>%1</h4><p>%2</p>")
               .arg(tr("Nodes"), m_parts.cut(links, QStringLiteral("nodes"), QStringLiteral("<br>"), 30));
}

QString SelectionPage::attributes(const std::vector<const Node*>& nodes) const {
    // Only what all of them have; the values in the order in which they first come.
    QString rows;
    if (nodes.empty())
        return rows;
    for (const auto& attribute : nodes.front()->attributes) {
        QStringList values;
        bool everywhere = true;
        for (const auto* node : nodes) {
            const auto* mine = node->attribute(attribute.name);
            everywhere &= mine != nullptr;
            if (mine)
                values.append(attributeHtml(*mine, QString()));
        }
        if (!everywhere)
            continue;
        values.removeDuplicates();
        const auto text =
            values.size() == 1
                ? values.front()
                : tr("%1 <i>(differs)</i>")
                      .arg(m_parts.cut(values, QString::fromStdString(attribute.name), QStringLiteral(" / "), 6));
        rows += HtmlParts::row(HtmlParts::escaped(attribute.name), text);
    }
    return HtmlParts::section(tr("Attributes they share"), rows);
}

} // namespace lapidary
