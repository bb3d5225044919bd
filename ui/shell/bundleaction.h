// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QAction;
class QMainWindow;
class QMenu;

namespace lapidary {

class Workspace;
struct BundleOptions;

/// "Export bundle…": asks, writes the bundle of the current variant in a job, verifies it and says how that went.
/// Belongs to the window.
class BundleAction : public QObject {
    Q_OBJECT

public:
    BundleAction(Workspace& workspace, QMainWindow& window);

    void fillMenu(QMenu& menu, QAction* before);

private:
    void refresh();
    void ask();
    void write(const QString& folder, const BundleOptions& options, bool verifies);

    Workspace& m_workspace;
    QMainWindow& m_window;
    QAction* m_action;
};

} // namespace lapidary
