// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "network.h"
#include "torchops.h"

#include <onnx/onnx_pb.h>
#include <string>

namespace lapidary::sample {

/// Writes the network as nodes of an ONNX graph (opset 17), BatchNormalization apart from the convolutions, with the
/// weights of a store. A Value is the name of an ONNX value. Layer "/stem/conv" becomes node "/stem/conv" with output
/// "/stem/conv_output" and initializer "stem.conv.weight".
class OnnxOps {
public:
    using Value = std::string;

    /// Both must outlive this object.
    OnnxOps(onnx::GraphProto& graph, const ParameterStore& store) : m_graph(graph), m_store(store) {}

    Value conv(const std::string& layer, const Value& x, const ConvSpec& spec);
    Value batchNorm(const std::string& layer, const Value& x, int64_t channels);
    Value linear(const std::string& layer, const Value& x, int64_t in, int64_t out);
    Value globalPool(const std::string& layer, const Value& x);
    Value relu(const std::string& layer, const Value& x);
    Value sigmoid(const std::string& layer, const Value& x);
    Value flatten(const std::string& layer, const Value& x);
    Value add(const std::string& layer, const Value& a, const Value& b);
    Value mul(const std::string& layer, const Value& a, const Value& b);

private:
    onnx::NodeProto& node(const char* type, const std::string& layer, const std::vector<Value>& inputs);
    /// Adds an initializer with the tensor of that name and returns the name.
    Value weight(const std::string& name);

    onnx::GraphProto& m_graph;
    const ParameterStore& m_store;
};

/// The whole model: input `image` [N, 1, 28, 28], output `logits` [N, 10], opset 17, IR 8. `description` becomes its
/// doc string.
onnx::ModelProto toOnnx(const ParameterStore& store, const std::string& description);

} // namespace lapidary::sample
