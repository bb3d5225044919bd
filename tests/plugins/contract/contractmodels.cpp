// SPDX-License-Identifier: GPL-3.0-or-later
#include "contractmodels.h"

#include "modelbuilder.h"

namespace lapidary::test {

namespace {

ModelBuilder& batchNorm(ModelBuilder& b, const std::string& in, const std::string& out, std::int64_t channels,
                        int seed) {
    auto variance = randomFloats(std::size_t(channels), std::uint64_t(seed) + 100);
    for (auto& value : variance)
        value = value * value + 0.5f;
    b.init(out + "_scale", {channels}, seed).init(out + "_shift", {channels}, seed + 1);
    b.init(out + "_mean", {channels}, seed + 2).init(out + "_var", {channels}, std::move(variance));
    return b.node("BatchNormalization", {in, out + "_scale", out + "_shift", out + "_mean", out + "_var"}, {out}, {},
                  out + "_bn");
}

ModelPtr residual() {
    ModelBuilder b;
    b.input("x", {1, 3, 16, 16}).init("w0", {16, 3, 3, 3}, 1);
    b.node("Conv", {"x", "w0"}, {"c0"}, {attr("pads", {1, 1, 1, 1})}, "stem");
    batchNorm(b, "c0", "n0", 16, 10).node("Relu", {"n0"}, {"r0"});
    b.init("w1", {16, 16, 3, 3}, 2).init("w2", {16, 16, 3, 3}, 3).init("b2", {16}, 4);
    b.node("Conv", {"r0", "w1"}, {"c1"}, {attr("pads", {1, 1, 1, 1})}, "block/conv1");
    batchNorm(b, "c1", "n1", 16, 20).node("Relu", {"n1"}, {"r1"});
    b.node("Conv", {"r1", "w2", "b2"}, {"c2"}, {attr("pads", {1, 1, 1, 1})}, "block/conv2");
    batchNorm(b, "c2", "n2", 16, 30).node("Add", {"n2", "r0"}, {"a"}).node("Relu", {"a"}, {"r2"});
    b.node("GlobalAveragePool", {"r2"}, {"p"}).node("Flatten", {"p"}, {"f"});
    b.init("wf", {10, 16}, 5).init("bf", {10}, 6);
    b.node("Gemm", {"f", "wf", "bf"}, {"logits"}, {attr("transB", 1)}, "head");
    return b.output("logits").build();
}

ModelPtr depthwise() {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "8", "12", "12"})
        .init("wd", {8, 1, 3, 3}, 1)
        .init("wp", {24, 8, 1, 1}, 2);
    b.node("Conv", {"x", "wd"}, {"d"}, {attr("group", 8), attr("pads", {1, 1, 1, 1})}, "depthwise");
    batchNorm(b, "d", "dn", 8, 10);
    b.init("low", makeScalar(0.0f)).init("high", makeScalar(6.0f));
    b.node("Clip", {"dn", "low", "high"}, {"dr"}).node("Conv", {"dr", "wp"}, {"e"}, {}, "pointwise");
    b.node("MaxPool", {"e"}, {"m"}, {attr("kernel_shape", {2, 2}), attr("strides", {2, 2})});
    b.node("ReduceMean", {"m"}, {"g"}, {attr("axes", {2, 3}), attr("keepdims", 1)});
    b.init("ws", {6, 24, 1, 1}, 3).init("we", {24, 6, 1, 1}, 4);
    b.node("Conv", {"g", "ws"}, {"s"}, {}, "squeeze").node("Relu", {"s"}, {"sr"});
    b.node("Conv", {"sr", "we"}, {"x2"}, {}, "excite").node("Sigmoid", {"x2"}, {"gate"});
    b.node("Mul", {"m", "gate"}, {"scaled"}).node("GlobalAveragePool", {"scaled"}, {"p"});
    b.init("target", Shape{2}, std::vector<std::int64_t>{-1, 24}).node("Reshape", {"p", "target"}, {"f"});
    b.init("wf", {24, 5}, 5).init("bf", {5}, 6).node("MatMul", {"f", "wf"}, {"y0"}, {}, "head");
    return b.node("Add", {"y0", "bf"}, {"y"}).output("y").build();
}

