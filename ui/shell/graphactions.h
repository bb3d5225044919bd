// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QObject>

#include <functional>
#include <vector>

class QMainWindow;
class QMenu;
class QMenuBar;

namespace lapidary {

class GraphNavigator;
class GraphPanel;
class PassPanel;
class Workspace;

/// What one does with nodes of the graph: the menus "Select" and "Go", the saved views, the graph's context menu.
/// Belongs to the window.
class GraphActions : public QObject {
    Q_OBJECT

public:
    GraphActions(Workspace& workspace, GraphPanel& graph, PassPanel& passes, QMainWindow& window);

    /// Adds the menus in front of `before`, and the saved views to `view`.
    void fillMenuBar(QMenuBar& bar, QAction* before, QMenu& view);
    QMenu* makeContextMenu(QWidget* parent); ///< the caller shows and deletes it

public Q_SLOTS:
    void refresh();

Q_SIGNALS:
    void layersWanted(); ///< show the selection in the table of layers
    void passWanted();   ///< show the pass panel

private:
    struct Entry {
        QAction* action;
        QString tip;
        std::function<QString()> whyNot;
    };
    enum class Reach { Window, Graph }; ///< where the keys work

    QAction* make(const char* name, const QString& text, const QString& keys, const QString& tip, Reach reach,
                  std::function<QString()> whyNot, std::function<void()> run);
    void makeSelectActions();
    void makeGoActions();
    void makeViewActions();
    void showContextMenu(qint64 id, QPoint globalPosition);

    Workspace& m_workspace;
    GraphPanel& m_graph;
    PassPanel& m_passes;
    QMainWindow& m_window;
    GraphNavigator* m_navigator;
    std::vector<Entry> m_entries;
    QList<QAction*> m_select, m_paths, m_kinds, m_show, m_go, m_find, m_store, m_recall, m_node;
};

} // namespace lapidary
