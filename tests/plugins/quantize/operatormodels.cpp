// SPDX-License-Identifier: GPL-3.0-or-later
#include "operatormodels.h"

#include <iterator>

namespace lapidary::test::int8 {
namespace {

using Build = std::function<void(ModelBuilder&)>;
using Integers = std::vector<std::int64_t>;

Build unary(const char* op, std::vector<Attribute> attributes = {}) {
    return [=](ModelBuilder& b) { b.node(op, {"a"}, {"b"}, attributes, "probe"); };
}

Build binary(const char* op, std::vector<Attribute> attributes = {}) {
    return [=](ModelBuilder& b) { b.node(op, {"a", "a2"}, {"b"}, attributes, "probe"); };
}

/// A second input of whole numbers.
Build withIntegers(const char* op, Integers numbers, std::vector<Attribute> attributes = {}, Shape shape = {}) {
    return [=](ModelBuilder& b) {
        b.init("i", shape.empty() ? Shape{std::int64_t(numbers.size())} : shape, numbers);
        b.node(op, {"a", "i"}, {"b"}, attributes, "probe");
    };
}

/// Further inputs, each one number per channel.
Build withChannelNumbers(const char* op, int count, std::vector<Attribute> attributes = {}, Shape shape = {8}) {
    return [=](ModelBuilder& b) {
        std::vector<std::string> inputs = {"a"};
        for (int i = 0; i < count; ++i) {
            inputs.push_back("n" + std::to_string(i));
            b.init(inputs.back(), shape, std::vector<float>(std::size_t(*elementCount(shape)), 0.5f + float(i)));
        }
        b.node(op, inputs, {"b"}, attributes, "probe");
    };
}

Build resize(const char* mode) {
    return [=](ModelBuilder& b) {
        b.init("s", {4}, std::vector<float>{1, 1, 2, 2});
        b.node("Resize", {"a", "", "s"}, {"b"}, {attr("mode", mode)}, "probe");
    };
}

Build pad(Integers pads, bool withNumber, const char* mode = "constant") {
    return [=](ModelBuilder& b) {
        b.init("p", {8}, pads);
        if (withNumber)
            b.init("zero", makeScalar(0.0f));
        b.node("Pad", withNumber ? std::vector<std::string>{"a", "p", "zero"} : std::vector<std::string>{"a", "p"},
               {"b"}, {attr("mode", mode)}, "probe");
    };
}

/// The mask has the extent of the axis; every other channel stays.
TensorPtr mask() {
    return makeTensor(
        DataType::Bool, {8},
        Blob(std::vector<std::byte>{std::byte(1), {}, std::byte(1), {}, std::byte(1), {}, std::byte(1), {}}));
}

void positionsBack(ModelBuilder& b) {
    b.node("Cast", {"position"}, {"number"}, {attr("to", 1)}).init("hundredth", makeScalar(0.01f));
    b.node("Mul", {"number", "hundredth"}, {"small"}).node("Add", {"a", "small"}, {"b"});
}

Build position(const char* op) {
    return [=](ModelBuilder& b) {
        b.node(op, {"a"}, {"position"}, {attr("axis", 1)}, "probe");
        positionsBack(b);
    };
}

void whereModel(ModelBuilder& b) {
    b.init("half", makeScalar(0.5f)).node("Greater", {"x", "half"}, {"g"});
    b.init("i", {8}, Integers{0, 1, 2, 0, 1, 2, 0, 1});
    b.node("Gather", {"g", "i"}, {"c"}, {attr("axis", 1)}).node("Where", {"c", "a", "a2"}, {"b"}, {}, "probe");
}

void productModel(ModelBuilder& b) {
    b.init("w", {6, 6}, 9).node("MatMul", {"a", "w"}, {"b"}, {}, "probe");
}

void gemmModel(ModelBuilder& b) {
    b.node("Flatten", {"a"}, {"f"}).init("w", {288, 32}, 9).init("v", {32}, 10);
    b.node("Gemm", {"f", "w", "v"}, {"m"}, {}, "probe").init("s", {4}, Integers{1, 8, 2, 2});
    b.node("Reshape", {"m", "s"}, {"b"});
}

void convModel(ModelBuilder& b) {
    b.init("w", {8, 4, 3, 3}, 9).init("v", {8}, 10);
    b.node("Conv", {"a", "w", "v"}, {"b"}, {attr("group", 2), attr("pads", {1, 1, 1, 1})}, "probe");
}

void splitModel(ModelBuilder& b) {
    b.init("s", {2}, Integers{4, 4}).node("Split", {"a", "s"}, {"l", "r"}, {attr("axis", 1)}, "probe");
    b.node("Concat", {"r", "l"}, {"b"}, {attr("axis", 1)});
}

void sliceModel(ModelBuilder& b) {
    b.init("from", {2}, Integers{0, 1}).init("to", {2}, Integers{5, 6}).init("axes", {2}, Integers{2, 3});
    b.node("Slice", {"a", "from", "to", "axes"}, {"b"}, {}, "probe");
}

void squeezeModel(ModelBuilder& b) {
    b.init("s", {1}, Integers{0}).node("Squeeze", {"a", "s"}, {"q"}, {}, "probe");
    b.node("Unsqueeze", {"q", "s"}, {"b"});
}

void unsqueezeModel(ModelBuilder& b) {
    b.init("s", {1}, Integers{0}).node("Squeeze", {"a", "s"}, {"q"});
    b.node("Unsqueeze", {"q", "s"}, {"b"}, {}, "probe");
}

void flattenModel(ModelBuilder& b) {
    b.node("Flatten", {"a"}, {"f"}, {}, "probe").init("s", {4}, Integers{1, 8, 9, 4});
    b.node("Reshape", {"f", "s"}, {"b"});
}

void expandModel(ModelBuilder& b) {
    b.node("GlobalAveragePool", {"a"}, {"g"}).init("s", {4}, Integers{1, 8, 3, 3});
    b.node("Expand", {"g", "s"}, {"b"}, {}, "probe");
}

void topModel(ModelBuilder& b) {
    b.init("k", {1}, Integers{4}).node("TopK", {"a", "k"}, {"b", "unread"}, {attr("axis", 1)}, "probe");
}

void topPositionsModel(ModelBuilder& b) {
    b.init("k", {1}, Integers{8}).node("TopK", {"a", "k"}, {"t", "position"}, {attr("axis", 1)}, "probe");
    b.node("Cast", {"position"}, {"number"}, {attr("to", 1)}).init("hundredth", makeScalar(0.001f));
    b.node("Mul", {"number", "hundredth"}, {"small"}).node("Add", {"t", "small"}, {"b"});
}

void compressModel(ModelBuilder& b) {
    b.init("m", mask()).node("Compress", {"a", "m"}, {"b"}, {attr("axis", 1)}, "probe");
}

void reverseModel(ModelBuilder& b) {
    b.init("i", {1}, Integers{5})
        .node("ReverseSequence", {"a", "i"}, {"b"}, {attr("batch_axis", 0), attr("time_axis", 1)}, "probe");
}

Integers elementPositions() {
    Integers positions;
    for (std::int64_t i = 0; i < 288; ++i)
        positions.push_back((i * 5) % 8);
    return positions;
}

OperatorModel with(std::string op, Build build) {
    OperatorModel model;
    model.op = std::move(op);
    model.build = std::move(build);
    return model;
}

OperatorModel called(std::string what, OperatorModel model) {
    model.what = std::move(what);
    return model;
}

OperatorModel giving(int channels, OperatorModel model) {
    model.channels = channels;
    return model;
}

OperatorModel since(std::int64_t opset, OperatorModel model) {
    model.opset = opset;
    return model;
}

OperatorModel vanishing(OperatorModel model) {
    model.vanishes = true;
    return model;
}

std::vector<OperatorModel> movers() {
    return {
        vanishing(with("Transpose", unary("Transpose", {attr("perm", {0, 1, 3, 2})}))),
        with("Reshape", withIntegers("Reshape", {1, 8, 9, 4})),
        with("Flatten", flattenModel),
        with("Squeeze", squeezeModel),
        with("Unsqueeze", unsqueezeModel),
        with("Split", splitModel),
        with("Slice", sliceModel),
        giving(4, with("Gather", withIntegers("Gather", {7, 1, 3, 3}, {attr("axis", 1)}))),
        with("GatherElements", withIntegers("GatherElements", elementPositions(), {attr("axis", 1)}, {1, 8, 6, 6})),
        giving(2, with("GatherND", withIntegers("GatherND", {6, 3}, {attr("batch_dims", 1)}, {1, 2, 1}))),
        giving(4, with("Compress", compressModel)),
        with("ReverseSequence", reverseModel),
        giving(12, called("constant", with("Pad", pad({0, 2, 1, 0, 0, 2, 0, 1}, true)))),
        called("without a number", with("Pad", pad({0, 0, 1, 1, 0, 0, 1, 1}, false))),
        called("reflect", with("Pad", pad({0, 0, 1, 1, 0, 0, 1, 1}, false, "reflect"))),
        called("edge", with("Pad", pad({0, 0, 1, 1, 0, 0, 1, 1}, false, "edge"))),
        with("Tile", withIntegers("Tile", {1, 1, 2, 1})),
        with("Expand", expandModel),
        giving(2, with("DepthToSpace", unary("DepthToSpace", {attr("blocksize", 2)}))),
        giving(32, with("SpaceToDepth", unary("SpaceToDepth", {attr("blocksize", 2)}))),
        vanishing(with("Identity", unary("Identity"))),
        with("Resize", resize("nearest")),
    };
}

} // namespace

std::vector<OperatorModel> integerOperatorModels() {
    std::vector<OperatorModel> models = {
        with("Conv", convModel),
        with("Gemm", gemmModel),
        called("with a weight", with("MatMul", productModel)),
        called("of activations", with("MatMul", binary("MatMul"))),
        with("Add", binary("Add")),
        with("Mul", binary("Mul")),
        giving(16, with("Concat", binary("Concat", {attr("axis", 1)}))),
        with("Where", whereModel),
        with("AveragePool", unary("AveragePool", {attr("kernel_shape", {2, 2})})),
        with("GlobalAveragePool", unary("GlobalAveragePool")),
        with("MaxPool", unary("MaxPool", {attr("kernel_shape", {2, 2})})),
        with("Sigmoid", unary("Sigmoid")),
        with("Softmax", unary("Softmax", {attr("axis", 1)})),
        with("LeakyRelu", unary("LeakyRelu", {attr("alpha", 0.1)})),
        with("ReduceMax", unary("ReduceMax", {attr("axes", {2}), attr("keepdims", 1)})),
        with("ReduceMin", unary("ReduceMin", {attr("axes", {2}), attr("keepdims", 1)})),
        with("ArgMax", position("ArgMax")),
        with("ArgMin", position("ArgMin")),
        giving(4, called("values", with("TopK", topModel))),
        called("values and positions", with("TopK", topPositionsModel)),
    };
    std::ranges::move(movers(), std::back_inserter(models));
    return models;
}

std::vector<OperatorModel> floatOperatorModels() {
    std::vector<OperatorModel> models;
    for (const char* op : {"HardSigmoid", "Tanh", "Elu", "Selu", "Celu", "Softplus", "Softsign", "ThresholdedRelu",
                           "Shrink", "Erf", "LogSoftmax"})
        models.push_back(with(op, unary(op)));
    models.push_back(with("Hardmax", unary("Hardmax")));
    models.back().sqnrDb = 10; // what is largest changes with the rounding
    models.push_back(called("linear", with("Resize", resize("linear"))));
    models.push_back(called("cubic", with("Resize", resize("cubic"))));
    models.push_back(since(14, with("HardSwish", unary("HardSwish"))));
    models.push_back(since(18, with("Mish", unary("Mish"))));
    models.push_back(since(20, with("Gelu", unary("Gelu"))));
    models.push_back(since(24, with("Swish", unary("Swish"))));
    models.push_back(with("PRelu", withChannelNumbers("PRelu", 1, {}, {8, 1, 1})));
    models.push_back(with("BatchNormalization", withChannelNumbers("BatchNormalization", 4)));
    models.push_back(with("InstanceNormalization", withChannelNumbers("InstanceNormalization", 2)));
    models.push_back(
        since(21, with("GroupNormalization", withChannelNumbers("GroupNormalization", 2, {attr("num_groups", 2)}))));
    models.push_back(since(17, with("LayerNormalization", withChannelNumbers("LayerNormalization", 2, {}, {6}))));
    models.push_back(since(23, with("RMSNormalization", withChannelNumbers("RMSNormalization", 1, {}, {6}))));
    models.push_back(with("LRN", unary("LRN", {attr("size", 3)})));
    models.push_back(with("LpNormalization", unary("LpNormalization", {attr("axis", 1)})));
    models.push_back(with("MeanVarianceNormalization", unary("MeanVarianceNormalization")));
    models.push_back(with("GlobalMaxPool", unary("GlobalMaxPool")));
    models.push_back(with("GlobalLpPool", unary("GlobalLpPool")));
    models.push_back(with("LpPool", unary("LpPool", {attr("kernel_shape", {2, 2})})));
    models.push_back(with("ReduceMean", unary("ReduceMean", {attr("axes", {2}), attr("keepdims", 1)})));
    models.push_back(with("ReduceL2", unary("ReduceL2", {attr("axes", {2}), attr("keepdims", 1)})));
    for (const char* op : {"Sub", "Min", "Max", "Sum", "Mean"})
        models.push_back(with(op, binary(op)));
    for (const char* op : {"Abs", "Neg"})
        models.push_back(with(op, unary(op)));
    models.push_back(with("ConvTranspose", [](ModelBuilder& b) {
        b.init("w", {8, 8, 2, 2}, 9).node("ConvTranspose", {"a", "w"}, {"b"}, {}, "probe");
    }));
    models.push_back(since(14, with("Trilu", unary("Trilu"))));
    return models;
}

ModelPtr modelWith(const OperatorModel& between) {
    ModelBuilder b(between.opset);
    b.input("x", {1, 3, 6, 6}).init("w1", {8, 3, 1, 1}, 1).init("w2", {8, 3, 1, 1}, 2);
    b.node("Conv", {"x", "w1"}, {"a"}, {}, "one").node("Conv", {"x", "w2"}, {"a2"}, {}, "two");
    between.build(b);
    b.init("w3", {4, between.channels, 1, 1}, 3).node("Conv", {"b", "w3"}, {"y"}, {}, "three").output("y");
    b.init("w4", {2, 8, 1, 1}, 4).node("Conv", {"a2", "w4"}, {"z"}, {}, "four").output("z");
    return b.build();
}

} // namespace lapidary::test::int8
