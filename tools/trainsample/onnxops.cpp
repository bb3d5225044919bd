// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnxops.h"

#include <initializer_list>

namespace lapidary::sample {
namespace {

constexpr int64_t kOpset = 17;
constexpr int64_t kIrVersion = 8;

void setInt(onnx::NodeProto& node, const char* name, int64_t value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
}

void setFloat(onnx::NodeProto& node, const char* name, float value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
}

void setInts(onnx::NodeProto& node, const char* name, std::initializer_list<int64_t> values) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const int64_t value : values) {
        attribute.add_ints(value);
    }
}

/// A float value whose first dimension is the symbol N.
void describe(onnx::ValueInfoProto& value, const std::string& name, std::initializer_list<int64_t> dims) {
    value.set_name(name);
    onnx::TypeProto::Tensor& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("N");
    for (const int64_t dim : dims) {
        type.mutable_shape()->add_dim()->set_dim_value(dim);
    }
}

} // namespace

onnx::NodeProto& OnnxOps::node(const char* type, const std::string& layer, const std::vector<Value>& inputs) {
    onnx::NodeProto& node = *m_graph.add_node();
    node.set_op_type(type);
    node.set_name(layer);
    for (const Value& input : inputs) {
        node.add_input(input);
    }
    node.add_output(layer + "_output");
    return node;
}

OnnxOps::Value OnnxOps::weight(const std::string& name) {
    const torch::Tensor values = m_store.at(name).detach().contiguous();
    onnx::TensorProto& tensor = *m_graph.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const int64_t dim : values.sizes()) {
        tensor.add_dims(dim);
    }
    // ONNX wants little-endian raw data, which is what every machine that libtorch's packages exist for has.
    tensor.set_raw_data(values.data_ptr<float>(), size_t(values.numel()) * sizeof(float));
    return name;
}

OnnxOps::Value OnnxOps::conv(const std::string& layer, const Value& x, const ConvSpec& spec) {
    const std::string prefix = tensorPrefix(layer);
    std::vector<Value> inputs{x, weight(prefix + ".weight")};
    if (spec.bias) {
        inputs.push_back(weight(prefix + ".bias"));
    }
    onnx::NodeProto& result = node("Conv", layer, inputs);
    setInts(result, "dilations", {1, 1});
    setInt(result, "group", spec.groups);
    setInts(result, "kernel_shape", {spec.kernel, spec.kernel});
    setInts(result, "pads", {spec.padding(), spec.padding(), spec.padding(), spec.padding()});
    setInts(result, "strides", {spec.stride, spec.stride});
    return result.output(0);
}

OnnxOps::Value OnnxOps::batchNorm(const std::string& layer, const Value& x, int64_t) {
    const std::string prefix = tensorPrefix(layer);
    onnx::NodeProto& result = node("BatchNormalization", layer,
                                   {x, weight(prefix + ".weight"), weight(prefix + ".bias"),
                                    weight(prefix + ".running_mean"), weight(prefix + ".running_var")});
    setFloat(result, "epsilon", float(kBatchNormEpsilon));
    return result.output(0);
}

OnnxOps::Value OnnxOps::linear(const std::string& layer, const Value& x, int64_t, int64_t) {
    const std::string prefix = tensorPrefix(layer);
    onnx::NodeProto& result = node("Gemm", layer, {x, weight(prefix + ".weight"), weight(prefix + ".bias")});
    setInt(result, "transB", 1);
    return result.output(0);
}

OnnxOps::Value OnnxOps::globalPool(const std::string& layer, const Value& x) {
    return node("GlobalAveragePool", layer, {x}).output(0);
}

OnnxOps::Value OnnxOps::relu(const std::string& layer, const Value& x) {
    return node("Relu", layer, {x}).output(0);
}

OnnxOps::Value OnnxOps::sigmoid(const std::string& layer, const Value& x) {
    return node("Sigmoid", layer, {x}).output(0);
}

OnnxOps::Value OnnxOps::flatten(const std::string& layer, const Value& x) {
    onnx::NodeProto& result = node("Flatten", layer, {x});
    setInt(result, "axis", 1);
    return result.output(0);
}

OnnxOps::Value OnnxOps::add(const std::string& layer, const Value& a, const Value& b) {
    return node("Add", layer, {a, b}).output(0);
}

OnnxOps::Value OnnxOps::mul(const std::string& layer, const Value& a, const Value& b) {
    return node("Mul", layer, {a, b}).output(0);
}

onnx::ModelProto toOnnx(const ParameterStore& store, const std::string& description) {
    onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("lapidary-train-sample");
    model.set_doc_string(description);
    onnx::OperatorSetIdProto& opset = *model.add_opset_import();
    opset.set_domain("");
    opset.set_version(kOpset);
    onnx::GraphProto& graph = *model.mutable_graph();
    graph.set_name("clothing");
    describe(*graph.add_input(), "image", {1, 28, 28});
    describe(*graph.add_output(), "logits", {10});
    OnnxOps ops(graph, store);
    SampleNetwork<OnnxOps>{ops}("image");
    graph.mutable_node(graph.node_size() - 1)->set_output(0, "logits");
    return model;
}

} // namespace lapidary::sample
