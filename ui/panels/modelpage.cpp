// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/operatortraits.h"
#include "ui/models/numbertext.h"
#include "ui/panels/inspectorpage.h"

#include <QLocale>

#include <algorithm>
#include <map>
#include <utility>

namespace lapidary {

namespace {

/// What all nodes of one operator take together.
struct OperatorTotal {
    std::string name;
    std::uint64_t nodes = 0, macs = 0, bytes = 0;
    double milliseconds = 0;
};

std::vector<OperatorTotal> totalsByOperator(const InspectorFacts& facts) {
    std::map<std::string, OperatorTotal> byName;
    for (const auto& node : facts.place->graph().nodes()) {
        auto& total = byName[node->opType];
        total.name = node->opType;
        ++total.nodes;
        total.macs += facts.place->cost().of(node->id).macs;
        total.bytes += facts.place->cost().of(node->id).parameterBytes;
        if (const auto* time = facts.time(*node))
            total.milliseconds += time->ms;
    }
    std::vector<OperatorTotal> totals;
    for (auto& [name, total] : byName)
        totals.push_back(std::move(total));
    std::stable_sort(totals.begin(), totals.end(), [](const auto& a, const auto& b) {
        return std::tie(a.milliseconds, a.macs, a.bytes, a.nodes) > std::tie(b.milliseconds, b.macs, b.bytes, b.nodes);
    });
    return totals;
}

QString number(qulonglong value) {
    return QLocale().toString(value);
}

} // namespace

QString ModelPage::html() const {
    const auto& place = *m_facts.place;
    if (!place.isMain())
        return QStringLiteral("<h3>%1</h3><p>%2</p>").arg(tr("Graph"), place.title().toHtmlEscaped()) + ports() +
               operators() + nodeList();
    return QStringLiteral("<h3>%1</h3>").arg(tr("Model")) + problems() + origin() + ports() + operators() + largest() +
           functions() + HtmlParts::section(tr("Properties in the file"), metadataRows(place.model().model->metadata)) +
           (place.model().model->doc.empty()
                ? QString()
                : QStringLiteral("<h4>%1</h4><p>%2</p>")
                      .arg(tr("Note in the file"), HtmlParts::escaped(place.model().model->doc)));
}

QString ModelPage::origin() const {
    const auto& analysed = m_facts.place->model();
    const auto& model = *analysed.model;
    QString rows = HtmlParts::row(tr("Nodes"), number(graph().nodeCount())) +
                   HtmlParts::row(tr("Parameters"), number(analysed.totals.parameters)) +
                   HtmlParts::row(tr("Weights"), bytesText(analysed.totals.bytes)) +
                   HtmlParts::row(tr("MACs"), number(analysed.totals.macs)) +
                   HtmlParts::row(tr("Activations at the peak"), bytesText(analysed.cost.peakActivationBytes));
    if (analysed.cost.unknownNodes > 0)
        rows += HtmlParts::row(QString(), HtmlParts::muted(tr("at least: shapes of %n node(s) are unknown", nullptr,
                                                              int(analysed.cost.unknownNodes))));
    if (analysed.fileBytes > 0)
        rows += HtmlParts::row(tr("File"), bytesText(analysed.fileBytes));
    for (const auto& opset : model.opsets)
        rows += HtmlParts::row(tr("Opset"), opset.domain.empty() ? QString::number(opset.version)
                                                                 : HtmlParts::escaped(opset.domain) +
                                                                       QStringLiteral(" %1").arg(opset.version));
    rows += HtmlParts::row(tr("IR version"), QString::number(model.irVersion));
    if (!model.producerName.empty())
        rows += HtmlParts::row(tr("Made by"), HtmlParts::escaped(model.producerName + " " + model.producerVersion));
    if (!model.domain.empty())
        rows += HtmlParts::row(tr("Domain"), HtmlParts::escaped(model.domain));
    if (model.modelVersion > 0)
        rows += HtmlParts::row(tr("Version"), QString::number(model.modelVersion));
    if (!graph().name().empty())
        rows += HtmlParts::row(tr("Graph"), HtmlParts::escaped(graph().name()));
    return HtmlParts::section(tr("Totals"), rows);
}

QString ModelPage::ports() const {
    QString rows;
    for (const auto id : graph().requiredInputs())
        rows += HtmlParts::row(tr("Input"), valueLink(id) + QStringLiteral("<br>") + typeText(id).toHtmlEscaped());
    for (const auto id : graph().outputs())
        rows += HtmlParts::row(tr("Output"), valueLink(id) + QStringLiteral("<br>") + typeText(id).toHtmlEscaped());
    return HtmlParts::section(tr("Inputs and outputs"), rows);
}

QString ModelPage::operators() const {
    const auto totals = totalsByOperator(m_facts);
    double milliseconds = 0;
    std::uint64_t macs = 0;
    for (const auto& total : totals) {
        milliseconds += total.milliseconds;
        macs += total.macs;
    }
    QStringList rows;
    for (const auto& total : totals) {
        const auto share = milliseconds > 0             ? HtmlParts::bar(total.milliseconds / milliseconds, true)
                           : macs > 0 && total.macs > 0 ? HtmlParts::bar(double(total.macs) / double(macs))
                                                        : QString();
        const auto name = HtmlParts::escaped(total.name);
        const auto target = QStringLiteral("select:") + QString::fromStdString(total.name);
        rows.append(
            HtmlParts::row(m_facts.place->isMain() ? HtmlParts::link(target, name) : name, number(total.nodes), share));
    }
    const auto title = milliseconds > 0 ? tr("Operators, share of the time") : tr("Operators, share of the MACs");
    const auto more = QStringLiteral("more:operators");
    if (rows.size() > 11 && !m_parts.isOpen(more)) {
        const auto all = rows.size();
        rows = rows.mid(0, 10);
        rows.append(HtmlParts::row(HtmlParts::link(more, tr("show all %1").arg(all)), QString()));
    }
    return HtmlParts::section(title, rows.join(QString()));
}

QString ModelPage::largest() const {
    std::vector<const Node*> nodes;
    for (const auto& node : graph().nodes())
        if (m_facts.place->cost().of(node->id).parameterBytes > 0)
            nodes.push_back(node.get());
    const auto bytes = [&](const Node* node) { return m_facts.place->cost().of(node->id).parameterBytes; };
    std::stable_sort(nodes.begin(), nodes.end(), [&](const Node* a, const Node* b) { return bytes(a) > bytes(b); });
    const bool all = m_parts.isOpen(QStringLiteral("more:largest"));
    const auto total = std::max<std::uint64_t>(1, m_facts.place->model().totals.bytes);
    QString rows;
    for (std::size_t i = 0; i < nodes.size() && (i < 8 || all); ++i)
        rows += HtmlParts::row(nodeLink(*nodes[i]), bytesText(bytes(nodes[i])),
                               HtmlParts::bar(double(bytes(nodes[i])) / double(total)));
    if (nodes.size() > 8 && !all)
        rows += HtmlParts::row(HtmlParts::link(QStringLiteral("more:largest"), tr("show all %1").arg(nodes.size())),
                               QString());
    return HtmlParts::section(tr("Largest layers"), rows);
}

QString ModelPage::functions() const {
    QString rows;
    const auto& all = m_facts.place->model().model->functions;
    for (std::size_t i = 0; i < all.size(); ++i)
        rows += HtmlParts::row(HtmlParts::link(QStringLiteral("function:%1").arg(i), HtmlParts::escaped(all[i]->name)),
                               HtmlParts::escaped(all[i]->domain) + QStringLiteral(" · ") +
                                   tr("%n node(s)", nullptr, all[i]->body ? int(all[i]->body->nodeCount()) : 0));
    return HtmlParts::section(tr("Functions"), rows);
}

QString ModelPage::problems() const {
    // Hundreds of weights that are missing have one hint, and it is said once.
    QStringList items;
    std::string told;
    for (const auto& problem : m_facts.place->model().problems) {
        const bool again = problem.hint.empty() || problem.hint == std::exchange(told, problem.hint);
        items.append(QStringLiteral("• %1%2").arg(
            HtmlParts::escaped(problem.toString()),
            again ? QString() : QStringLiteral("<br>") + HtmlParts::muted(HtmlParts::escaped(problem.hint))));
    }
    return items.isEmpty()
               ? QString()
               : QStringLiteral("<h4 class=\"warning\">%1</h4><p>%2</p>")
                     .arg(tr("Problems"), m_parts.cut(items, QStringLiteral("problems"), QStringLiteral("<br>"), 6));
}

QString ModelPage::nodeList() const {
    QStringList links;
    for (const auto& node : graph().nodes())
        links.append(nodeLink(*node) + QStringLiteral(" ") + HtmlParts::muted(HtmlParts::escaped(node->opType)));
    return QStringLiteral("<h4>%1</h4><p>%2</p>")
        .arg(tr("Nodes"), m_parts.cut(links, QStringLiteral("nodes"), QStringLiteral("<br>"), 40));
}

} // namespace lapidary
