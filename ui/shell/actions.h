// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/decorbuilder.h"

#include <QAction>
#include <QActionGroup>
#include <QObject>

class QMainWindow;
class QMenu;

namespace lapidary {

class Workspace;
struct GraphLook;

/// Every action of the window with its text, shortcut, icon and the reason why it cannot be used now. The window
/// connects them; menus, tool bar and context menus share them.
class Actions : public QObject {
    Q_OBJECT

public:
    Actions(Workspace& workspace, QMainWindow& window);

    QAction* openModel;
    QAction* openProject;
    QAction* newProject;
    QAction* openSample;
    QAction* evaluationData;
    QAction* calibrationData;
    QAction* exportModel;
    QAction* exportGraph;
    QAction* exportDifference;
    QAction* report;
    QAction* quit;
    QAction* undo;
    QAction* redo;
    QAction* find;
    QAction* selectAll;
    QAction* rename;
    QAction* remove;
    QAction* apply;
    QAction* evaluate;
    QAction* evaluateAll;
    QAction* evaluateAfterChange;
    QActionGroup* stopRules; ///< when an evaluation has seen enough
    QAction* profile;
    QAction* profileAll;
    QAction* compare;
    QAction* compareFile;
    QAction* nextDifference;
    QAction* previousDifference;
    QAction* cancelJobs;
    QAction* fit;
    QAction* zoomIn;
    QAction* zoomOut;
    QAction* horizontal;
    QAction* showWeights;
    QAction* showNames;
    QAction* showAttributes;
    QAction* showShapes;
    QAction* showConstants;
    QAction* showBadges;
    QAction* nodeValues;
    QActionGroup* scales; ///< data: a ScaleChoice
    QAction* expandGroup;
    QAction* collapseGroup;
    QAction* expandAll;
    QAction* collapseAll;
    QAction* collapseToBlocks;
    QActionGroup* overlays;
    QActionGroup* schemes;
    QAction* about;

    void fillMenuBar(const QList<QAction*>& docks);
    /// Of the menu bar, once it is filled: where others add to it.
    QMenu* runMenu = nullptr;
    QMenu* viewMenu = nullptr;
    void fillToolBar();
    /// Checks what the graph shows.
    void setLook(const GraphLook& look);
    /// Whether there is a comparison to be written; the comparison knows. Empty: there is.
    void allowExportDifference(const QString& reasonAgainst);

public Q_SLOTS:
    /// Enables what can be used now; disabled actions say why in their tool tip.
    void refresh();

private:
    QAction* make(const QString& name, const QString& text, const QString& icon, const QKeySequence& keys,
                  const QString& tip);
    void makeFileActions();
    void makeEditActions();
    void makeRunActions();
    void makeStopRules();
    void askForStopRule();
    void showStopRule();
    void makeViewActions();
    void makeGraphActions();
    void makeGroupActions();
    static void allow(QAction* action, const QString& reasonAgainst);

    Workspace& m_workspace;
    QMainWindow& m_window;
};

} // namespace lapidary