ModelPtr attention() {
    ModelBuilder b;
    b.input("tokens", {1, 6, 16});
    for (const char* name : {"wq", "wk", "wv", "wo"})
        b.init(name, {16, 16}, int(name[1]));
    b.init("bq", {16}, 7).init("heads", Shape{4}, std::vector<std::int64_t>{1, 6, 4, 4});
    b.init("flat", Shape{3}, std::vector<std::int64_t>{1, 6, 16}).init("scale", makeScalar(0.5f));
    b.node("MatMul", {"tokens", "wq"}, {"q0"}).node("Add", {"q0", "bq"}, {"q"});
    b.node("MatMul", {"tokens", "wk"}, {"k"}).node("MatMul", {"tokens", "wv"}, {"v"});
    for (const std::string name : {"q", "k", "v"})
        b.node("Reshape", {name, "heads"}, {name + "h"});
    b.node("Transpose", {"qh"}, {"qt"}, {attr("perm", {0, 2, 1, 3})});
    b.node("Transpose", {"kh"}, {"kt"}, {attr("perm", {0, 2, 3, 1})});
    b.node("Transpose", {"vh"}, {"vt"}, {attr("perm", {0, 2, 1, 3})});
    b.node("MatMul", {"qt", "kt"}, {"s"}).node("Mul", {"s", "scale"}, {"ss"});
    b.node("Softmax", {"ss"}, {"p"}, {attr("axis", -1)}).node("MatMul", {"p", "vt"}, {"o"});
    b.node("Transpose", {"o"}, {"ot"}, {attr("perm", {0, 2, 1, 3})}).node("Reshape", {"ot", "flat"}, {"of"});
    b.node("MatMul", {"of", "wo"}, {"proj"}).node("Add", {"proj", "tokens"}, {"res"});
    b.init("g", {16}, 8).init("h", {16}, 9).node("LayerNormalization", {"res", "g", "h"}, {"y"}, {attr("axis", -1)});
    return b.output("y").build();
}

ModelPtr resizing() {
    ModelBuilder b;
    b.input("x", {1, 4, 6, 6}).init("w", {8, 4, 3, 3}, 1).init("scales", {4}, std::vector<float>{1, 1, 2, 2});
    b.init("pads", Shape{8}, std::vector<std::int64_t>{0, 0, 1, 1, 0, 0, 1, 1});
    b.node("Pad", {"x", "pads"}, {"xp"}).node("Conv", {"xp", "w"}, {"c"}, {}, "conv");
    b.node("Split", {"c"}, {"left", "right"}, {attr("axis", 1)});
    b.node("Resize", {"left", "", "scales"}, {"up"}, {attr("mode", "nearest")});
    b.node("Resize", {"right", "", "scales"}, {"up2"}, {attr("mode", "linear")});
    b.node("Concat", {"up", "up2"}, {"both"}, {attr("axis", 1)}).init("last", {4, 8, 1, 1}, 2);
    b.node("Conv", {"both", "last"}, {"y"}, {}, "last");
    b.node("ReduceMax", {"y"}, {"peak"}, {attr("axes", {1}), attr("keepdims", 0)});
    return b.output("y").output("peak").build();
}

} // namespace

std::vector<std::pair<std::string, ModelPtr>> contractModels() {
    return {{"residual", residual()}, {"depthwise", depthwise()}, {"attention", attention()}, {"resizing", resizing()}};
}

ModelPtr modelWithUnknownOperator() {
    ModelBuilder b;
    b.opset("org.example", 1).input("x", {1, 8, 6, 6}).init("w1", {16, 8, 3, 3}, 1).init("w2", {16, 16, 1, 1}, 2);
    b.init("w3", {8, 16, 1, 1}, 3);
    b.node("Conv", {"x", "w1"}, {"c1"}, {}, "before").node("Relu", {"c1"}, {"r1"});
    b.node("Conv", {"r1", "w2"}, {"c2"}, {}, "middle").node("Mystery", {"c2"}, {"m"}, {}, "mystery", "org.example");
    b.node("Conv", {"m", "w3"}, {"y"}, {}, "after");
    return b.output("y").build();
}

ModelPtr modelWithControlFlow() {
    const auto branch = [](const std::string& op, const std::string& out) {
        ModelBuilder inner(17, out);
        inner.outer("r1").node(op, {"r1"}, {out});
        return inner.output(out).buildGraph();
    };
    ModelBuilder b;
    b.input("x", {1, 8, 6, 6})
        .input("flag", DataType::Bool, {})
        .init("w1", {16, 8, 3, 3}, 1)
        .init("w2", {8, 16, 1, 1}, 2);
    b.node("Conv", {"x", "w1"}, {"c1"}, {}, "before").node("Relu", {"c1"}, {"r1"});
    b.node("If", {"flag"}, {"m"},
           {attr("then_branch", branch("Tanh", "a")), attr("else_branch", branch("Sigmoid", "b"))}, "choice");
    b.node("Conv", {"m", "w2"}, {"d"}, {}, "after").node("Relu", {"d"}, {"dr"}).init("w3", {4, 8, 1, 1}, 3);
    b.node("Conv", {"dr", "w3"}, {"y"}, {}, "last");
    return b.output("y").build();
}

} // namespace lapidary::test
