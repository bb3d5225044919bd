// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/channelgroups.h"
#include "ui/models/workspace.h"
#include "ui/panels/inspectorpage.h"

#include <QWidget>

class QLabel;
class QTabWidget;
class QToolButton;

namespace lapidary {

class InspectorBrowser;
class TensorPanel;

/// What is selected, in all its parts: one node, several, a tensor between nodes, an input or output, or with nothing
/// selected the model. Its tensors stand on a page of their own and are read only there. Links walk: to a node of the
/// main graph through the shared selection, into subgraphs and functions here; back and forward return. UI thread only.
class InspectorPanel : public QWidget {
    Q_OBJECT

public:
    explicit InspectorPanel(Workspace& workspace, QWidget* parent = nullptr);
    ~InspectorPanel() override;

    /// Shows something else than the shared selection: a value, or parts of a graph inside. The selection follows if it
    /// is a node of the main graph.
    void inspect(const InspectorSubject& subject);
    /// A node of the graph at instance `instance` of the model's hierarchy.
    void inspectInside(const GraphHierarchy& hierarchy, std::int32_t instance, NodeId node);
    /// A value of the main graph, or one or several of the graph at an instance of the hierarchy.
    void inspectValue(ValueId value);
    void inspectValuesInside(const GraphHierarchy& hierarchy, std::int32_t instance, std::vector<ValueId> values);
    /// The nodes of a group and what the group is. Those of the main graph are the shared selection already.
    void inspectGroup(const GraphHierarchy& hierarchy, std::int32_t group);
    /// Back to the shared selection.
    void inspectSelection() { followSelection(); }
    const InspectorSubject& subject() const { return m_subject; }

Q_SIGNALS:
    /// A link, or a step back or forward, led to something else. Ask subject().
    void walked();

private:
    void follow(const QString& link);
    void inspectLinked(const QString& link, const QString& kind, const QString& rest);
    void followFold(const QString& key);
    void followSelection();
    void adoptModel();
    void findGroups();
    void remember();
    void walk(int step);
    void showSubject(bool keepPlace = false);
    void showTensors();
    void showPlace();
    QString pageHtml() const;
    InspectorSubject selected() const;
    InspectorSubject only(NodeId node) const;

    Workspace& m_workspace;
    QToolButton* m_back;
    QToolButton* m_forward;
    QLabel* m_place;
    QTabWidget* m_tabs;
    InspectorBrowser* m_text;
    TensorPanel* m_tensors;
    InspectedGraphPtr m_main;
    InspectorSubject m_subject;
    std::vector<InspectorSubject> m_history;
    int m_at = -1;               ///< in the history
    bool m_walking = false;      ///< the selection changes because of us
    bool m_wantsTensors = false; ///< the user looked at tensors last; kept over nodes that have none
    QSet<QString> m_opened;
    std::unordered_map<std::string, const NodeTime*> m_times;
    std::optional<Profile> m_profile; ///< what m_times points into
    std::shared_ptr<const ChannelGroups> m_groups;
    Latest<std::shared_ptr<const ChannelGroups>> m_groupFinder;
};

} // namespace lapidary
