// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "device/runtimeprofiler.h"
#include "runtime/providers.h"

#include <mutex>

namespace lapidary {

/// This computer through ONNX Runtime's CPU provider, or one device of a plug-in execution provider. Runs on all of
/// them are serialised: two benchmarks at once would measure each other.
class HostDevice final : public Device {
public:
    HostDevice() = default;
    explicit HostDevice(ProviderDevice provider) : m_provider(std::move(provider)) {}

    DeviceInfo info() const override;
    Result<Profile> profile(const Model& model, const ProfileOptions& options, const Work& work) override;
    Result<std::unique_ptr<PreparedModel>> prepare(const Model& model, const ProfileOptions& options,
                                                   const Work& work) override;
    Result<std::unique_ptr<InferenceSession>> openModel(const Model& model, int threads, const Work& work) override;

private:
    RuntimeSubject subjectOf(const Model& model) const;

    std::optional<ProviderDevice> m_provider;
};

} // namespace lapidary
