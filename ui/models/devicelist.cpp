// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/devicelist.h"

#include "engine/devicecontact.h"
#include "engine/saveddevices.h"
#include "ui/models/devicetexts.h"

#include <algorithm>
#include <mutex>

namespace lapidary {

/// Events come from threads of the backends, and may come while the list goes away.
struct DeviceList::Mailbox {
    std::mutex mutex;
    DeviceList* reader = nullptr;

    void post(const DeviceEvent& event) {
        const std::lock_guard lock(mutex);
        if (reader)
            QMetaObject::invokeMethod(
                reader, [to = reader, event] { to->take(event); }, Qt::QueuedConnection);
    }
};

struct DeviceList::Found {
    std::vector<DeviceInfo> devices;
    QSet<QString> saved;
    std::shared_ptr<DeviceWatch> watch;
};

namespace {

/// A gadget's own line, and not an adapter that anything may hang on: greeting it disturbs nobody.
bool isGadgetLine(const DeviceInfo& info) {
    return info.kind == "candidate" && info.id.starts_with("serial:///dev/ttyACM");
}

auto sortKey(const DeviceInfo& info) {
    return std::pair(int(deviceGroup(info)), info.id);
}

} // namespace

DeviceList::DeviceList(Workspace& workspace, QObject* parent)
    : QObject(parent), m_workspace(workspace), m_mailbox(std::make_shared<Mailbox>()) {
    m_mailbox->reader = this;
}

DeviceList::~DeviceList() {
    {
        const std::lock_guard lock(m_mailbox->mutex);
        m_mailbox->reader = nullptr;
    }
    m_watch.reset();
}

const DeviceInfo* DeviceList::find(const std::string& id) const {
    const auto it = std::find_if(m_devices.begin(), m_devices.end(), [&](const auto& info) { return info.id == id; });
    return it == m_devices.end() ? nullptr : &*it;
}

void DeviceList::refresh() {
    m_workspace.jobs().start<Found>(
        tr("Find devices"), Lane::io(),
        [&engine = m_workspace.engine(), watch = m_watch, mailbox = m_mailbox](const Work&) -> Result<Found> {
            Found found;
            found.watch = watch;
            if (!found.watch)
                found.watch = engine.watchDevices([mailbox](const DeviceEvent& event) { mailbox->post(event); });
            for (const auto& device : engine.devices())
                found.devices.push_back(device->info());
            if (const auto saved = savedDevices())
                for (const auto& device : *saved)
                    found.saved.insert(QString::fromStdString(device.address));
            return found;
        },
        this, [this](const Found& found) { adopt(found); },
        [this](const Diagnostic& problem) { Q_EMIT m_workspace.message(problem); });
}

void DeviceList::adopt(const Found& found) {
    m_watch = found.watch;
    m_saved = found.saved;
    m_devices = found.devices;
    std::sort(m_devices.begin(), m_devices.end(), [](const auto& a, const auto& b) { return sortKey(a) < sortKey(b); });
    Q_EMIT changed();
    const auto known = m_devices; // a contact changes the list
    for (const auto& info : known)
        if (info.kind == "agent" || isGadgetLine(info))
            contact(info.id);
}

void DeviceList::contact(const std::string& id) {
    const auto name = QString::fromStdString(id);
    if (m_contacting.contains(name))
        return;
    m_contacting.insert(name);
    const auto done = [this, name] {
        m_contacting.remove(name);
        Q_EMIT changed();
    };
    const auto* known = find(id);
    m_workspace.jobs().start<DeviceContact>(
        tr("Contact %1").arg(known ? QString::fromStdString(known->name) : name), Lane::onDevice(name),
        [&engine = m_workspace.engine(), id](const Work& work) { return contactDevice(engine, id, {}, work); }, this,
        [this, id, done](const DeviceContact& contact) {
            // Nobody answered on a line that is not known to be a board: it stays what it was.
            const auto* before = find(id);
            if (before && (before->kind != "candidate" || contact.outcome)) {
                put(contact.info);
            } else if (before) {
                auto candidate = *before;
                candidate.stateReason = contact.outcome.error().message;
                put(candidate);
            }
            done();
        },
        [this, done](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
            done();
        });
    Q_EMIT changed();
}

void DeviceList::forget(const std::string& id) {
    m_workspace.jobs().start<bool>(
        tr("Remove device"), Lane::io(),
        [id](const Work&) -> Result<bool> {
            auto status = forgetDevice(id);
            return status.ok() ? Result<bool>(true) : status;
        },
        this,
        [this, id](bool) {
            m_saved.remove(QString::fromStdString(id));
            erase(id);
            Q_EMIT changed();
            refresh();
        },
        [this](const Diagnostic& problem) { Q_EMIT m_workspace.message(problem); });
}

void DeviceList::erase(const std::string& id) {
    std::erase_if(m_devices, [&](const auto& info) { return info.id == id; });
}

void DeviceList::put(const DeviceInfo& info) {
    erase(info.id);
    const auto place = std::upper_bound(m_devices.begin(), m_devices.end(), info,
                                        [](const auto& a, const auto& b) { return sortKey(a) < sortKey(b); });
    m_devices.insert(place, info);
    Q_EMIT changed();
}

void DeviceList::take(const DeviceEvent& event) {
    const auto name = QString::fromStdString(event.device.name);
    if (event.kind == DeviceEvent::Kind::Removed) {
        erase(event.device.id);
        Q_EMIT changed();
        Q_EMIT vanished(name);
        return;
    }
    const bool isNew = !find(event.device.id);
    put(event.device);
    if (isNew)
        Q_EMIT appeared(name);
    if (isGadgetLine(event.device))
        contact(event.device.id);
}

} // namespace lapidary
