// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/layertablemodel.h"

#include "ui/models/nodefacts.h"
#include "ui/models/numbertext.h"

#include <QFont>

#include <unordered_map>

namespace lapidary {

void LayerTableModel::setModel(AnalysedModelPtr model) {
    beginResetModel();
    m_model = std::move(model);
    m_rows.clear();
    m_bits.clear();
    if (m_model) {
        for (const auto& node : m_model->model->graph->nodes()) {
            const auto& cost = m_model->cost.of(node->id);
            Row row;
            row.node = node->id;
            row.name = QString::fromStdString(displayName(*node));
            row.op = QString::fromStdString(node->opType);
            if (const auto shape = m_model->shapes.shape(node->output()))
                row.shape = QString::fromStdString(shapeText(*shape));
            row.precision = QString::fromStdString(nodePrecision(*m_model, *node));
            row.parameters = cost.parameters;
            row.bytes = cost.parameterBytes;
            row.macs = cost.macs;
            m_rows.push_back(std::move(row));
        }
    }
    endResetModel();
}

void LayerTableModel::setMeasured(const std::optional<Profile>& profile,
                                  const std::vector<std::optional<double>>& sparsity) {
    std::unordered_map<std::string, const NodeTime*> times;
    if (profile)
        for (const auto& time : profile->nodes)
            times[time.node] = &time;
    for (auto& row : m_rows) {
        const auto it = times.find(row.name.toStdString());
        const bool known = it != times.end();
        row.ms = known ? it->second->ms : -1;
        row.share = known ? it->second->share : -1;
        row.kernel = known ? QString::fromStdString(it->second->kernel) : QString();
        row.fused = known && it->second->fused;
        const auto number = row.node.number;
        row.sparsity = number < sparsity.size() && sparsity[number] ? *sparsity[number] : -1;
    }
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Time), index(int(m_rows.size()) - 1, Sparsity));
}

void LayerTableModel::setBits(std::map<NodeId, LayerBits> bits) {
    if (bits == m_bits)
        return;
    m_bits = std::move(bits);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Bits), index(int(m_rows.size()) - 1, Bits));
}

QString LayerTableModel::bitsText(int bits) {
    return bits == LayerBits::automatic    ? tr("automatic", "bits of a layer")
           : bits == LayerBits::keepsFloat ? tr("float", "bits of a layer")
                                           : QString::number(bits);
}

const LayerBits* LayerTableModel::bitsOf(const Row& row) const {
    const auto it = m_bits.find(row.node);
    return it == m_bits.end() ? nullptr : &it->second;
}

QString LayerTableModel::bitsTip(const Row& row) const {
    const auto* bits = bitsOf(row);
    if (!bits)
        return tr("This node has no weights that could be stored in fewer bits");
    auto tip = bits->chosen == LayerBits::automatic
                   ? tr("As the pass decides. Double-click or F2 to choose bits for this layer.")
                   : tr("Chosen for this layer. Double-click or F2 to change.");
    if (bits->planned > 0)
        tip += u'\n' + tr("Preview: %1 → %2").arg(bytesText(bits->before), bytesText(bits->after));
    return tip;
}

Qt::ItemFlags LayerTableModel::flags(const QModelIndex& index) const {
    auto flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == Bits && bitsOf(m_rows[std::size_t(index.row())]))
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool LayerTableModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const int bits = value.toInt();
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable) || bits < LayerBits::automatic || bits == 1 ||
        bits > 8)
        return false;
    const auto& row = m_rows[std::size_t(index.row())];
    if (bitsOf(row)->chosen != bits)
        Q_EMIT bitsEdited(row.node.number, bits);
    return true;
}

NodeId LayerTableModel::nodeAt(int row) const {
    return row >= 0 && row < int(m_rows.size()) ? m_rows[std::size_t(row)].node : NodeId();
}

