// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/nodehtml.h"

#include "graph/operatortraits.h"
#include "ui/models/numbertext.h"

#include <QLocale>

namespace lapidary {

namespace {

QString escaped(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }

QString nodeLink(const Node& node) {
    return QStringLiteral("<a href=\"node:%1\">%2</a>").arg(node.id.number).arg(escaped(displayName(node)));
}

QString typeText(const ShapeTable& shapes, ValueId id) {
    const auto* type = shapes.find(id);
    if (!type)
        return {};
    return QString::fromStdString(dataTypeName(type->type) + (type->shape ? " " + shapeText(*type->shape) : std::string()));
}

template <typename T>
QString listText(const std::vector<T>& values) {
    QStringList parts;
    for (std::size_t i = 0; i < std::min<std::size_t>(values.size(), 12); ++i) {
        if constexpr (std::is_same_v<T, std::string>)
            parts.append(QString::fromStdString(values[i]));
        else
            parts.append(QString::number(values[i]));
    }
    if (values.size() > 12)
        parts.append(QStringLiteral("…"));
    return parts.join(QStringLiteral(", "));
}

} // namespace

QString attributeText(const Attribute& attribute) {
    struct Visitor {
        QString operator()(std::monostate) const { return {}; }
        QString operator()(float value) const { return QString::number(double(value)); }
        QString operator()(std::int64_t value) const { return QString::number(value); }
        QString operator()(const std::string& value) const { return QString::fromStdString(value.substr(0, 200)); }
        QString operator()(const TensorPtr& value) const {
            return value ? QString::fromStdString(dataTypeName(value->type) + " " + shapeText(value->shape)) : QString();
        }
        QString operator()(const GraphPtr& value) const {
            return value ? NodeHtml::tr("graph of %n node(s)", nullptr, int(value->nodeCount())) : QString();
        }
        QString operator()(const std::vector<float>& values) const { return listText(values); }
        QString operator()(const std::vector<std::int64_t>& values) const { return listText(values); }
        QString operator()(const std::vector<std::string>& values) const { return listText(values); }
        QString operator()(const std::vector<TensorPtr>& values) const {
            return NodeHtml::tr("%n tensor(s)", nullptr, int(values.size()));
        }
        QString operator()(const std::vector<GraphPtr>& values) const {
            return NodeHtml::tr("%n graph(s)", nullptr, int(values.size()));
        }
        QString operator()(const OpaqueAttribute& value) const {
            return NodeHtml::tr("%1 of data", "size of an attribute").arg(bytesText(value.bytes.size()));
        }
    };
    return std::visit(Visitor(), attribute.value);
}

QString NodeHtml::row(const QString& name, const QString& value) {
    return QStringLiteral("<tr><td style=\"padding-right:14px\">%1</td><td>%2</td></tr>").arg(name, value);
}

QString NodeHtml::table(const QString& title, const QString& rows) {
    if (rows.isEmpty())
        return {};
    return QStringLiteral("<h4>%1</h4><table cellspacing=\"2\">%2</table>").arg(title, rows);
}

QString NodeHtml::inputs(const AnalysedModel& model, const Node& node) {
    QString rows;
    for (const auto id : node.inputs) {
        const auto* value = model.model->graph->value(id);
        if (!value)
            continue;
        const auto* maker = model.model->graph->producer(id);
        const auto source = maker ? nodeLink(*maker) : value->isConstant() ? tr("weight") : tr("model input");
        rows += row(escaped(value->name), QStringLiteral("%1<br>%2").arg(typeText(model.shapes, id).toHtmlEscaped(), source));
    }
    return table(tr("Inputs"), rows);
}

QString NodeHtml::outputs(const AnalysedModel& model, const Node& node) {
    QString rows;
    for (const auto id : node.outputs) {
        const auto* value = model.model->graph->value(id);
        if (!value)
            continue;
        QStringList users;
        for (const auto& use : model.model->graph->uses(id))
            users.append(nodeLink(*model.model->graph->node(use.node)));
        if (model.model->graph->isOutput(id))
            users.append(tr("model output"));
        if (users.size() > 8)
            users = users.mid(0, 8) << tr("and more");
        rows += row(escaped(value->name),
                    QStringLiteral("%1<br>%2").arg(typeText(model.shapes, id).toHtmlEscaped(), users.join(QStringLiteral(", "))));
    }
    return table(tr("Outputs"), rows);
}

QString NodeHtml::cost(const AnalysedModel& model, const Node& node, const Profile* profile) {
    const auto& cost = model.cost.of(node.id);
    QString rows;
    if (cost.macs > 0)
        rows += row(tr("MACs"), QLocale().toString(qulonglong(cost.macs)));
    if (cost.parameters > 0)
        rows += row(tr("Parameters"), tr("%1 (%2)").arg(QLocale().toString(qulonglong(cost.parameters)), bytesText(cost.parameterBytes)));
    if (cost.activationBytes > 0)
        rows += row(tr("Output size"), bytesText(cost.activationBytes));
    if (profile)
        for (const auto& time : profile->nodes)
            if (time.node == displayName(node)) {
                rows += row(tr("Time"), tr("%1 (%2 of the run)").arg(millisecondsText(time.ms), percentText(time.share * 100)));
                rows += row(tr("Kernel"), escaped(time.kernel));
                if (!time.precision.empty())
                    rows += row(tr("Ran in"), escaped(time.precision));
            }
    return table(tr("Cost"), rows);
}

QString NodeHtml::node(const AnalysedModel& model, const Node& node, const Profile* profile) {
    QString attributes;
    for (const auto& attribute : node.attributes)
        attributes += row(escaped(attribute.name), attributeText(attribute).toHtmlEscaped());
    const QString domain = node.isOnnx() ? QString() : tr("domain %1").arg(escaped(node.domain));
    return QStringLiteral("<h3>%1</h3><p>%2 %3</p>").arg(escaped(node.opType), escaped(displayName(node)), domain) +
           cost(model, node, profile) + table(tr("Attributes"), attributes) + inputs(model, node) + outputs(model, node) +
           (node.doc.empty() ? QString() : QStringLiteral("<h4>%1</h4><p>%2</p>").arg(tr("Note in the file"), escaped(node.doc)));
}

QString NodeHtml::model(const AnalysedModel& model) {
    const auto& graph = *model.model->graph;
    QString rows = row(tr("Nodes"), QLocale().toString(qulonglong(graph.nodeCount()))) +
                   row(tr("Parameters"), QLocale().toString(qulonglong(model.totals.parameters))) +
                   row(tr("Weights"), bytesText(model.totals.bytes)) +
                   row(tr("MACs"), QLocale().toString(qulonglong(model.totals.macs))) +
                   row(tr("Activations at the peak"), bytesText(model.cost.peakActivationBytes)) +
                   row(tr("Opset"), QString::number(model.model->opset()));
    if (!model.model->producerName.empty())
        rows += row(tr("Made by"), escaped(model.model->producerName + " " + model.model->producerVersion));
    QString ports;
    for (const auto id : graph.requiredInputs())
        ports += row(tr("Input %1").arg(escaped(graph.value(id)->name)), typeText(model.shapes, id).toHtmlEscaped());
    for (const auto id : graph.outputs())
        ports += row(tr("Output %1").arg(escaped(graph.value(id)->name)), typeText(model.shapes, id).toHtmlEscaped());
    QString problems;
    for (const auto& problem : model.problems)
        problems += QStringLiteral("<li>%1</li>").arg(escaped(problem.toString()));
    return QStringLiteral("<h3>%1</h3>").arg(tr("Model")) + table(tr("Totals"), rows) +
           table(tr("Inputs and outputs"), ports) +
           (problems.isEmpty() ? QString() : QStringLiteral("<h4>%1</h4><ul>%2</ul>").arg(tr("Problems"), problems));
}

} // namespace lapidary
