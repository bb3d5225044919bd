// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QObject>

namespace lapidary {

class GraphView;
class PassPanel;

/// Gives single layers a share of their own: from the edge of a width bar that is dragged in the graph, or step by step
/// from the keyboard. The share goes into the pass panel's list per layer and the preview follows; coupled layers
/// follow by themselves. UI thread only.
class RatioDragger : public QObject {
    Q_OBJECT

public:
    RatioDragger(Workspace& workspace, PassPanel& passes, GraphView& view, QObject* parent = nullptr);

    /// Why the channels of a node cannot be thinned; empty if they can. Picture ids of anything else than nodes of the
    /// main graph get a reason, too.
    QString whyNot(quint32 id) const;
    /// The same for the node the keys act on.
    QString whyNotCurrent() const;
    /// One step, a channel multiple, fewer (-1) or more (+1) channels at the current node.
    void step(int direction);
    bool isDragging() const { return m_dragging; }

Q_SIGNALS:
    void panelWanted(); ///< show the pass panel: its list per layer changes

private:
    void start(quint32 id);
    void move(qint64 kept);
    void end(bool keep);
    bool take(quint32 id);
    void explain(quint32 id, const QString& text);
    const ChannelGroup* groupOf(NodeId node) const;
    /// The layer whose share counts for a node's channels.
    const Node* layerOf(NodeId node) const;
    std::int64_t channelsOf(quint32 id) const;
    std::int64_t keptNow(quint32 id) const;
    std::int64_t multiple() const;
    QString textFor(quint32 id, std::int64_t kept) const;

    Workspace& m_workspace;
    PassPanel& m_passes;
    GraphView& m_view;
    bool m_dragging = false;
    quint32 m_node = 0;
    std::int64_t m_kept = -1;
    ParamSet m_before; ///< of the form, for Escape
    std::set<NodeId> m_selectionBefore;
};

} // namespace lapidary
