// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QObject>
#include <QSet>

namespace lapidary {

/// The devices there are, kept up to date: what is plugged in or pulled shows at once, agents that were added are
/// contacted at the start, and so is a serial line of a USB gadget that appears. UI thread; the work is in jobs.
class DeviceList : public QObject {
    Q_OBJECT

public:
    explicit DeviceList(Workspace& workspace, QObject* parent = nullptr);
    ~DeviceList() override;

    /// By group, then id.
    const std::vector<DeviceInfo>& devices() const { return m_devices; }
    const DeviceInfo* find(const std::string& id) const;
    /// The user added it, so it can be removed.
    bool isSaved(const std::string& id) const { return m_saved.contains(QString::fromStdString(id)); }
    bool isContacting(const std::string& id) const { return m_contacting.contains(QString::fromStdString(id)); }

    /// Lists everything anew, and contacts the agents among it.
    void refresh();
    /// Asks the device who it is. Its state then tells how that went.
    void contact(const std::string& id);
    /// Forgets a device that was added; one that is plugged in stays.
    void forget(const std::string& id);
    /// A device that was contacted elsewhere, such as in a dialog.
    void put(const DeviceInfo& info);

Q_SIGNALS:
    void changed();
    void appeared(const QString& name); ///< plugged in while the window is open
    void vanished(const QString& name);

private:
    struct Found;
    struct Mailbox;
    void adopt(const Found& found);
    void take(const DeviceEvent& event);
    void erase(const std::string& id);

    Workspace& m_workspace;
    std::vector<DeviceInfo> m_devices;
    QSet<QString> m_saved, m_contacting;
    std::shared_ptr<Mailbox> m_mailbox; ///< where backends' threads leave events
    std::shared_ptr<DeviceWatch> m_watch;
};

} // namespace lapidary
