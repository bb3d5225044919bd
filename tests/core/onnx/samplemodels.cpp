// SPDX-License-Identifier: GPL-3.0-or-later
#include "samplemodels.h"

#include "tests/support/modelbuilder.h"

#include <cstring>

namespace lapidary::test {

namespace {

/// A length-delimited field nobody knows.
std::string strangeField(int number, const std::string& payload) {
    std::string out;
    for (auto tag = std::uint32_t(number) << 3 | 2; out.empty() || tag > 0; tag >>= 7)
        out += char((tag & 0x7f) | (tag > 0x7f ? 0x80 : 0));
    return out + char(payload.size()) + payload;
}

TensorPtr patterned(DataType type, TensorStorage storage, std::int64_t count = 5) {
    auto tensor = std::make_shared<Tensor>();
    tensor->type = type;
    tensor->shape = {count};
    tensor->storage = storage;
    if (type == DataType::String) {
        tensor->strings = {"", "one", "zwei", std::string("\0\xff", 2), "fünf"};
        tensor->storage = TensorStorage::TypedField;
        return tensor;
    }
    std::vector<std::byte> bytes(packedBytes(type, std::uint64_t(count)));
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = std::byte(type == DataType::Bool ? i & 1 : (i * 89 + 201) & 0xff);
    tensor->data = Blob(std::move(bytes));
    return tensor;
}

} // namespace

ModelPtr convolutionModel() {
    ModelBuilder b(13, "convolution");
    b.symbolicInput("image", DataType::Float, {"N", "3", "16", "16"});
    b.init("w1", {8, 3, 3, 3}, 1).init("b1", {8}, 2).init("scale", {8}, 3).init("shift", {8}, 4);
    b.init("mean", {8}, 5).init("var", {8}, std::vector<float>(8, 1.0f)).init("w2", {10, 8}, 6).init("b2", {10}, 7);
    b.node("Conv", {"image", "w1", "b1"}, {"c1"}, {attr("strides", {2, 2}), attr("pads", {1, 1, 1, 1})});
    b.node("BatchNormalization", {"c1", "scale", "shift", "mean", "var"}, {"n1"}, {attr("epsilon", 1e-5)});
    b.node("Relu", {"n1"}, {"r1"}).node("GlobalAveragePool", {"r1"}, {"p1"});
    b.node("Flatten", {"p1"}, {"f1"}, {attr("axis", 1)});
    b.node("Gemm", {"f1", "w2", "b2"}, {"logits"}, {attr("transB", 1)}).output("logits");
    return b.build();
}

ModelPtr subgraphModel() {
    ModelBuilder inner(13, "inner");
    inner.outer("x").node("Neg", {"x"}, {"inner_out"}).output("inner_out");
    ModelBuilder innerElse(13, "inner_else");
    innerElse.outer("x").node("Abs", {"x"}, {"inner_else_out"}).output("inner_else_out");
    ModelBuilder thenBranch(13, "then");
    thenBranch.outer("w").outer("x").outer("flag").init("two", {1}, std::vector<float>{2.0f});
    thenBranch.node("Mul", {"w", "two"}, {"doubled"});
    thenBranch.node("If", {"flag"}, {"picked"},
                    {attr("then_branch", inner.buildGraph()), attr("else_branch", innerElse.buildGraph())});
    thenBranch.node("Add", {"picked", "doubled"}, {"then_out"}).output("then_out");
    ModelBuilder elseBranch(13, "else");
    elseBranch.outer("x").node("Identity", {"x"}, {"else_out"}).output("else_out");
    ModelBuilder b(13, "branches");
    b.input("flag", DataType::Bool, {}).input("x", {4}).init("w", {4}, 9);
    b.node("If", {"flag"}, {"y"},
           {attr("then_branch", thenBranch.buildGraph()), attr("else_branch", elseBranch.buildGraph())});
    b.output("y", DataType::Float, Shape{4});
    return b.build();
}

ModelPtr functionModel() {
    ModelBuilder body(17, "Scaled");
    GraphEditor editor;
    const auto x = editor.addValue("x"), factor = editor.addValue("factor"), y = editor.addValue("y");
    editor.addInput(x);
    editor.addOutput(y);
    Node constant;
    constant.opType = "Constant";
    constant.outputs = {factor};
    Attribute reference;
    reference.name = "value_float";
    reference.refAttrName = "amount";
    reference.refKind = 1;
    constant.attributes = {reference};
    editor.addNode(constant);
    Node mul;
    mul.opType = "Mul";
    mul.inputs = {x, factor};
    mul.outputs = {y};
    editor.addNode(mul);
    auto function = std::make_shared<Function>();
    function->name = "Scaled";
    function->domain = "local";
    function->doc = "x times amount";
    function->attributes = {"unused"};
    function->attributeDefaults = {attr("amount", 0.5)};
    function->opsets = {{"", 17}};
    function->metadata = {{"made", "by hand"}};
    editor.setName("Scaled");
    function->body = editor.finish().value();
    ModelBuilder b(17, "calls");
    b.opset("local", 1).input("a", {2, 3});
    b.node("Scaled", {"a"}, {"b"}, {attr("amount", 2.0)}, "first", "local");
    b.node("Scaled", {"b"}, {"c"}, {}, "second", "local").output("c", DataType::Float, Shape{2, 3});
    Model model = *b.build();
    model.functions.push_back(std::move(function));
    return std::make_shared<const Model>(std::move(model));
}

ModelPtr everyDataTypeModel() {
    ModelBuilder b(13, "types");
    b.input("x", {1}).node("Identity", {"x"}, {"y"}).output("y");
    for (int number = 1; number <= 26; ++number) {
        const auto type = DataType(number);
        const auto name = "w" + std::to_string(number);
        b.init(name + "_raw", patterned(type, TensorStorage::Raw));
        b.init(name + "_typed", patterned(type, TensorStorage::TypedField));
        b.init(name + "_empty", patterned(type, TensorStorage::TypedField, 0)->type == DataType::String
                                    ? patterned(DataType::Float, TensorStorage::TypedField, 0)
                                    : patterned(type, TensorStorage::TypedField, 0));
        b.node("Constant", {}, {name + "_constant"}, {attr("value", patterned(type, TensorStorage::Raw))});
    }
    auto future = std::make_shared<Tensor>(); // a type that does not exist yet
    future->type = DataType(99);
    future->shape = {3, 5};
    future->data = Blob(std::string("seven bytes"));
    b.init("future", std::move(future));
    b.init("big", {40, 40}, 3);
    return b.build();
}

ModelPtr everyAttributeModel() {
    ModelBuilder sub(13, "sub");
    sub.outer("x").node("Neg", {"x"}, {"n"}).output("n");
    const auto graph = sub.buildGraph();
    ModelBuilder b(13, "attributes");
    b.opset("custom.domain", 3);
    b.input("x", {2});
    Attribute noted = attr("noted", 3);
    noted.doc = "an attribute with a text";
    b.node(
        "Everything", {"x", "", "x", ""}, {"y", "", "z"},
        {attr("f", -0.0), attr("i", std::int64_t(-1)), attr("s", "text \xc3\xa4"), attr("t", makeScalar<float>(1.5f)),
         attr("g", graph), attr("floats", std::vector<float>{1.0f, -2.5f}), attr("ints", {-1, 0, 1}),
         makeAttribute("strings", std::vector<std::string>{"a", "", "c"}),
         makeAttribute("tensors", std::vector<TensorPtr>{makeScalar<std::int64_t>(7), makeScalar<float>(2)}),
         makeAttribute("graphs", std::vector<GraphPtr>{graph, graph}), attr("none", std::vector<std::int64_t>{}), noted,
         // AttributeProto { name: "tp" tp { tensor_type { elem_type: 1 } } type: TYPE_PROTO }
         makeAttribute("tp", OpaqueAttribute{13, std::string("\x0a\x02tp\x72\x04\x0a\x02\x08\x01\xa0\x01\x0d", 13)})},
        "every", "custom.domain");
    b.output("y").output("z").info("unused_declared", DataType::Int8, {3});
    Model model = *b.build();
    model.producerVersion = "1.2";
    model.domain = "example";
    model.modelVersion = 12;
    model.doc = "A model\nwith a text";
    model.metadata = {{"author", "nobody"}, {"empty", ""}};
    return std::make_shared<const Model>(std::move(model));
}

ModelPtr unknownFieldsModel() {
    Model model = *convolutionModel();
    GraphEditor editor(model.graph);
    Node node = *model.graph->nodes()[0];
    node.unknownFields = strangeField(10, "device") + strangeField(500, "later");
    node.metadata = {{"pass", "none"}};
    node.overload = "v2";
    node.doc = "the first";
    node.attributes[0].unknownFields = strangeField(99, "attribute");
    editor.replaceNode(node);
    const auto weight = editor.findValue("w1");
    auto tensor = std::make_shared<Tensor>(*editor.constant(weight));
    tensor->doc = "a weight";
    tensor->unknownFields = strangeField(16, "entry") + strangeField(77, "tensor");
    editor.setInitializer(weight, tensor);
    Value image = *editor.value(editor.findValue("image"));
    image.doc = "the picture";
    image.metadata = {{"range", "0..1"}};
    image.unknownFields = strangeField(55, "value");
    image.type->denotation = "IMAGE";
    image.type->unknownFields = strangeField(66, "type");
    (*image.type->dimensions)[0].denotation = "DATA_BATCH";
    (*image.type->dimensions)[1].unknownFields = strangeField(44, "dim");
    editor.setValue(image);
    editor.setMetadata({{"graph", "metadata"}});
    editor.setUnknownFields(strangeField(89, "annotation") + strangeField(188, "graph"));
    model.graph = editor.finish().value();
    model.unknownFields = strangeField(30, "training") + strangeField(36, "configuration");
    model.opsets[0].unknownFields = strangeField(9, "opset");
    return std::make_shared<const Model>(std::move(model));
}

ModelPtr chainModel(std::size_t count) {
    ModelBuilder b(13, "chain");
    b.input("x0", {1, 4, 8, 8});
    std::string last = "x0";
    for (std::size_t i = 0; 4 * i + 3 < count + 4; ++i) {
        const auto n = std::to_string(i);
        b.init("wa" + n, {4, 4, 3, 3}, i).init("wb" + n, {4, 4, 3, 3}, i + 1);
        b.node("Conv", {last, "wa" + n}, {"a" + n}, {attr("pads", {1, 1, 1, 1}), attr("kernel_shape", {3, 3})});
        b.node("Relu", {"a" + n}, {"r" + n});
        b.node("Conv", {"r" + n, "wb" + n}, {"b" + n}, {attr("pads", {1, 1, 1, 1}), attr("kernel_shape", {3, 3})});
        b.node("Add", {"b" + n, last}, {"x" + std::to_string(i + 1)});
        last = "x" + std::to_string(i + 1);
    }
    return b.output(last).build();
}

std::vector<std::pair<std::string, ModelPtr>> sampleModels() {
    return {{"convolution", convolutionModel()},
            {"subgraph", subgraphModel()},
            {"function", functionModel()},
            {"types", everyDataTypeModel()},
            {"attributes", everyAttributeModel()},
            {"unknown", unknownFieldsModel()},
            {"chain", chainModel(20)}};
}

} // namespace lapidary::test
