// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/reach.h"
#include "ui/models/savedviews.h"
#include "ui/models/viewhistory.h"
#include "ui/models/workspace.h"

#include <QObject>
#include <QTimer>

namespace lapidary {

class GraphPanel;

/// Ways through the graph: up and down from the selection, paths, blocks, only some nodes, back and forward, saved
/// views. Each whyNot… says in the user's language why that cannot be done now, or is empty. UI thread.
class GraphNavigator : public QObject {
    Q_OBJECT

public:
    GraphNavigator(Workspace& workspace, GraphPanel& panel);
    ~GraphNavigator() override;

    QString whyNotFromSelection() const;
    QString whyNotPath() const;
    QString whyNotBlock() const;
    QString whyNotBack() const;
    QString whyNotForward() const;
    QString whyNotShowAll() const;
    QString whyNotRecall(int slot) const;

    const SavedViews& savedViews() const { return m_saved; }

public Q_SLOTS:
    /// `steps`: GraphReach::everything or a number; the selection itself stays selected.
    void selectUpstream(int steps);
    void selectDownstream(int steps);
    /// Between the selected nodes: the shortest path of two, or every node on any path between any of them.
    void selectPath(bool all);
    void selectSameOperator();
    /// Nodes of the same name scope; again: of the scope around it.
    void selectBlock();
    void copyNames();
    void isolate();
    void showAll();
    void back();
    void forward();
    void storeView(int slot);
    void recallView(int slot);

Q_SIGNALS:
    void changed(); ///< a whyNot… may be another one

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    const GraphReach* reach();
    const Graph* graph() const;
    void select(std::set<NodeId> nodes, const QString& none);
    void grow(std::set<NodeId> more, const QString& none);
    ViewPlace here() const;
    void visit();
    void rest();
    void leaveProject();
    void beginWhereLeft();
    void show(const ViewPlace& place);
    std::set<NodeId> inScope(const std::string& prefix) const;
    std::string widerScope() const;

    Workspace& m_workspace;
    GraphPanel& m_panel;
    const QObject* m_view; ///< known by address: it sends events while the panel is on its way out
    AnalysedModelPtr m_reachOf;
    std::optional<GraphReach> m_reach;
    ViewHistory m_history;
    SavedViews m_saved;
    QTimer m_settled;         ///< after which the present place is where the view came to rest
    ViewPlace m_last;         ///< where the view came to rest
    bool m_beginning = false; ///< the project's first picture is still to come
    bool m_restoring = false;
};

} // namespace lapidary
