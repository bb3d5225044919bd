// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/syntheticinputs.h"

#include <random>

namespace lapidary {

Result<std::vector<TensorPtr>> syntheticInputs(const std::vector<PortInfo>& ports, int batch) {
    std::vector<TensorPtr> inputs;
    std::mt19937 random(7);
    bool batched = false;
    for (const auto& port : ports) {
        Shape shape = port.shape;
        batched = batched || (!shape.empty() && (shape[0] < 0 || shape[0] == batch));
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            if (shape[axis] < 0)
                shape[axis] = axis == 0 ? batch : 1;
        const auto count = elementCount(shape);
        if (!count || bitsPerElement(port.type) < 8)
            return errorDiagnostic("device.input", "Inputs of type " + dataTypeName(port.type) + " and shape " +
                                                       shapeText(shape) + " cannot be made up")
                .atTensor(port.name);
        if (isFloatingPoint(port.type) && port.type != DataType::Float8E4M3FN) {
            std::vector<float> values(std::size_t(*count), 0.0f);
            for (auto& value : values)
                value = float(random() >> 8) / float(1 << 24);
            auto tensor = fromFloats(port.type, shape, values);
            if (!tensor)
                return tensor.status();
            inputs.push_back(std::move(*tensor));
        } else {
            const auto bytes = packedBytes(port.type, std::uint64_t(*count));
            inputs.push_back(makeTensor(port.type, shape, Blob(std::vector<std::byte>(bytes, std::byte(0)))));
        }
    }
    if (batch > 1 && !batched)
        return errorDiagnostic("device.batch",
                               "The model's batch size is fixed: it cannot run with " + std::to_string(batch),
                               "Export it with a free first axis, or profile with batch 1.");
    return inputs;
}

} // namespace lapidary
