// SPDX-License-Identifier: GPL-3.0-or-later
#include "agentmodel.h"

#include "device/graphports.h"
#include "runtime/syntheticinputs.h"

namespace lapidary {

namespace {

class AgentPrepared final : public PreparedModel {
public:
    explicit AgentPrepared(std::unique_ptr<InferenceSession> session)
        : m_session(std::move(session)), m_firstRunMs(m_session->lastRunMs()) {}
    double loadMs() const override { return m_session->loadMs(); }
    double firstRunMs() const override { return m_firstRunMs; }
    Result<double> run(const Work& work) override { return m_session->timedRun(work); }

private:
    std::unique_ptr<InferenceSession> m_session;
    double m_firstRunMs;
};

bool fits(const Shape& given, const PortInfo& port) {
    if (!port.ranked)
        return true;
    if (given.size() != port.shape.size())
        return false;
    for (std::size_t i = 0; i < given.size(); ++i)
        if (port.shape[i] >= 0 && port.shape[i] != given[i])
            return false;
    return true;
}

} // namespace

AgentModel::AgentModel(AgentLink& link, OutgoingObjectPtr model, const Graph& graph, int threads, Outcome outcome)
    : m_link(link), m_open(link.keepOpen()), m_model(std::move(model)), m_inputs(inputPorts(graph)),
      m_outputs(outputPorts(graph)), m_threads(threads), m_outcome(std::move(outcome)) {}

Status AgentModel::checkOutputs(const std::vector<TensorPtr>& outputs) const {
    if (outputs.size() != m_outputs.size())
        return errorDiagnostic("link.protocol", "The device gave " + std::to_string(outputs.size()) +
                                                    " outputs; the model has " + std::to_string(m_outputs.size()));
    for (std::size_t i = 0; i < outputs.size(); ++i)
        if (const auto& port = m_outputs[i];
            (port.type != DataType::Undefined && port.type != outputs[i]->type) || !fits(outputs[i]->shape, port))
            return errorDiagnostic("link.protocol",
                                   "The device gave an output of another type or shape than declared: " +
                                       shapeText(outputs[i]->shape))
                .atTensor(port.name);
    return {};
}

Result<std::vector<TensorPtr>> AgentModel::run(const std::vector<TensorPtr>& inputs, const Work& work) {
    if (inputs.size() != m_inputs.size())
        return errorDiagnostic("runtime.input", "The model takes " + std::to_string(m_inputs.size()) + " inputs, " +
                                                    std::to_string(inputs.size()) + " were given");
    std::vector<TensorPtr> result;
    auto status = m_link.run(
        *m_model, m_threads, 1, [&](std::size_t) { return Result<std::vector<TensorPtr>>(inputs); },
        [&](std::size_t, AgentOutputs outputs) {
            m_lastRunMs = outputs.milliseconds;
            result = std::move(outputs.tensors);
            return checkOutputs(result);
        },
        {work.stop, {}});
    m_outcome(status);
    if (!status)
        return status;
    m_lastInputs = inputs;
    return result;
}

Result<double> AgentModel::timedRun(const Work& work) {
    auto milliseconds = m_link.time(*m_model, m_threads, m_lastInputs, {work.stop, {}});
    m_outcome(milliseconds.status());
    return milliseconds;
}

Result<std::vector<KernelTime>> AgentModel::takeKernelTimes() {
    return errorDiagnostic("runtime.profile", "Single runs on a device have no times per kernel; a profile has them");
}

Result<std::unique_ptr<PreparedModel>> prepareSession(std::unique_ptr<InferenceSession> session, int batch,
                                                      const Work& work) {
    const auto inputs = syntheticInputs(session->inputs(), batch);
    if (!inputs)
        return inputs.status();
    if (const auto first = session->run(*inputs, work); !first)
        return first.status();
    return std::unique_ptr<PreparedModel>(std::make_unique<AgentPrepared>(std::move(session)));
}

} // namespace lapidary
