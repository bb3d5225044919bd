// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace lapidary {

/// A device as udev describes it: of subsystem "usb" (whole devices only), or "tty" or "net" on a USB device.
struct UdevDevice {
    std::string path;      ///< below /sys; names the device as long as it is plugged in
    std::string subsystem; ///< "usb", "tty", "net"
    std::string usbId;     ///< "03e7:2485" of the USB device itself or above
    std::string serial, product, maker;
    std::string port;   ///< "1-2": where it is plugged in
    std::string node;   ///< "/dev/ttyACM0", "usb0"
    std::string driver; ///< of the interface: "cdc_acm", "cdc_ether"
};

/// Lists USB devices and tells of plugging and unplugging, through libudev. One thread waits in poll(); nothing is
/// polled in intervals. The callbacks come from that thread, in the order of the events, from start() until the
/// destructor returns.
class UdevMonitor {
public:
    using Added = std::function<void(const UdevDevice&)>;
    using Removed = std::function<void(const std::string& path)>;

    UdevMonitor();
    ~UdevMonitor();
    UdevMonitor(const UdevMonitor&) = delete;
    UdevMonitor& operator=(const UdevMonitor&) = delete;

    /// Everything that is plugged in now, by path. Any thread.
    static std::vector<UdevDevice> list();
    /// False if the system gives no events (no udev, no rights). Call once.
    bool start(Added added, Removed removed);

private:
    struct State;
    static void run(State& state, const Added& added, const Removed& removed);
    std::unique_ptr<State> m_state;
    std::thread m_thread;
};

} // namespace lapidary
