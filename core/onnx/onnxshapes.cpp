// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/onnxshapes.h"

#include "onnx/bodyshapes.h"
#include "onnx/functioncalls.h"
#include "onnx/integerfolding.h"
#include "onnx/neweropsets.h"
#include "onnx/writecontext.h"

#include <onnx/defs/schema.h>
#include <onnx/shape_inference/implementation.h>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <deque>

namespace lapidary {

namespace {

using namespace onnx::shape_inference;
using onnx::TensorProto;
using onnx::TensorShapeProto;
using onnx::TypeProto;

/// Larger weights take part in inference by type and shape only.
constexpr std::uint64_t smallTensor = 4096;

class Inference {
public:
    Inference(const Model& model, const OnnxShapeOptions& options)
        : m_model(model), m_graph(*model.graph), m_options(options), m_table(m_graph) {}

    ShapeTable run();

private:
    bool parse();
    void collectOpsets();
    void collectInputs();
    void collectWeights();
    void inferNode(onnx::NodeProto& node, const Node& source);
    void inferWith(const onnx::OpSchema& schema, onnx::NodeProto& node, InferenceContextImpl& context);
    void settleOutputs(const onnx::NodeProto& node, const Node& source, std::vector<TypeProto>& inferred);
    void propagate(const onnx::OpSchema& schema, onnx::NodeProto& node);
    void learnConstant(const onnx::NodeProto& node);
    void know(const std::string& name, const IntegerTensor& tensor);
    void fold(const onnx::NodeProto& node);
    void remember(ValueId id, const std::string& name, TypeProto type);
    TypeProto declaredType(const Value& value) const;
    void substitute(TypeProto& type) const;
    int versionOf(const std::string& domain) const;

