// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/layerbitseditor.h"

#include "graph/operatortraits.h"
#include "ui/forms/paramform.h"
#include "ui/panels/passpanel.h"

#include <QPointer>
#include <QUndoCommand>

namespace lapidary {

namespace {

constexpr auto parameter = "layer_bits";

/// "w4" is what a preview says of weights in 4 bits.
int bitsOfPrecision(const std::string& precision) {
    return precision.size() == 2 && precision[0] == 'w' ? precision[1] - '0' : -1;
}

bool hasWeights(const Graph& graph, const Node& node) {
    const auto* traits = traitsOf(node);
    const auto weight = traits && traits->category == OperatorCategory::Layer && traits->weightInput >= 0
                            ? node.input(std::size_t(traits->weightInput))
                            : ValueId();
    return weight.valid() && graph.constant(weight) && isFloatingPoint(graph.constant(weight)->type);
}

} // namespace

class LayerBitsCommand final : public QUndoCommand {
public:
    LayerBitsCommand(LayerBitsEditor& editor, LayerBitsEditor::Chosen before, LayerBitsEditor::Chosen after,
                     const QString& text)
        : QUndoCommand(text), m_editor(&editor), m_before(std::move(before)), m_after(std::move(after)) {}

    void undo() override { put(m_before); }
    void redo() override { put(m_after); }

private:
    void put(const LayerBitsEditor::Chosen& bits) {
        if (m_editor)
            m_editor->put(bits);
    }

    QPointer<LayerBitsEditor> m_editor;
    LayerBitsEditor::Chosen m_before, m_after;
};

LayerBitsEditor::LayerBitsEditor(Workspace& workspace, PassPanel& passes, LayerTableModel& table, QObject* parent)
    : QObject(parent), m_workspace(workspace), m_passes(passes), m_table(table) {
    connect(&m_table, &LayerTableModel::bitsEdited, this, &LayerBitsEditor::edit);
    connect(&m_table, &LayerTableModel::modelReset, this, &LayerBitsEditor::refresh);
    connect(m_passes.form(), &ParamForm::edited, this, &LayerBitsEditor::refresh);
    connect(&m_passes, &PassPanel::passChanged, this, &LayerBitsEditor::refresh);
    connect(&m_workspace, &Workspace::previewChanged, this, &LayerBitsEditor::refresh);
}

QString LayerBitsEditor::passId() const {
    for (const auto& pass : m_workspace.engine().passes().all()) {
        const auto* spec = pass->info().schema.find(parameter);
        if (spec && spec->type == ParamType::NodeNumbers)
            return QString::fromStdString(pass->info().id);
    }
    return {};
}

LayerBitsEditor::Chosen LayerBitsEditor::chosen(const QStringList& layers) const {
    Chosen bits;
    const auto params = m_passes.pass() == passId() ? m_passes.form()->params() : ParamSet();
    const auto own = params.find(parameter);
    for (const auto& layer : layers) {
        auto& entry = bits[layer.toStdString()];
        if (own != params.end() && own->second.object().contains(layer.toStdString()))
            entry = own->second[layer.toStdString()].toDouble();
    }
    return bits;
}

void LayerBitsEditor::edit(quint32 number, int bits) {
    const auto model = m_workspace.model();
    const NodeId id{number};
    if (!model || !model->model->graph->node(id))
        return;
    // An edit of one of several selected layers is for all of them.
    const auto& selected = m_workspace.selection().nodes();
    QStringList layers;
    for (const auto& [node, known] : m_table.bits())
        if (node == id || (selected.contains(id) && selected.contains(node)))
            layers.append(QString::fromStdString(displayName(*model->model->graph->node(node))));
    choose(layers, bits);
}

void LayerBitsEditor::choose(const QStringList& layers, int bits) {
    if (layers.isEmpty() || passId().isEmpty())
        return;
    if (m_passes.pass() != passId())
        m_passes.setPass(passId()); // with what was set there before
    Chosen after;
    for (const auto& layer : layers)
        after[layer.toStdString()] = bits == LayerBits::automatic ? std::nullopt : std::optional(double(bits));
    const auto words = layers.size() == 1 ? tr("Bits of %1").arg(layers.front())
                                          : tr("Bits of %n layers", nullptr, int(layers.size()));
    m_workspace.undoStack().push(new LayerBitsCommand(*this, chosen(layers), std::move(after), words));
}

void LayerBitsEditor::put(const Chosen& bits) {
    m_passes.setPass(passId());
    auto params = m_passes.form()->params();
    Json::Object layers = params[parameter].object();
    for (const auto& [layer, value] : bits) {
        if (value)
            layers[layer] = *value;
        else
            layers.erase(layer);
    }
    const bool any = !layers.empty();
    params[parameter] = Json(std::move(layers));
    // The row that was edited is selected, but the others are quantized all the same.
    if (any)
        m_workspace.pinScope(Workspace::PinnedScope{tr("Scope: the whole graph, with bits of single layers"), {}});
    else
        m_workspace.pinScope(std::nullopt);
    m_passes.showParams(params);
    refresh();
}

void LayerBitsEditor::refresh() {
    const auto model = m_workspace.model();
    std::map<NodeId, LayerBits> bits;
    if (!model || passId().isEmpty())
        return m_table.setBits({});
    const bool shown = m_passes.pass() == passId();
    const auto params = shown ? m_passes.form()->params() : ParamSet();
    const auto own = params.find(parameter);
    for (const auto& node : model->model->graph->nodes()) {
        if (!hasWeights(*model->model->graph, *node))
            continue;
        auto& entry = bits[node->id];
        if (own != params.end() && own->second.object().contains(displayName(*node)))
            entry.chosen = int(own->second[displayName(*node)].toDouble());
    }
    if (shown && m_workspace.preview())
        for (const auto& plan : m_workspace.preview()->nodes)
            if (const auto it = bits.find(plan.node); it != bits.end()) {
                it->second.planned = bitsOfPrecision(plan.precision);
                it->second.before = plan.bytesBefore;
                it->second.after = plan.bytesAfter;
            }
    m_table.setBits(std::move(bits));
}

} // namespace lapidary
