// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"

#include <mutex>

namespace lapidary {

/// This computer, through ONNX Runtime's CPU provider. Runs are serialised: two benchmarks at once would measure each other.
class HostDevice final : public Device {
public:
    DeviceInfo info() const override;
    Result<Profile> profile(const Model& model, const ProfileOptions& options, const Work& work) override;

private:
    std::mutex m_mutex;
};

} // namespace lapidary
