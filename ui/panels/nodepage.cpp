// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/operatortraits.h"
#include "onnx/operatordoc.h"
#include "ui/models/constanttext.h"
#include "ui/models/numbertext.h"
#include "ui/panels/docmarkup.h"
#include "ui/panels/inspectorpage.h"
#include "ui/panels/operatornotes.h"

#include <algorithm>

namespace lapidary {

namespace {

const QString lineBreak = QStringLiteral("<br>");

QString firstWords(const std::string& text) {
    auto words = QString::fromStdString(text).simplified();
    const auto stop = words.indexOf(QStringLiteral(". "));
    if (stop > 0)
        words = words.left(stop + 1);
    return words.size() > 200 ? words.left(200) + QStringLiteral("…") : words;
}

} // namespace

NodePage::NodePage(const InspectorFacts& facts, const Node& node)
    : InspectorPage(facts), m_node(node),
      m_doc(
          operatorDoc(node.opType, node.domain, facts.place->model().model->opset(node.isOnnx() ? "" : node.domain))) {}

QString NodePage::html() const {
    return head() + cost() + attributes() + inputs() + outputs() + channels() + graphs() +
           HtmlParts::section(tr("Properties in the file"), metadataRows(m_node.metadata)) +
           (m_node.doc.empty()
                ? QString()
                : QStringLiteral("<h4>%1</h4><p>%2</p>").arg(tr("Note in the file"), HtmlParts::escaped(m_node.doc))) +
           documentation();
}

QString NodePage::head() const {
    const auto& model = *m_facts.place->model().model;
    const auto opset = model.opset(m_node.isOnnx() ? "" : m_node.domain);
    const auto domain = m_node.isOnnx() ? QStringLiteral("ai.onnx") : HtmlParts::escaped(m_node.domain);
    const auto version = opset > 0 ? tr("%1 opset %2", "operator domain and version").arg(domain).arg(opset) : domain;
    QString about = QStringLiteral("%1 · %2").arg(categoryText(categoryOf(m_node)), version);
    if (m_doc && m_doc->deprecated)
        about += QStringLiteral(" · <span class=\"warning\">%1</span>").arg(tr("deprecated"));
    QString page =
        QStringLiteral("<h3>%1</h3><p>%2</p><p>%3</p>")
            .arg(HtmlParts::escaped(m_node.opType), HtmlParts::escaped(displayName(m_node)), HtmlParts::muted(about));
    if (m_facts.preview && m_facts.place->isMain())
        for (const auto& fenced : m_facts.preview->fenced)
            if (fenced.node == m_node.id)
                page += QStringLiteral("<p class=\"warning\">%1</p>")
                            .arg(tr("Fenced from the pass being set up: %1").arg(HtmlParts::escaped(fenced.reason)));
    return page;
}

QString NodePage::cost() const {
    const auto* time = m_facts.time(m_node);
    auto rows = costRows(m_facts.place->cost().of(m_node.id), time ? time->ms : -1, time ? time->share : 0);
    if (time) {
        rows += HtmlParts::row(
            tr("Kernel"),
            HtmlParts::escaped(time->kernel) +
                (time->fused ? lineBreak + HtmlParts::muted(tr("counted at the kernel's first node")) : QString()));
        if (!time->precision.empty())
            rows += HtmlParts::row(tr("Ran in"), HtmlParts::escaped(time->precision));
    }
    return HtmlParts::section(tr("Cost"), rows);
}

QString NodePage::attributes() const {
    QString rows;
    const bool explained = m_parts.isOpen(QStringLiteral("fold:explain"));
    const auto explain = [&](const OperatorDoc::Attribute* doc) {
        return explained && doc && !doc->description.empty()
                   ? lineBreak + HtmlParts::muted(docMarkupInline(firstWords(doc->description)))
                   : QString();
    };
    const auto name = [](const std::string& text, const OperatorDoc::Attribute* doc) {
        return doc ? QStringLiteral("<span title=\"%1\">%2</span>")
                         .arg(HtmlParts::escaped(firstWords(doc->description)), HtmlParts::escaped(text))
                   : HtmlParts::escaped(text);
    };
    for (const auto& attribute : m_node.attributes) {
        const auto* doc = m_doc ? m_doc->attribute(attribute.name) : nullptr;
        rows +=
            HtmlParts::row(name(attribute.name, doc), attributeHtml(attribute, QString::fromStdString(attribute.name),
                                                                    areSliceBounds(m_node, attribute.name)) +
                                                          explain(doc));
    }
    if (m_doc)
        for (const auto& doc : m_doc->attributes)
            if (doc.fallback && !m_node.attribute(doc.name))
                rows += HtmlParts::row(name(doc.name, &doc),
                                       HtmlParts::muted(tr("%1 (default)").arg(HtmlParts::escaped(*doc.fallback))) +
                                           explain(&doc));
    if (rows.isEmpty() || !m_doc)
        return HtmlParts::section(tr("Attributes"), rows);
    const auto toggle = HtmlParts::link(QStringLiteral("fold:explain"), explained ? tr("hide words") : tr("explain"));
    return HtmlParts::section(
        tr("Attributes") + QStringLiteral(" &nbsp;<span style=\"font-weight:normal\">%1</span>").arg(toggle), rows);
}

QString NodePage::inputs() const {
    QStringList rows;
    for (std::size_t i = 0; i < m_node.inputs.size(); ++i) {
        const auto* port = m_doc ? m_doc->input(i) : nullptr;
        const auto label = port ? HtmlParts::escaped(port->name) : QString::number(i);
        const auto id = m_node.inputs[i];
        if (!graph().value(id)) {
            rows.append(HtmlParts::row(label, HtmlParts::muted(tr("left out"))));
            continue;
        }
        rows.append(HtmlParts::row(label, valueLink(id) + lineBreak + typeText(id).toHtmlEscaped() + lineBreak +
                                              sourceHtml(id, port && areSliceBounds(m_node, port->name))));
    }
    if (rows.size() > 13 && !m_parts.isOpen(QStringLiteral("more:inputs"))) {
        const auto all = rows.size();
        rows = rows.mid(0, 12);
        rows.append(
            HtmlParts::row(QString(), HtmlParts::link(QStringLiteral("more:inputs"), tr("show all %1").arg(all))));
    }
    return HtmlParts::section(tr("Inputs"), rows.join(QString()));
}

QString NodePage::outputs() const {
    QStringList rows;
    for (std::size_t i = 0; i < m_node.outputs.size(); ++i) {
        const auto id = m_node.outputs[i];
        if (!graph().value(id))
            continue;
        const auto* port = m_doc ? m_doc->output(i) : nullptr;
        rows.append(HtmlParts::row(port ? HtmlParts::escaped(port->name) : QString::number(i),
                                   valueLink(id) + lineBreak + typeText(id).toHtmlEscaped() + lineBreak +
                                       tr("to %1").arg(usersHtml(id, QStringLiteral("users%1").arg(i)))));
    }
    if (rows.size() > 13 && !m_parts.isOpen(QStringLiteral("more:outputs"))) {
        const auto all = rows.size();
        rows = rows.mid(0, 12);
        rows.append(
            HtmlParts::row(QString(), HtmlParts::link(QStringLiteral("more:outputs"), tr("show all %1").arg(all))));
    }
    return HtmlParts::section(tr("Outputs"), rows.join(QString()));
}

QString NodePage::channels() const {
    if (!m_facts.groups || !m_facts.place->isMain())
        return {};
    QString html;
    for (const auto& fence : m_facts.groups->fences)
        if (fence.node == m_node.id)
            html +=
                QStringLiteral("<p>%1</p>")
                    .arg(tr("Channels are not followed through this node: %1").arg(HtmlParts::escaped(fence.reason)));
    const auto& of = m_facts.groups->groupOfNode;
    const int index = m_node.id.number < of.size() ? of[m_node.id.number] : -1;
    if (index >= 0) {
        const auto& group = m_facts.groups->groups[std::size_t(index)];
        const auto names = [&](const std::vector<WeightSlice>& slices, const QString& key) {
            QStringList links;
            for (const auto& slice : slices)
                if (const auto* node = graph().node(slice.node))
                    links.append(nodeLink(*node));
            links.removeDuplicates();
            return m_parts.cut(links, key, QStringLiteral(", "), 6);
        };
        html += QStringLiteral("<p>%1</p>")
                    .arg(group.prunable ? tr("In a group of %1 channels that can be removed, each everywhere at once.")
                                              .arg(group.channels)
                                        : tr("In a group of %1 channels that stay: %2.")
                                              .arg(QString::number(group.channels), HtmlParts::escaped(group.reason)));
        if (!group.producers.empty())
            html +=
                QStringLiteral("<p>%1</p>").arg(tr("Made by %1").arg(names(group.producers, QStringLiteral("makers"))));
        if (!group.consumers.empty())
            html += QStringLiteral("<p>%1</p>")
                        .arg(tr("Read by %1").arg(names(group.consumers, QStringLiteral("readers"))));
    }
    return html.isEmpty() ? QString() : QStringLiteral("<h4>%1</h4>%2").arg(tr("Channels"), html);
}

QString NodePage::graphs() const {
    QString rows;
    int index = 0;
    for (const auto& [name, inner] : m_node.subgraphs())
        rows += HtmlParts::row(HtmlParts::escaped(name),
                               HtmlParts::link(QStringLiteral("graph:%1").arg(index++),
                                               tr("%n node(s)", nullptr, int(inner->nodeCount()))));
    const auto& model = *m_facts.place->model().model;
    const auto* function = model.functionOf(m_node);
    for (std::size_t i = 0; function && i < model.functions.size(); ++i)
        if (model.functions[i].get() == function && function->body)
            rows += HtmlParts::row(tr("Function"),
                                   HtmlParts::link(QStringLiteral("function:%1").arg(i),
                                                   tr("%n node(s)", nullptr, int(function->body->nodeCount()))));
    return HtmlParts::section(tr("Graphs inside"), rows);
}

QString NodePage::documentation() const {
    if (!m_doc) {
        const auto* function = m_facts.place->model().model->functionOf(m_node);
        const auto note = function && !function->doc.empty()
                              ? HtmlParts::escaped(function->doc)
                              : OperatorNotes::of(m_node.opType, m_node.domain).toHtmlEscaped();
        return QStringLiteral("<h4>%1</h4><p>%2</p>")
            .arg(tr("Documentation"),
                 note.isEmpty() ? HtmlParts::muted(tr("The ONNX library on this computer does not know this operator."))
                                : note);
    }
    const auto summary = QStringLiteral("<p>%1</p>").arg(docMarkupInline(QString::fromStdString(m_doc->summary)));
    return m_parts.fold(QStringLiteral("docs"), tr("Documentation"), summary, [&] {
        QString body = QStringLiteral("<p>%1</p>")
                           .arg(HtmlParts::muted(m_doc->askedVersion > m_doc->knownVersion
                                                     ? tr("As defined since opset %1. The model's opset %2 is newer "
                                                          "than the ONNX library here (%3): details may differ.")
                                                           .arg(m_doc->sinceVersion)
                                                           .arg(m_doc->askedVersion)
                                                           .arg(m_doc->knownVersion)
                                                     : tr("As defined since opset %1").arg(m_doc->sinceVersion)));
        return QStringLiteral("<div class=\"docs\">%1</div>")
            .arg(body + docMarkup(QString::fromStdString(m_doc->description)) + documentedPorts());
    });
}

QString NodePage::documentedPorts() const {
    const auto entry = [](const QString& name, const QString& about, const std::string& description) {
        return QStringLiteral("<p><b>%1</b> %2</p><div class=\"docs\">%3</div>")
            .arg(name, HtmlParts::muted(about), docMarkup(QString::fromStdString(description)));
    };
    const auto ports = [&](const QString& title, const std::vector<OperatorDoc::Port>& list) {
        QString html;
        for (const auto& port : list)
            html += entry(HtmlParts::escaped(port.name),
                          (port.optional   ? tr("optional") + QStringLiteral(" · ")
                           : port.variadic ? tr("any number of them") + QStringLiteral(" · ")
                                           : QString()) +
                              HtmlParts::escaped(port.types),
                          port.description);
        return html.isEmpty() ? QString() : QStringLiteral("<h4>%1</h4>").arg(title) + html;
    };
    QString attributes;
    for (const auto& one : m_doc->attributes)
        attributes +=
            entry(HtmlParts::escaped(one.name),
                  HtmlParts::escaped(one.type) +
                      (one.required   ? QStringLiteral(" · ") + tr("required")
                       : one.fallback ? QStringLiteral(" · ") + tr("default %1").arg(HtmlParts::escaped(*one.fallback))
                                      : QString()),
                  one.description);
    return (attributes.isEmpty() ? QString() : QStringLiteral("<h4>%1</h4>").arg(tr("Attributes")) + attributes) +
           ports(tr("Inputs"), m_doc->inputs) + ports(tr("Outputs"), m_doc->outputs);
}

} // namespace lapidary
