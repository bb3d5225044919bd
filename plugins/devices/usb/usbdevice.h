// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "udevmonitor.h"
#include "usbtable.h"

#include "device/backend.h"

#include <atomic>
#include <mutex>
#include <stop_token>

namespace lapidary {

/// A stick that is plugged in, or was. It runs models through a provider library that the user registered; without one
/// it needs a runtime and says which. When it is pulled, a run on it ends with "device.unplugged".
class UsbDevice final : public Device {
public:
    UsbDevice(UdevDevice place, UsbKind kind);

    DeviceInfo info() const override;
    Result<Profile> profile(const Model& model, const ProfileOptions& options, const Work& work) override;
    Result<std::unique_ptr<PreparedModel>> prepare(const Model& model, const ProfileOptions& options,
                                                   const Work& work) override;
    Result<std::unique_ptr<InferenceSession>> openModel(const Model& model, int threads, const Work& work) override;
    void unplug(); ///< any thread; returns at once
    const UdevDevice& place() const { return m_place; }
    /// "usb:03e7:2485:SERIAL", or the port it is in where it has no serial number.
    static std::string idOf(const UdevDevice& place);

private:
    Diagnostic unplugged() const;

    UdevDevice m_place;
    UsbKind m_kind;
    std::stop_source m_gone;
    mutable std::mutex m_running; ///< one run at a time
    std::atomic<bool> m_busy = false;
};

/// A serial line or network link of a USB gadget: perhaps a small computer with an agent on it.
class UsbCandidate final : public Device {
public:
    explicit UsbCandidate(UdevDevice place) : m_place(std::move(place)) {}
    DeviceInfo info() const override;
    Result<Profile> profile(const Model& model, const ProfileOptions& options, const Work& work) override;
    /// True for what may be one; adapters that only convert (FTDI, CP210x, …) are not ruled out, since boards use them.
    static bool mayBe(const UdevDevice& place);

private:
    UdevDevice m_place;
};

} // namespace lapidary
