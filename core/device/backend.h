// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "device/profile.h"
#include "graph/model.h"

#include <memory>
#include <set>

namespace lapidary {

enum class DeviceState { Ready, NeedsRuntime, Busy, Offline, Error };

struct DeviceInfo {
    std::string id;   ///< stable: "host", "usb:03e7:2485:…"
    std::string name; ///< for people
    std::string kind; ///< "host", "agent", "usb"
    DeviceState state = DeviceState::Ready;
    std::string stateReason; ///< when not ready
    std::map<std::string, std::string> capabilities; ///< cpu, cores, memory, precisions, providers …
};

struct ProfileOptions {
    int threads = 0; ///< 0: the device's default
    int batch = 1;
    bool perNode = false;
    double maxSeconds = 10;       ///< time for the timed runs
    std::size_t minRuns = 20;
    std::size_t maxRuns = 2000;
    double relativeWidth = 0.02;  ///< wanted width of the median's 95 % interval
    std::size_t warmupRuns = 5;
};

/// Something that can run a model. Any thread; a device serialises its own runs.
class Device {
public:
    virtual ~Device();
    virtual DeviceInfo info() const = 0;
    virtual Result<Profile> profile(const Model& model, const ProfileOptions& options, const Work& work) = 0;
    /// Contacts the device and brings info() up to date; may take seconds. Devices that always know do nothing.
    virtual Status refresh(const Work& work);
};

/// Finds devices of one kind. Plugins provide these.
class DeviceBackend {
public:
    virtual ~DeviceBackend();
    virtual std::string id() const = 0;
    virtual std::vector<std::shared_ptr<Device>> discover() = 0;
    /// The device at an address ("ssh://user@host", "exec:COMMAND"), the same object each time; null: the address is not of
    /// this backend's kind. Does not contact it. `secret` is the pairing key of those that need one. Fails with
    /// "device.address".
    virtual Result<std::shared_ptr<Device>> open(const std::string& address, const std::string& secret);
};

} // namespace lapidary