int LayerTableModel::rowOf(NodeId id) const {
    if (!m_model || !m_model->model->graph->node(id))
        return -1;
    return int(m_model->model->graph->position(id));
}

int LayerTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_rows.size());
}

int LayerTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LayerTableModel::display(const Row& row, int column) const {
    switch (column) {
    case Name:
        return row.name;
    case Operator:
        return row.op;
    case OutputShape:
        return row.shape;
    case Parameters:
        return row.parameters > 0 ? countText(row.parameters) : QString();
    case Bytes:
        return row.bytes > 0 ? bytesText(row.bytes) : QString();
    case Macs:
        return row.macs > 0 ? countText(row.macs) : QString();
    case Time:
        return row.ms >= 0 ? millisecondsText(row.ms) : QString();
    case Share:
        return row.share >= 0 ? percentText(row.share * 100) : QString();
    case Precision:
        return row.precision;
    case Sparsity:
        return row.sparsity >= 0 ? percentText(row.sparsity * 100) : QString();
    case Bits: {
        const auto* bits = bitsOf(row);
        if (!bits)
            return {};
        return bits->chosen != LayerBits::automatic ? bitsText(bits->chosen)
               : bits->planned >= 0                 ? tr("automatic: %1").arg(bitsText(bits->planned))
                                                    : bitsText(LayerBits::automatic);
    }
    default:
        return {};
    }
}

QVariant LayerTableModel::sortValue(const Row& row, int column) const {
    switch (column) {
    case Name:
        return row.name;
    case Operator:
        return row.op;
    case OutputShape:
        return row.shape;
    case Parameters:
        return row.parameters;
    case Bytes:
        return row.bytes;
    case Macs:
        return row.macs;
    case Time:
        return row.ms;
    case Share:
        return row.share;
    case Precision:
        return row.precision;
    case Sparsity:
        return row.sparsity;
    case Bits: {
        const auto* bits = bitsOf(row);
        return !bits ? -2 : bits->chosen != LayerBits::automatic ? bits->chosen : bits->planned;
    }
    default:
        return {};
    }
}

QVariant LayerTableModel::alignmentOf(int column) {
    const bool number = column >= Parameters && column != Precision;
    return number ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
}

QVariant LayerTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= int(m_rows.size()))
        return {};
    const auto& row = m_rows[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return display(row, index.column());
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    case Qt::ToolTipRole:
        if (index.column() == Time || index.column() == Share)
            return row.ms < 0  ? tr("No time: not profiled, or the runtime fused this node into another or removed it")
                   : row.fused ? tr("Ran in the fused kernel %1; its whole time is counted here").arg(row.kernel)
                               : tr("Ran in kernel %1").arg(row.kernel);
        return index.column() == Bits ? bitsTip(row) : display(row, index.column());
    case Qt::EditRole:
        return index.column() == Bits && bitsOf(row) ? QVariant(bitsOf(row)->chosen) : QVariant();
    case Qt::FontRole:
        if (index.column() == Bits && bitsOf(row) && bitsOf(row)->chosen != LayerBits::automatic) {
            QFont font;
            font.setBold(true);
            return font;
        }
        return {};
    case NodeRole:
        return row.node.number;
    case SortRole:
        return sortValue(row, index.column());
    default:
        return {};
    }
}

QVariant LayerTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::ToolTipRole && section == Bits)
        return tr(
            "Bits of the layer's weights in the pass that stores them as codes: choosing them here writes them into "
            "the Compress panel, whose preview counts the bytes at once");
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Layer");
    case Operator:
        return tr("Operator");
    case OutputShape:
        return tr("Output");
    case Parameters:
        return tr("Parameters");
    case Bytes:
        return tr("Weights");
    case Macs:
        return tr("MACs");
    case Time:
        return tr("Time");
    case Share:
        return tr("Share");
    case Precision:
        return tr("Precision");
    case Sparsity:
        return tr("Zeros");
    case Bits:
        return tr("Bits");
    default:
        return {};
    }
}

} // namespace lapidary
