// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/inputadapter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace lapidary {

namespace {

bool fits(const Shape& wanted, const Shape& sample) {
    if (wanted.size() != sample.size())
        return false;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (wanted[i] >= 0 && wanted[i] != sample[i])
            return false;
    return true;
}

std::string hintFor(const Shape& wanted, const Shape& sample) {
    if (wanted.size() != 3 || sample.size() != 3)
        return {};
    if (fits(wanted, {sample[2], sample[0], sample[1]}))
        return "Set \"layout\" to \"NCHW\" in the dataset's preprocessing.";
    if (fits(wanted, {sample[1], sample[2], sample[0]}))
        return "Set \"layout\" to \"NHWC\" in the dataset's preprocessing.";
    if (wanted[0] == sample[0] || wanted[2] == sample[2])
        return "Set \"resize\" and \"crop\" in the dataset's preprocessing to the size the model takes.";
    return "Set \"color\" in the dataset's preprocessing to the channels the model takes.";
}

template <typename T>
TensorPtr rounded(const Shape& shape, std::span<const float> values) {
    constexpr double low = double(std::numeric_limits<T>::lowest());
    constexpr double high = double(std::numeric_limits<T>::max());
    std::vector<T> out(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double value = std::isnan(values[i]) ? 0 : std::nearbyint(double(values[i]));
        out[i] = value >= high ? std::numeric_limits<T>::max() : T(std::max(value, low));
    }
    return makeTensor<T>(shape, std::move(out));
}

Result<TensorPtr> converted(DataType type, const Shape& shape, const Blob& floats) {
    const std::span values(reinterpret_cast<const float*>(floats.bytes().data()), floats.size() / sizeof(float));
    switch (type) {
    case DataType::Float:
        return makeTensor(DataType::Float, shape, floats);
    case DataType::UInt8:
        return rounded<std::uint8_t>(shape, values);
    case DataType::Int8:
        return rounded<std::int8_t>(shape, values);
    case DataType::Int32:
        return rounded<std::int32_t>(shape, values);
    case DataType::Int64:
        return rounded<std::int64_t>(shape, values);
    default:
        return fromFloats(type, shape, values);
    }
}

Result<PortInfo> chooseInput(const std::vector<PortInfo>& inputs, const std::string& name) {
    const auto named = [&](const PortInfo& port) { return name.empty() || port.name == name; };
    const auto port = std::find_if(inputs.begin(), inputs.end(), named);
    std::string others;
    for (const PortInfo& input : inputs)
        if (port == inputs.end() || input.name != port->name)
            others += (others.empty() ? "\"" : ", \"") + input.name + "\"";
    if (port == inputs.end())
        return errorDiagnostic("eval.input",
                               name.empty() ? std::string("The model takes no input.")
                                            : "The model has no input \"" + name + "\", but " + others + ".",
                               "Set \"input\" in the dataset's preprocessing.");
    if (!others.empty())
        return errorDiagnostic("eval.input", "The model needs more inputs than the dataset gives: besides \"" +
                                                 port->name + "\" also " + others + ".");
    return *port;
}

} // namespace

Result<InputAdapter> InputAdapter::make(const InferenceSession& session, const Dataset& data) {
    return make(session.inputs(), data);
}

Result<InputAdapter> InputAdapter::make(const std::vector<PortInfo>& inputs, const Dataset& data) {
    auto port = chooseInput(inputs, data.preprocess().input);
    if (!port)
        return port.error();
    InputAdapter adapter;
    adapter.m_port = *port;
    const Shape sample = data.sampleShape();
    const Shape& shape = port->shape;
    const Shape wanted = shape.empty() ? shape : Shape(shape.begin() + 1, shape.end());
    adapter.m_sample = sample;
    if (fits(wanted, sample)) {
        adapter.m_fixedRows = shape[0] > 0 ? std::size_t(shape[0]) : 0;
    } else if (fits(shape, sample) && !shape.empty()) {
        adapter.m_batchAxis = false;
        adapter.m_fixedRows = 1;
    } else if (wanted.size() != sample.size() && elementCount(wanted) == elementCount(sample) && !wanted.empty()) {
        adapter.m_sample = wanted;
        adapter.m_fixedRows = shape[0] > 0 ? std::size_t(shape[0]) : 0;
    } else {
        return errorDiagnostic("eval.input",
                               "The model's input \"" + port->name + "\" takes " + shapeText(shape) +
                                   ", but a sample of \"" + data.name() + "\" is " + shapeText(sample) + ".",
                               hintFor(wanted, sample));
    }
    if (isInteger(port->type) || isFloatingPoint(port->type))
        return adapter;
    return errorDiagnostic("eval.input", "The model's input \"" + port->name + "\" takes " + dataTypeName(port->type) +
                                             ", which images cannot become.");
}

Result<TensorPtr> InputAdapter::rows(const Tensor& input, std::size_t first, std::size_t rows) const {
    const std::size_t row = std::size_t(elementCount(m_sample).value_or(0)) * sizeof(float);
    Blob bytes = input.data.slice(first * row, rows * row);
    std::size_t given = rows;
    if (m_fixedRows > rows) {
        given = m_fixedRows;
        std::vector<std::byte> padded(given * row);
        std::memcpy(padded.data(), bytes.bytes().data(), bytes.size());
        for (std::size_t i = rows; i < given; ++i)
            std::memcpy(padded.data() + i * row, padded.data() + (rows - 1) * row, row);
        bytes = Blob(std::move(padded));
    }
    Shape shape = m_sample;
    if (m_batchAxis)
        shape.insert(shape.begin(), std::int64_t(given));
    return converted(m_port.type, shape, bytes);
}

} // namespace lapidary
