// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/jobreplies.h"

#include "tensor/mappedfile.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::size_t kernelsPerPage = 256;
constexpr std::size_t outputPart = 128 << 10;
constexpr std::size_t nameLength = 400;

} // namespace

Replies profileReplies(std::uint64_t request, const AgentProfile& profile) {
    Replies replies;
    for (std::size_t first = 0; first < profile.kernels.size(); first += kernelsPerPage) {
        wire::Kernels page;
        page.set_request(request);
        for (std::size_t i = first; i < std::min(first + kernelsPerPage, profile.kernels.size()); ++i) {
            const auto& kernel = profile.kernels[i];
            auto* added = page.add_kernels();
            added->set_node(cleanText(kernel.node, nameLength));
            added->set_op_type(cleanText(kernel.opType, nameLength));
            added->set_provider(cleanText(kernel.provider, nameLength));
            added->set_microseconds(kernel.microseconds);
            added->set_output_type(cleanText(kernel.outputType, nameLength));
        }
        replies.emplace_back(wire::KERNELS, page.SerializeAsString());
    }
    wire::Profiled done;
    done.set_request(request);
    done.set_profile_json(profile.profile.toJson().dump());
    replies.emplace_back(wire::PROFILED, done.SerializeAsString());
    return replies;
}

Result<Replies> outputReplies(std::uint64_t request, const AgentOutputs& outputs) {
    Replies replies;
    for (std::size_t i = 0; i < outputs.tensors.size(); ++i) {
        const auto& tensor = *outputs.tensors[i];
        if (bitsPerElement(tensor.type) == 0)
            return errorDiagnostic("agent.output",
                                   "Output " + std::to_string(i) + " of the model is no tensor of numbers");
        const auto bytes = tensor.data.bytes();
        for (std::size_t offset = 0; offset == 0 || offset < bytes.size(); offset += outputPart) {
            wire::OutputPart part;
            part.set_request(request);
            part.set_output(std::uint32_t(i));
            part.set_type(std::uint32_t(tensor.type));
            for (const auto extent : tensor.shape)
                part.add_shape(extent);
            part.set_offset(offset);
            part.set_data(bytes.data() + offset, std::min(outputPart, bytes.size() - offset));
            replies.emplace_back(wire::OUTPUT, part.SerializeAsString());
        }
    }
    wire::Ran done;
    done.set_request(request);
    done.set_outputs(std::uint32_t(outputs.tensors.size()));
    done.set_milliseconds(outputs.milliseconds);
    replies.emplace_back(wire::RAN, done.SerializeAsString());
    return replies;
}

Result<TensorPtr> inputTensor(const wire::TensorRef& reference, const std::filesystem::path& file) {
    const auto type = DataType(std::min<std::uint32_t>(reference.type(), 1 << 16));
    const Shape shape(reference.shape().begin(), reference.shape().end());
    const auto count = elementCount(shape);
    auto data = mapFile(file);
    if (!data)
        return data.status();
    if (!count || bitsPerElement(type) == 0 || packedBytes(type, std::uint64_t(*count)) != data->size())
        return protocolProblem("an input whose bytes do not fit its shape");
    return makeTensor(type, shape, std::move(*data));
}

} // namespace lapidary
