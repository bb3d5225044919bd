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

/// Every action of the window with its text, shortcut, icon and the reason why it cannot be used now. The window connects
/// them; menus, tool bar and context menus share them.
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
    QActionGroup* overlays;
    QActionGroup* schemes;
    QAction* about;

    void fillMenuBar(const QList<QAction*>& docks);
    void fillToolBar();

public Q_SLOTS:
    /// Enables what can be used now; disabled actions say why in their tool tip.
    void refresh();

private:
    QAction* make(const QString& name, const QString& text, const QString& icon, const QKeySequence& keys, const QString& tip);
    void makeFileActions();
    void makeEditActions();
    void makeRunActions();
    void makeViewActions();
    static void allow(QAction* action, const QString& reasonAgainst);

    Workspace& m_workspace;
    QMainWindow& m_window;
};

} // namespace lapidary
