// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/searchresultsmodel.h"

#include "graph/query/queryvalues.h"
#include "ui/models/graphpicturebuilder.h"

namespace lapidary {

void SearchResultsModel::setHits(AnalysedModelPtr model, SearchHits hits) {
    beginResetModel();
    m_model = std::move(model);
    m_hits = std::move(hits);
    endResetModel();
}

int SearchResultsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_model ? 0 : int(m_hits.nodes.size() + m_hits.tensors.size());
}

QString SearchResultsModel::shapeOf(ValueId id) const {
    const auto shape = m_model->shapes.shape(id);
    return shape ? QString::fromStdString(shapeText(*shape)) : QString();
}

QVariant SearchResultsModel::ofNode(const Node& node, int role) const {
    const auto op = QString::fromStdString(node.opType);
    const auto name = QString::fromStdString(displayName(node));
    switch (role) {
    case NodeRole:
        return node.id.number;
    case KindRole:
        return op;
    case NameRole:
        return name;
    case ShapeRole:
        return shapeOf(node.output());
    case ChannelsRole: {
        const auto channels = nodeChannels(node, *m_model->model->graph, m_model->shapes);
        return channels < 0 ? QString() : QString::number(channels);
    }
    case CategoryRole:
        return int(pictureCategory(node));
    case Qt::DisplayRole:
        return tr("%1 %2").arg(op, name);
    case Qt::ToolTipRole:
        return tr("%1, operator %2, output %3").arg(name, op, shapeOf(node.output()));
    default:
        return {};
    }
}

QVariant SearchResultsModel::ofTensor(const Value& value, int role) const {
    const auto& graph = *m_model->model->graph;
    const auto name = QString::fromStdString(value.name);
    const auto kind = value.isConstant()         ? tr("weight")
                      : graph.isInput(value.id)  ? tr("input")
                      : graph.isOutput(value.id) ? tr("output")
                                                 : tr("tensor");
    switch (role) {
    case ValueRole:
        return value.id.number;
    case KindRole:
        return kind;
    case NameRole:
        return name;
    case ShapeRole:
        return shapeOf(value.id);
    case CategoryRole:
        return int(value.isConstant() ? NodeCategory::Constant : NodeCategory::Input);
    case Qt::DisplayRole:
        return tr("%1 %2").arg(kind, name);
    case Qt::ToolTipRole: {
        const auto type = m_model->shapes.type(value.id);
        return tr("%1, %2 %3").arg(name, QString::fromStdString(dataTypeName(type)), shapeOf(value.id));
    }
    default:
        return {};
    }
}

QVariant SearchResultsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const auto& graph = *m_model->model->graph;
    const auto row = std::size_t(index.row());
    if (row < m_hits.nodes.size()) {
        const auto* node = graph.node(m_hits.nodes[row]);
        return node ? ofNode(*node, role) : QVariant();
    }
    const auto* value = graph.value(m_hits.tensors[row - m_hits.nodes.size()]);
    return value ? ofTensor(*value, role) : QVariant();
}

} // namespace lapidary
