// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "device/link/agentlink.h"

namespace lapidary {

/// A model that runs on an agent, with inputs from here. The connection stays open while it lives; one that breaks is
/// made again, and what the agent has of model and inputs is not sent again. Its device outlives it.
class AgentModel final : public InferenceSession {
public:
    using Outcome = std::function<void(const Status&)>; ///< told how each piece of work ended

    AgentModel(AgentLink& link, OutgoingObjectPtr model, const Graph& graph, int threads, Outcome outcome);

    const std::vector<PortInfo>& inputs() const override { return m_inputs; }
    const std::vector<PortInfo>& outputs() const override { return m_outputs; }
    double loadMs() const override { return 0; } ///< the agent loads it before the first run and does not say how long
    double lastRunMs() const override { return m_lastRunMs; }
    /// Fails as AgentLink does, and with "link.protocol" when outputs come that the model does not have.
    Result<std::vector<TensorPtr>> run(const std::vector<TensorPtr>& inputs, const Work& work) override;
    Result<double> timedRun(const Work& work) override;
    Result<std::vector<KernelTime>> takeKernelTimes() override;

private:
    Status checkOutputs(const std::vector<TensorPtr>& outputs) const;

    AgentLink& m_link;
    const std::shared_ptr<const void> m_open;
    const OutgoingObjectPtr m_model;
    const std::vector<PortInfo> m_inputs, m_outputs;
    const int m_threads;
    const Outcome m_outcome;
    std::vector<TensorPtr> m_lastInputs;
    double m_lastRunMs = -1;
};

/// Runs it once on made-up inputs.
Result<std::unique_ptr<PreparedModel>> prepareSession(std::unique_ptr<InferenceSession> session, int batch,
                                                      const Work& work);

} // namespace lapidary
