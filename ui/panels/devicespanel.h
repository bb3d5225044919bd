// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/devicelist.h"

#include <QWidget>

class QAction;
class QLabel;
class QToolBar;
class QTreeWidget;
class QTreeWidgetItem;

namespace lapidary {

/// The devices by kind, live, each with its state; below, why the chosen one is in that state and what to do next. The
/// chosen one is where F5 profiles. Everything that can be done with one is in its context menu and has a key.
class DevicesPanel : public QWidget {
    Q_OBJECT

public:
    explicit DevicesPanel(Workspace& workspace, QWidget* parent = nullptr);

    std::string current() const; ///< device id; "host" if nothing that can be profiled on is chosen
    DeviceList& devices() { return m_devices; }
    /// Everything that can be done with devices, for a menu.
    QList<QAction*> deviceActions() const {
        return {m_add, m_connect, m_deploy, m_remove, m_profile, m_copy, m_refresh};
    }
    void choose(const std::string& id);
    /// Actions of others that the menu of a device shows too.
    void setMeasureActions(const QList<QAction*>& actions) { m_measure = actions; }

public Q_SLOTS:
    void refresh() { m_devices.refresh(); }

Q_SIGNALS:
    void currentChanged();
    void addWanted(const QString& address);    ///< what is known of it already; may be empty
    void deployWanted(const QString& address); ///< of ssh
    void profileWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void makeActions();
    QAction* make(const QString& name, const QString& text, const QString& tip, const QKeySequence& keys);
    void fill();
    void fillItem(QTreeWidgetItem& item, const DeviceInfo& info);
    QTreeWidgetItem* groupItem(int group);
    void showChosen();
    void showMenu(const QPoint& place);
    void connectChosen();
    void removeChosen();
    const DeviceInfo* chosen() const; ///< null: none, or a group

    Workspace& m_workspace;
    DeviceList m_devices;
    QTreeWidget* m_tree;
    QLabel* m_detail;
    QToolBar* m_bar;
    QAction *m_add = nullptr, *m_connect = nullptr, *m_deploy = nullptr, *m_remove = nullptr, *m_profile = nullptr,
            *m_copy = nullptr, *m_refresh = nullptr;
    QList<QAction*> m_measure;
    std::string m_chosen = "host"; ///< kept while the device is away
    bool m_filling = false;
};

} // namespace lapidary
