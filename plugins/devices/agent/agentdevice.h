// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "device/link/address.h"
#include "device/link/agentlink.h"

#include <mutex>
#include <optional>

namespace lapidary {

/// A device that runs lapidary-agent, known by its address. Connects for each piece of work and lets go after it.
class AgentDevice final : public Device {
public:
    AgentDevice(AgentAddress address, std::string secret);

    /// What is known from the last contact; does not wait for the device.
    DeviceInfo info() const override;
    Status refresh(const Work& work) override;
    Result<Profile> profile(const Model& model, const ProfileOptions& options, const Work& work) override;
    Result<std::unique_ptr<PreparedModel>> prepare(const Model& model, const ProfileOptions& options,
                                                   const Work& work) override;
    Result<std::unique_ptr<InferenceSession>> openModel(const Model& model, int threads, const Work& work) override;
    void setSecret(std::string secret);
    TransferCount transferred() const { return m_link.transferred(); } ///< since the device was made
    /// Takes note of how a piece of work ended.
    void rememberOutcome(const Status& status);

private:
    Result<ByteStreamPtr> openStream(const Work& work) const;
    void remember(const AgentInfo& info);
    void rememberAnswer(); ///< the device did what was asked, or said why the model cannot run
    void remember(const Diagnostic& problem);

    const AgentAddress m_address;
    AgentLink m_link;
    mutable std::mutex m_mutex; ///< of what follows
    std::string m_secret;
    std::optional<AgentInfo> m_agent;
    DeviceState m_state = DeviceState::Offline;
    std::string m_reason = "not contacted yet";
};

} // namespace lapidary
