// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "device/profile.h"
#include "graph/model.h"
#include "runtime/session.h"

#include <functional>
#include <memory>
#include <optional>
#include <set>

namespace lapidary {

enum class DeviceState { Ready, NeedsRuntime, Busy, Offline, Error };
/// "ready", "needs a runtime", "busy", "offline", "error".
std::string_view deviceStateName(DeviceState state);

struct DeviceInfo {
    std::string id;   ///< stable: "host", "usb:03e7:2485:…"
    std::string name; ///< for people
    std::string kind; ///< "host", "provider", "agent", "usb", "candidate" (may be an agent), "estimate" (silicon one does not have)
    DeviceState state = DeviceState::Ready;
    std::string stateReason; ///< when not ready
    std::map<std::string, std::string> capabilities; ///< cpu, cores, memory, precisions, providers …
    bool operator==(const DeviceInfo&) const = default;
    Json toJson() const; ///< id, name, kind, state, reason, capabilities{}
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
    std::vector<int> cores; ///< pin the threads to these, one each, the caller's first; empty: the system decides
    std::map<std::string, std::string> providerOptions; ///< for the device's execution provider, as its maker documents them
};

/// A model loaded on a device, to be run as often as one likes: for comparisons in turns and for long runs. One thread at a
/// time; must not outlive its device.
class PreparedModel {
public:
    virtual ~PreparedModel();
    virtual double loadMs() const = 0;
    virtual double firstRunMs() const = 0;
    /// One inference on the same made-up inputs; milliseconds.
    virtual Result<double> run(const Work& work) = 0;
};

/// Something that can run a model. Any thread; a device serialises its own runs.
class Device {
public:
    virtual ~Device();
    virtual DeviceInfo info() const = 0;
    virtual Result<Profile> profile(const Model& model, const ProfileOptions& options, const Work& work) = 0;
    /// Contacts the device and brings info() up to date; may take seconds. Devices that always know do nothing.
    virtual Status refresh(const Work& work);
    /// Fails with "device.no_single_runs" on devices that give whole profiles only.
    virtual Result<std::unique_ptr<PreparedModel>> prepare(const Model& model, const ProfileOptions& options, const Work& work);
    /// The model ready to run there with inputs of one's own: for accuracy. 0 threads: the device's default. Must not outlive
    /// its device. Fails with "device.no_runs" on devices that run nothing, and as profile() does.
    virtual Result<std::unique_ptr<InferenceSession>> openModel(const Model& model, int threads, const Work& work);
};

/// A device came, went, or is in another state than before.
struct DeviceEvent {
    enum class Kind { Added, Removed, Changed };
    Kind kind = Kind::Added;
    DeviceInfo device; ///< as it is now; of a removed one as it was last
};
std::string_view deviceEventName(DeviceEvent::Kind kind); ///< "added", "removed", "changed"
using DeviceListener = std::function<void(const DeviceEvent&)>;

/// A running subscription. Destroying it ends it: waits for a call of the listener that is under way, and none comes
/// afterwards. So it must not be destroyed from within its listener.
class DeviceWatch {
public:
    virtual ~DeviceWatch();
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
    /// Tells `listener` of every change from now on, from a thread of the backend, one call at a time. The listener returns
    /// soon and may call discover(). Null: the devices of this backend come and go only by discover().
    virtual std::unique_ptr<DeviceWatch> watch(DeviceListener listener);
};

} // namespace lapidary
