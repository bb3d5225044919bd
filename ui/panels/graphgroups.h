// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/graphview/graphview.h"
#include "ui/models/graphscene.h"
#include "ui/models/picturetexts.h"
#include "ui/models/workspace.h"

class QMenu;

namespace lapidary {

/// Opens and closes the groups of the graph on the screen: makes the pictures of a GraphView from the workspace's model
/// and remembers, per variant and for the session, what is open. A variant that is shown for the first time has open
/// what the one before had, as far as it has the same groups. Owned by its parent; the view must outlive it. UI thread.
class GraphGroups : public QObject {
    Q_OBJECT

public:
    GraphGroups(Workspace& workspace, GraphView& view, QObject* parent);
    ~GraphGroups() override;

    /// From the next rebuild on only these nodes of the main graph, and dashed lines for what is hidden between them;
    /// empty: everything again.
    void showOnly(std::set<NodeId> nodes) { m_only = std::move(nodes); }
    /// From the next picture on: what is written in nodes and on edges.
    void setTexts(const PictureTexts& texts) { m_texts = texts; }
    /// Makes the picture of the workspace's model anew, off this thread; sceneChanged() follows.
    void rebuild(LayoutDirection direction);
    /// What is on the screen or about to be; null: nothing yet.
    GraphScenePtr scene() const { return m_scene; }

    /// The picture id that shows a node of the main graph or the closed group it is in.
    quint32 shown(NodeId node) const;
    /// Nodes of the main graph behind picture ids.
    std::set<NodeId> nodesOf(const GraphView::Ids& ids) const;
    /// Whether something opens at this id.
    bool isExpandable(quint32 id) const;
    /// Adds "Expand", "Collapse" and the like for what lies at an id (-1: the background).
    void fillMenu(QMenu& menu, qint64 id);

public Q_SLOTS:
    void expand(quint32 id);
    void collapse(quint32 id); ///< the group with this id if it is open, else the innermost one around
    void expandCurrent();
    void collapseCurrent();
    void expandAll();
    void collapseAll();
    void collapseToBlocks();
    /// Opens whatever hides a picture id and brings it into view.
    void reveal(quint32 id);

Q_SIGNALS:
    void sceneChanged();

private:
    struct Made;

    void adopt(Made made, std::optional<GraphView::Anchor> anchor);
    void apply(std::optional<GraphView::Anchor> anchor = std::nullopt);
    void start(std::optional<GraphView::Anchor> anchor);

    Workspace& m_workspace;
    GraphView& m_view;
    AnalysedModelPtr m_model; ///< of m_scene
    PictureIdsPtr m_ids;
    GraphScenePtr m_scene;
    GroupState m_state;
    std::map<VariantId, GroupState> m_states;
    std::set<NodeId> m_only;
    PictureTexts m_texts;
    LayoutDirection m_direction = LayoutDirection::TopDown;
    std::optional<quint32> m_wanted; ///< to be brought into view when the next picture is there
    Latest<std::shared_ptr<Made>> m_maker;
};

} // namespace lapidary
