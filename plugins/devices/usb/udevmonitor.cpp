// SPDX-License-Identifier: GPL-3.0-or-later
#include "udevmonitor.h"

#include <libudev.h>

#include <algorithm>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace lapidary {

namespace {

struct Unref {
    void operator()(udev* p) const { udev_unref(p); }
    void operator()(udev_device* p) const { udev_device_unref(p); }
    void operator()(udev_monitor* p) const { udev_monitor_unref(p); }
    void operator()(udev_enumerate* p) const { udev_enumerate_unref(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

constexpr const char* subsystems[] = {"usb", "tty", "net"};

std::string text(const char* value) {
    return value ? value : "";
}

std::string lower(std::string value) {
    std::transform(value.begin(), value.end(), value.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return value;
}

/// False for what is no whole USB device and sits on none.
bool describe(udev_device* device, UdevDevice& described) {
    described.path = text(udev_device_get_syspath(device));
    described.subsystem = text(udev_device_get_subsystem(device));
    udev_device* usb = device;
    if (described.subsystem == "usb") {
        if (text(udev_device_get_devtype(device)) != "usb_device")
            return false;
    } else {
        usb = udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_device");
        if (!usb)
            return false;
        if (auto* interface = udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_interface"))
            described.driver = text(udev_device_get_driver(interface));
    }
    const auto vendor = text(udev_device_get_sysattr_value(usb, "idVendor"));
    const auto product = text(udev_device_get_sysattr_value(usb, "idProduct"));
    described.usbId = lower(vendor + ":" + product);
    described.serial = text(udev_device_get_sysattr_value(usb, "serial"));
    described.product = text(udev_device_get_sysattr_value(usb, "product"));
    described.maker = text(udev_device_get_sysattr_value(usb, "manufacturer"));
    described.port = text(udev_device_get_sysname(usb));
    described.node =
        described.subsystem == "net" ? text(udev_device_get_sysname(device)) : text(udev_device_get_devnode(device));
    return !vendor.empty() && !product.empty();
}

} // namespace

struct UdevMonitor::State {
    Owned<udev> context;
    Owned<udev_monitor> monitor;
    int wake = -1;
};

UdevMonitor::UdevMonitor() : m_state(std::make_unique<State>()) {}

UdevMonitor::~UdevMonitor() {
    if (m_thread.joinable()) {
        const std::uint64_t one = 1;
        (void)!::write(m_state->wake, &one, sizeof one);
        m_thread.join();
    }
    if (m_state->wake >= 0)
        ::close(m_state->wake);
}

std::vector<UdevDevice> UdevMonitor::list() {
    std::vector<UdevDevice> found;
    const Owned<udev> context(udev_new());
    const Owned<udev_enumerate> all(context ? udev_enumerate_new(context.get()) : nullptr);
    if (!all)
        return found;
    for (const char* subsystem : subsystems)
        udev_enumerate_add_match_subsystem(all.get(), subsystem);
    udev_enumerate_scan_devices(all.get());
    for (auto* entry = udev_enumerate_get_list_entry(all.get()); entry; entry = udev_list_entry_get_next(entry)) {
        const Owned<udev_device> device(udev_device_new_from_syspath(context.get(), udev_list_entry_get_name(entry)));
        UdevDevice described;
        if (device && describe(device.get(), described))
            found.push_back(std::move(described));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return found;
}

bool UdevMonitor::start(Added added, Removed removed) {
    m_state->context.reset(udev_new());
    if (!m_state->context)
        return false;
    m_state->monitor.reset(udev_monitor_new_from_netlink(m_state->context.get(), "udev"));
    if (!m_state->monitor)
        return false;
    for (const char* subsystem : subsystems)
        udev_monitor_filter_add_match_subsystem_devtype(m_state->monitor.get(), subsystem, nullptr);
    if (udev_monitor_enable_receiving(m_state->monitor.get()) < 0)
        return false;
    m_state->wake = ::eventfd(0, EFD_CLOEXEC);
    if (m_state->wake < 0)
        return false;
    m_thread = std::thread([state = m_state.get(), added = std::move(added), removed = std::move(removed)] {
        run(*state, added, removed);
    });
    return true;
}

void UdevMonitor::run(State& state, const Added& added, const Removed& removed) {
    pollfd waits[] = {{udev_monitor_get_fd(state.monitor.get()), POLLIN, 0}, {state.wake, POLLIN, 0}};
    for (;;) {
        if (::poll(waits, 2, -1) < 0 && errno != EINTR)
            return;
        if (waits[1].revents != 0)
            return;
        if (waits[0].revents == 0)
            continue;
        const Owned<udev_device> device(udev_monitor_receive_device(state.monitor.get()));
        if (!device)
            continue;
        const auto action = text(udev_device_get_action(device.get()));
        UdevDevice described;
        if (action == "remove")
            removed(text(udev_device_get_syspath(device.get())));
        else if ((action == "add" || action == "change" || action == "bind") && describe(device.get(), described))
            added(described);
    }
}

} // namespace lapidary