    const Model& m_model;
    const Graph& m_graph;
    OnnxShapeOptions m_options;
    ShapeTable m_table;
    onnx::ModelProto m_proto;
    std::unordered_map<std::string, int> m_opsets;
    std::unordered_map<std::string, std::int64_t> m_symbols; ///< symbols that stand for the batch
    std::unordered_map<std::string, TypeProto*> m_types;
    std::deque<TypeProto> m_typeStore;
    std::unordered_map<std::string, const TensorProto*> m_data;
    std::unordered_map<std::string, const onnx::SparseTensorProto*> m_sparse;
    std::unordered_map<std::string, TensorProto> m_made;
    std::unordered_map<std::string, TensorShapeProto> m_shapeData;
    ModelLocalFunctionsMap m_functions;
    SymbolTableImpl m_symbolTable;
    std::optional<GraphInferenceContext> m_context;
};

/// Fills what `type` leaves open from what the file declares. Inference is believed first: after an edit declarations
/// of intermediate values are out of date.
void complete(TypeProto& type, const TypeProto& declared) {
    if (!declared.has_tensor_type())
        return;
    if (type.value_case() == TypeProto::VALUE_NOT_SET) {
        type = declared;
        return;
    }
    if (!type.has_tensor_type())
        return;
    auto& tensor = *type.mutable_tensor_type();
    const auto& other = declared.tensor_type();
    if (tensor.elem_type() == 0)
        tensor.set_elem_type(other.elem_type());
    if (!other.has_shape())
        return;
    if (!tensor.has_shape()) {
        *tensor.mutable_shape() = other.shape();
        return;
    }
    if (tensor.shape().dim_size() != other.shape().dim_size())
        return;
    for (int i = 0; i < other.shape().dim_size(); ++i)
        if (!tensor.shape().dim(i).has_dim_value())
            *tensor.mutable_shape()->mutable_dim(i) = other.shape().dim(i);
}

bool Inference::parse() {
    WriteContext context;
    context.outlineAbove = smallTensor;
    const auto bytes = writeModel(context, m_model).toString();
    if (bytes.size() > 0x7fffffffu)
        return false;
    google::protobuf::io::ArrayInputStream stream(bytes.data(), int(bytes.size()));
    google::protobuf::io::CodedInputStream input(&stream);
    input.SetRecursionLimit(1000);
    return m_proto.ParsePartialFromCodedStream(&input) && m_proto.graph().node_size() == int(m_graph.nodeCount());
}

void Inference::collectOpsets() {
    for (const auto& opset : m_model.opsets) {
        const auto domain = opset.domain == "ai.onnx" ? std::string() : opset.domain;
        m_opsets[domain] = int(std::clamp<std::int64_t>(opset.version, 0, 1000000));
    }
    if (m_opsets.count("") == 0)
        m_opsets[""] = 1; // files of 2017 import nothing
    if (functionsAreTame(m_model))
        for (const auto& function : m_proto.functions())
            m_functions[function.domain() + ":" + function.name()] = &function;
    std::unordered_map<std::string, int> clamped = m_opsets;
    clamped[""] = std::min(clamped[""], newestKnownOpset);
    m_context.emplace(m_types, clamped, &m_symbolTable, m_functions, onnx::OpSchemaRegistry::Instance(), &m_shapeData,
                      int(std::clamp<std::int64_t>(m_model.irVersion, 0, 1000)));
    m_symbolTable.addFromGraph(m_proto.graph());
}

void Inference::substitute(TypeProto& type) const {
    if (!type.has_tensor_type() || !type.tensor_type().has_shape())
        return;
    for (auto& dim : *type.mutable_tensor_type()->mutable_shape()->mutable_dim())
        if (dim.has_dim_param())
            if (const auto it = m_symbols.find(dim.dim_param()); it != m_symbols.end())
                dim.set_dim_value(it->second);
}

TypeProto Inference::declaredType(const Value& value) const {
    TypeProto type;
    if (!value.type || !value.type->isTensor())
        return type;
    auto& tensor = *type.mutable_tensor_type();
    tensor.set_elem_type(std::int32_t(value.type->elementType));
    if (value.type->dimensions)
        tensor.mutable_shape();
    if (value.type->dimensions)
        for (const auto& dimension : *value.type->dimensions) {
            auto& dim = *tensor.mutable_shape()->add_dim();
            if (dimension.extent >= 0)
                dim.set_dim_value(dimension.extent);
            else if (!dimension.symbol.empty())
                dim.set_dim_param(dimension.symbol);
        }
    substitute(type);
    return type;
}

void Inference::remember(ValueId id, const std::string& name, TypeProto type) {
    if (type.value_case() == TypeProto::VALUE_NOT_SET)
        return;
    if (type.has_tensor_type())
        m_table.set(id, tensorTypeOf(type));
    m_typeStore.push_back(std::move(type));
    m_types[name] = &m_typeStore.back();
}

void Inference::collectInputs() {
    const auto inputs = m_graph.requiredInputs();
    for (const auto id : inputs) {
        const auto& type = m_graph.value(id)->type;
        if (m_options.batch > 0 && type && type->dimensions && !type->dimensions->empty())
            if (const auto& first = type->dimensions->front(); first.extent < 0 && !first.symbol.empty())
                m_symbols[first.symbol] = m_options.batch;
    }
    for (const auto id : inputs) {
        const auto& value = *m_graph.value(id);
        auto type = declaredType(value);
        if (type.value_case() == TypeProto::VALUE_NOT_SET && value.type && !value.type->isTensor())
            type.ParsePartialFromString(value.type->opaque);
        if (m_options.batch > 0 && type.has_tensor_type() && type.tensor_type().shape().dim_size() > 0)
            if (auto& first = *type.mutable_tensor_type()->mutable_shape()->mutable_dim(0);
                !first.has_dim_value() && !first.has_dim_param())
                first.set_dim_value(m_options.batch);
        remember(id, value.name, std::move(type));
    }
}

void Inference::collectWeights() {
    for (const auto id : m_graph.initializers()) {
        const auto& value = *m_graph.value(id);
        TypeProto type;
        auto& tensor = *type.mutable_tensor_type();
        tensor.set_elem_type(std::int32_t(value.initializer->type));
        tensor.mutable_shape();
        for (const auto extent : value.initializer->shape)
            tensor.mutable_shape()->add_dim()->set_dim_value(extent);
        remember(id, value.name, std::move(type));
    }
    // An initializer that is an input as well is a default value: it need not be the one that will be used.
    for (const auto& tensor : m_proto.graph().initializer())
        if (const auto* value = m_graph.findValue(tensor.name());
            value && !(m_model.irVersion >= 4 && m_graph.isInput(value->id)))
            m_data[tensor.name()] = &tensor;
}

int Inference::versionOf(const std::string& domain) const {
    const auto it = m_opsets.find(domain);
    return it == m_opsets.end() ? 0 : it->second;
}

void Inference::learnConstant(const onnx::NodeProto& node) {
    if (node.op_type() != "Constant" || node.output_size() != 1)
        return;
    for (const auto& attribute : node.attribute()) {
        if (attribute.name() == "value" && attribute.has_t())
            m_data[node.output(0)] = &attribute.t();
        if (attribute.name() == "value_int" || attribute.name() == "value_ints") {
            std::vector<std::int64_t> values(attribute.ints().begin(), attribute.ints().end());
            const bool scalar = attribute.name() == "value_int";
            if (scalar)
                values.assign(1, attribute.i());
            const auto shape = scalar ? Shape() : Shape{std::int64_t(values.size())};
            know(node.output(0), {TensorProto::INT64, shape, values});
        }
    }
}

void Inference::propagate(const onnx::OpSchema& schema, onnx::NodeProto& node) {
    if (!schema.has_data_propagation_function())
        return;
    DataPropagationContextImpl context(node, m_types, m_data, m_shapeData);
    schema.GetDataPropagationFunction()(context);
    // Operators that only look at constants see values that are known by now, too.
    for (const auto& output : node.output()) {
        const auto found = m_shapeData.find(output);
        const auto type = m_types.find(output);
        if (found == m_shapeData.end() || type == m_types.end() || !type->second->tensor_type().has_shape() ||
            type->second->tensor_type().elem_type() != TensorProto::INT64)
            continue;
        IntegerTensor tensor;
        for (const auto& dim : found->second.dim())
            if (dim.has_dim_value())
                tensor.values.push_back(dim.dim_value());
        const int rank = type->second->tensor_type().shape().dim_size();
        if (rank == 1)
            tensor.shape = {std::int64_t(tensor.values.size())};
        if (int(tensor.values.size()) == found->second.dim_size() &&
            (rank == 1 || (rank == 0 && tensor.values.size() == 1)))
            know(output, tensor);
    }
}

void Inference::know(const std::string& name, const IntegerTensor& tensor) {
    m_data[name] = &(m_made[name] = toProto(tensor));
}

void Inference::fold(const onnx::NodeProto& node) {
    if (node.output_size() == 0 || m_data.count(node.output(0)) > 0)
        return;
    const auto type = m_types.find(node.output(0));
    if (type == m_types.end() || node.input_size() == 0 || node.input_size() > 64)
        return;
    const auto shape = tensorTypeOf(*type->second).shape;
    if (!shape || !elementCount(*shape) || *elementCount(*shape) > std::int64_t(foldLimit))
        return;
    std::vector<std::optional<IntegerTensor>> known;
    for (const auto& input : node.input()) {
        const auto data = m_data.find(input);
        known.push_back(data == m_data.end() ? std::nullopt : integerTensorOf(*data->second));
        if (!known.back() && !input.empty())
            return;
    }
    std::vector<const IntegerTensor*> inputs;
    for (const auto& one : known)
        inputs.push_back(one ? &*one : nullptr);
    if (const auto folded = foldIntegers(node, inputs, *shape))
        know(node.output(0), *folded);
}

void Inference::inferWith(const onnx::OpSchema& schema, onnx::NodeProto& node, InferenceContextImpl& context) {
    if (schema.has_type_and_shape_inference_function())
        schema.GetTypeAndShapeInferenceFunction()(context);
    else if (schema.HasFunction())
        InferShapeForFunctionNode(*schema.GetFunction(), onnx::OpSchemaRegistry::Instance(), context, {}, m_functions,
                                  &m_symbolTable, &m_shapeData);
    // The older definition always gives float and uint8; since opset 19 scale and attribute decide.
    if (node.op_type() == "DequantizeLinear" && context.getNumInputs() > 1 && context.getInputType(1))
        context.getOutputType(0)->mutable_tensor_type()->set_elem_type(
            context.getInputType(1)->tensor_type().elem_type());
    if (node.op_type() == "QuantizeLinear" && context.getNumInputs() < 3)
        if (const auto* type = context.getAttribute("output_dtype"); type && type->i() != 0)
            context.getOutputType(0)->mutable_tensor_type()->set_elem_type(std::int32_t(type->i()));
}

void Inference::settleOutputs(const onnx::NodeProto& node, const Node& source, std::vector<TypeProto>& inferred) {
    for (int i = 0; i < node.output_size() && i < int(source.outputs.size()); ++i) {
        const auto id = source.outputs[std::size_t(i)];
        if (!id.valid())
            continue;
        auto type = i < int(inferred.size()) ? std::move(inferred[std::size_t(i)]) : TypeProto();
        complete(type, declaredType(*m_graph.value(id)));
        remember(id, m_graph.value(id)->name, std::move(type));
    }
}

void Inference::inferNode(onnx::NodeProto& node, const Node& source) {
    std::vector<TypeProto> inferred;
    const onnx::OpSchema* schema = nullptr;
    const std::string domain = node.domain() == "ai.onnx" ? std::string() : node.domain();
    const onnx::NodeProto outputs = node.output_size() > 1 ? node : onnx::NodeProto();
    try {
        const int version = versionOf(domain);
        bool possible = version > 0;
        if (domain.empty() && version > newestKnownOpset)
            possible = adaptToKnownOpset(node, {m_types, m_typeStore, m_data, m_made});
        if (domain.empty())
            learnConstant(node);
        const int known = domain.empty() ? std::min(version, newestKnownOpset) : version;
        schema = possible ? onnx::OpSchemaRegistry::Schema(node.op_type(), known, domain) : nullptr;
        const auto function = m_functions.find(domain + ":" + node.op_type());
        InferenceContextImpl context(node, m_types, m_data, m_sparse, &m_shapeData, &*m_context);
        if (schema)
            inferWith(*schema, node, context);
        else if (function != m_functions.end())
            InferShapeForFunctionNode(*function->second, onnx::OpSchemaRegistry::Instance(), context, {}, m_functions,
                                      &m_symbolTable, &m_shapeData);
        inferred = std::move(context.allOutputTypes_);
    } catch (const std::exception&) {
        // This node's shapes stay unknown; what follows may still be found.
        inferred.clear();
    }
    settleOutputs(outputs.output_size() > node.output_size() ? outputs : node, source, inferred);
    readBodyShapes(node, source, m_graph, m_table);
    if (!schema)
        return;
    try {
        propagate(*schema, node);
        if (domain.empty())
            fold(node);
    } catch (const std::exception&) {
    }
}

ShapeTable Inference::run() {
    if (!parse())
        return m_table;
    collectOpsets();
    collectInputs();
    collectWeights();
    for (std::size_t i = 0; i < m_graph.nodeCount(); ++i)
        inferNode(*m_proto.mutable_graph()->mutable_node(int(i)), *m_graph.nodes()[i]);
    return std::move(m_table);
}

} // namespace

Result<ShapeTable> inferOnnxShapes(const Model& model, const OnnxShapeOptions& options) {
    try {
        return Inference(model, options).run();
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("onnx.too_large", "There is not enough memory to infer shapes");
    } catch (const std::exception& exception) {
        return errorDiagnostic("onnx.shapes", std::string("Shapes cannot be inferred: ") + exception.what());
    }
}

} // namespace lapidary
