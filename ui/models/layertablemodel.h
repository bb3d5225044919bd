// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/profile.h"
#include "engine/engine.h"

#include <QAbstractTableModel>

#include <map>

namespace lapidary {

/// Bits of a layer's weights in the pass that is being set up.
struct LayerBits {
    static constexpr int automatic = -1, keepsFloat = 0;

    int chosen = automatic;        ///< by the user: 2 to 8, keepsFloat, or automatic
    int planned = -1;              ///< by the preview: 0 keeps float; -1: there is none
    quint64 before = 0, after = 0; ///< bytes in the preview
    bool operator==(const LayerBits&) const = default;
};

/// One row per node, in graph order: what it is, what it costs, what it takes on the device. Sort with a proxy on
/// SortRole.
class LayerTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Name,
        Operator,
        OutputShape,
        Parameters,
        Bytes,
        Macs,
        Time,
        Share,
        Precision,
        Sparsity,
        Bits,
        ColumnCount
    };
    enum Role { NodeRole = Qt::UserRole + 1, SortRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setModel(AnalysedModelPtr model);
    void setMeasured(const std::optional<Profile>& profile, const std::vector<std::optional<double>>& sparsity);
    /// Layers whose bits may be chosen, with what is chosen now. The others have no cell for it.
    void setBits(std::map<NodeId, LayerBits> bits);
    const std::map<NodeId, LayerBits>& bits() const { return m_bits; }
    static QString bitsText(int bits); ///< "4", "float", "automatic"
    NodeId nodeAt(int row) const;
    int rowOf(NodeId id) const; ///< -1 if absent

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Only for Bits: asks for other bits by bitsEdited() and changes nothing itself.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void bitsEdited(quint32 node, int bits);

private:
    struct Row {
        NodeId node;
        QString name, op, shape, precision, kernel;
        quint64 parameters = 0, bytes = 0, macs = 0;
        double ms = -1, share = -1, sparsity = -1;
        bool fused = false;
    };

    QVariant display(const Row& row, int column) const;
    QVariant sortValue(const Row& row, int column) const;
    const LayerBits* bitsOf(const Row& row) const;
    QString bitsTip(const Row& row) const;
    static QVariant alignmentOf(int column);

    AnalysedModelPtr m_model;
    std::vector<Row> m_rows;
    std::map<NodeId, LayerBits> m_bits;
};

} // namespace lapidary
