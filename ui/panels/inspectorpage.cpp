// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inspectorpage.h"

#include "ui/models/constanttext.h"
#include "ui/models/numbertext.h"

#include <QLocale>

namespace lapidary {

namespace {

constexpr int longText = 400;
constexpr std::int64_t smallConstant = 16; ///< elements shown beside the name

QString number(qulonglong value) {
    return QLocale().toString(value);
}

template <typename T>
QStringList texts(const std::vector<T>& values) {
    QStringList parts;
    for (const auto& value : values) {
        if constexpr (std::is_same_v<T, std::string>)
            parts.append(HtmlParts::escaped(value));
        else
            parts.append(QString::number(value));
    }
    return parts;
}

} // namespace

const NodeTime* InspectorFacts::time(const Node& node) const {
    if (!times || !place->isMain())
        return nullptr;
    const auto it = times->find(displayName(node));
    return it == times->end() ? nullptr : it->second;
}

QString InspectorPage::categoryText(OperatorCategory category) {
    switch (category) {
    case OperatorCategory::Layer:
        return tr("Layer");
    case OperatorCategory::Activation:
        return tr("Activation");
    case OperatorCategory::Pool:
        return tr("Pooling");
    case OperatorCategory::Normalization:
        return tr("Normalization");
    case OperatorCategory::Dropout:
        return tr("Dropout");
    case OperatorCategory::Shape:
        return tr("Shape");
    case OperatorCategory::Tensor:
        return tr("Tensor operation");
    case OperatorCategory::Data:
        return tr("Data movement");
    case OperatorCategory::Quantization:
        return tr("Quantization");
    case OperatorCategory::Attention:
        return tr("Attention");
    case OperatorCategory::Control:
        return tr("Control flow");
    case OperatorCategory::Logic:
        return tr("Logic");
    case OperatorCategory::Other:
        break;
    }
    return tr("Other");
}

QString InspectorPage::attributeHtml(const Attribute& attribute, const QString& key, bool bounds) const {
    const auto list = [&](const QStringList& parts) { return m_parts.cut(parts, key, QStringLiteral(", "), 12); };
    struct Visitor {
        decltype(list)& cut;
        bool bounds;
        QString operator()(std::monostate) const { return {}; }
        QString operator()(float value) const { return QString::number(double(value)); }
        QString operator()(std::int64_t value) const { return QString::number(value); }
        QString operator()(const std::string& value) const {
            const auto text = QString::fromStdString(value);
            return (text.size() > longText ? text.left(longText) + QStringLiteral("…") : text).toHtmlEscaped();
        }
        QString operator()(const TensorPtr& value) const {
            return value ? QString::fromStdString(dataTypeName(value->type) + " " + shapeText(value->shape))
                         : QString();
        }
        QString operator()(const GraphPtr& value) const {
            return value ? tr("graph of %n node(s)", nullptr, int(value->nodeCount())) : QString();
        }
        QString operator()(const std::vector<float>& values) const { return cut(texts(values)); }
        QString operator()(const std::vector<std::int64_t>& values) const {
            auto parts = texts(values);
            for (std::size_t i = 0; bounds && i < values.size(); ++i)
                parts[qsizetype(i)] = QString::fromStdString(sliceBoundText(values[i]));
            return cut(parts);
        }
        QString operator()(const std::vector<std::string>& values) const { return cut(texts(values)); }
        QString operator()(const std::vector<TensorPtr>& values) const {
            return tr("%n tensor(s)", nullptr, int(values.size()));
        }
        QString operator()(const std::vector<GraphPtr>& values) const {
            return tr("%n graph(s)", nullptr, int(values.size()));
        }
        QString operator()(const OpaqueAttribute& value) const {
            return tr("%1 of data", "size of an attribute").arg(bytesText(value.bytes.size()));
        }
    };
    if (!attribute.refAttrName.empty())
        return tr("attribute %1 of the function").arg(HtmlParts::escaped(attribute.refAttrName));
    return std::visit(Visitor{list, bounds}, attribute.value);
}

QString InspectorPage::nodeLink(const Node& node) const {
    return HtmlParts::link(QStringLiteral("node:%1").arg(node.id.number), HtmlParts::escaped(displayName(node)));
}

QString InspectorPage::valueLink(ValueId id) const {
    const auto* value = graph().value(id);
    return value ? HtmlParts::link(QStringLiteral("value:%1").arg(id.number), HtmlParts::escaped(value->name))
                 : QString();
}

QString InspectorPage::typeText(ValueId id) const {
    if (const auto tensor = m_facts.place->constant(id))
        return QString::fromStdString(dataTypeName(tensor->type) + " " + shapeText(tensor->shape));
    const auto* type = m_facts.place->shapes().find(id);
    if (!type)
        return tr("type unknown");
    return QString::fromStdString(dataTypeName(type->type) + " ") +
           (type->shape ? QString::fromStdString(shapeText(*type->shape)) : tr("of unknown shape"));
}

QString InspectorPage::sourceHtml(ValueId id, bool bounds) const {
    const auto* value = graph().value(id);
    if (const auto tensor = m_facts.place->constant(id)) {
        const auto* maker = graph().producer(id);
        const auto words = maker                 ? tr("constant %1").arg(nodeLink(*maker))
                           : graph().isInput(id) ? tr("default of a model input")
                                                 : tr("weight");
        const auto size = tensor->missing() ? QStringLiteral("<span class=\"bad\">%1</span>").arg(tr("data missing"))
                                            : bytesText(tensor->bytes());
        const auto small = tensor->count() <= smallConstant ? constantText(*tensor, bounds) : std::string();
        const auto values = small.empty() ? QString() : HtmlParts::escaped(small) + QStringLiteral("<br>");
        return values + words + QStringLiteral(", ") + size + QStringLiteral(" · ") +
               HtmlParts::link(QStringLiteral("tensor:%1").arg(id.number), tr("show values"));
    }
    if (const auto* maker = graph().producer(id))
        return tr("from %1").arg(nodeLink(*maker));
    return value && value->outer     ? tr("from the enclosing graph")
           : m_facts.place->isMain() ? tr("model input")
                                     : tr("input of this graph");
}

QString InspectorPage::usersHtml(ValueId id, const QString& key) const {
    QStringList users;
    for (const auto& use : graph().uses(id))
        if (const auto* node = graph().node(use.node))
            users.append(nodeLink(*node));
    users.removeDuplicates();
    if (graph().isOutput(id))
        users.append(m_facts.place->isMain() ? tr("model output") : tr("output of this graph"));
    return users.isEmpty() ? tr("nobody") : m_parts.cut(users, key, QStringLiteral(", "));
}

QString InspectorPage::costRows(const NodeCost& cost, double milliseconds, double timeShare) const {
    const auto& totals = m_facts.place->model().totals;
    const auto line = [](const QString& name, const QString& count, std::uint64_t part, std::uint64_t whole) {
        return whole == 0 ? HtmlParts::row(name, count)
                          : HtmlParts::row(name, count, HtmlParts::bar(double(part) / double(whole)));
    };
    QString rows;
    if (milliseconds >= 0)
        rows += HtmlParts::row(tr("Time"), millisecondsText(milliseconds), HtmlParts::bar(timeShare, true));
    if (cost.macs > 0)
        rows += line(tr("MACs"), number(cost.macs), cost.macs, totals.macs);
    if (!cost.known)
        rows += HtmlParts::row(QString(), HtmlParts::muted(tr("at least: a shape is unknown")));
    if (cost.operations > 0)
        rows += HtmlParts::row(tr("Other operations"), number(cost.operations));
    if (cost.parameters > 0) {
        rows += line(tr("Parameters"), number(cost.parameters), cost.parameters, totals.parameters);
        rows += line(tr("Weight bytes"), bytesText(cost.parameterBytes), cost.parameterBytes, totals.bytes);
    }
    if (cost.activationBytes > 0)
        rows += HtmlParts::row(tr("Output bytes"), bytesText(cost.activationBytes));
    return rows;
}

QString InspectorPage::metadataRows(const MetadataProps& metadata) {
    QString rows;
    for (const auto& [key, value] : metadata) {
        auto text = QString::fromStdString(value);
        if (text.size() > longText)
            text = text.left(longText) + QStringLiteral("…");
        rows += HtmlParts::row(HtmlParts::escaped(key), text.toHtmlEscaped());
    }
    return rows;
}

} // namespace lapidary
