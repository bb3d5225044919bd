// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/layertablemodel.h"
#include "ui/models/workspace.h"

#include <QObject>

#include <optional>

namespace lapidary {

class PassPanel;

/// Keeps the bits in the table of layers and the parameter "layer_bits" of the pass that has it in step, both ways. An
/// edit shows that pass with the whole graph as its scope, and can be undone. UI thread.
class LayerBitsEditor : public QObject {
    Q_OBJECT

public:
    LayerBitsEditor(Workspace& workspace, PassPanel& passes, LayerTableModel& table, QObject* parent);

    /// Gives layers by name these bits (LayerBits::automatic: as the pass decides), as one step that undo takes back.
    void choose(const QStringList& layers, int bits);

private:
    friend class LayerBitsCommand;
    using Chosen = std::map<std::string, std::optional<double>>; ///< by layer; nothing: automatic

    QString passId() const; ///< empty: no pass has such a parameter
    Chosen chosen(const QStringList& layers) const;
    void put(const Chosen& bits);
    void edit(quint32 node, int bits);
    void refresh();

    Workspace& m_workspace;
    PassPanel& m_passes;
    LayerTableModel& m_table;
};

} // namespace lapidary
