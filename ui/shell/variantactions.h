// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/variantlooks.h"

#include <QAction>
#include <QObject>

#include <functional>
#include <vector>

class QMainWindow;
class QMenu;
class QMenuBar;

namespace lapidary {

class VariantsPanel;

/// What can be done with the variants selected in the tree: the menu "Variants" and the tree's own menu. Belongs to the
/// window.
class VariantActions : public QObject {
    Q_OBJECT

public:
    VariantActions(Workspace& workspace, VariantsPanel& panel, QMainWindow& window);

    /// Inserts the menu before `before`; `shared` are actions of other menus that the tree's menu shows too.
    void fillMenuBar(QMenuBar& bar, QAction* before, const QList<QAction*>& shared);

    /// Asks in a dialog and changes the selected variants. Public for tests.
    void editTags();
    void editNote();
    void exportSelected();

Q_SIGNALS:
    void sweepWanted();
    void rebaseWanted();

private:
    struct Entry {
        QAction* action;
        QString tip;
        std::function<QString()> whyNot;
    };
    QAction* make(const char* name, const QString& text, const QString& keys, const QString& tip,
                  std::function<QString()> whyNot, std::function<void()> run);
    void makeActions();
    void makeColours();
    void findDevices();
    void fillDevices();
    void refresh();
    QString whyNone() const;
    QString whyNoEdit() const; ///< the same, or why the project cannot be changed
    QString whyNoRebase() const;
    QString whyNotStale() const;

    Workspace& m_workspace;
    VariantsPanel& m_panel;
    QMainWindow& m_window;
    QMenu* m_colours;
    QMenu* m_profileOn;
    std::vector<std::pair<QString, QString>> m_devices; ///< id, name of those that are ready
    std::vector<Entry> m_entries;
};

} // namespace lapidary
