// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/loopmodels.h"

#include "tests/support/modelbuilder.h"

namespace lapidary::test {

namespace {

GraphPtr goOn() {
    ModelBuilder b(17, "go_on");
    return b.outer("sum").node("Identity", {"sum"}, {"kept"}, {}, "keep").output("kept").buildGraph();
}

GraphPtr halve() {
    ModelBuilder b(17, "halve");
    b.outer("sum").init("half", {1}, std::vector<float>{0.5f});
    return b.node("Mul", {"sum", "half"}, {"halved"}, {}, "half").output("halved").buildGraph();
}

GraphPtr refinement() {
    ModelBuilder b(17, "refinement");
    b.input("round", DataType::Int64, {}).input("again", DataType::Bool, {}).input("features", {1, 8, 16, 16});
    b.outer("refine.w").outer("limit");
    b.node("Conv", {"features", "refine.w"}, {"conv"}, {attr("pads", {1, 1, 1, 1})}, "conv");
    b.node("Relu", {"conv"}, {"relu"}, {}, "relu").node("Add", {"relu", "features"}, {"sum"}, {}, "add");
    b.node("ReduceMax", {"sum"}, {"largest"}, {attr("keepdims", 0)}, "largest");
    b.node("Less", {"largest", "limit"}, {"calm"}, {}, "calm");
    b.node("If", {"calm"}, {"refined"}, {attr("then_branch", goOn()), attr("else_branch", halve())}, "settled");
    b.node("Identity", {"again"}, {"continue"}, {}, "continue");
    return b.output("continue", DataType::Bool, Shape{}).output("refined", DataType::Float).buildGraph();
}

GraphPtr cell() {
    ModelBuilder b(17, "cell");
    b.input("state", {8}).input("token", {4}).outer("w_token").outer("w_state").outer("b");
    b.node("MatMul", {"token", "w_token"}, {"from_token"}, {}, "from_token");
    b.node("MatMul", {"state", "w_state"}, {"from_state"}, {}, "from_state");
    b.node("Add", {"from_token", "from_state"}, {"both"}, {}, "both")
        .node("Add", {"both", "b"}, {"biased"}, {}, "bias");
    b.node("Tanh", {"biased"}, {"next"}, {}, "squash").node("Identity", {"next"}, {"seen"}, {}, "see");
    return b.output("next", DataType::Float, Shape{8}).output("seen", DataType::Float, Shape{8}).buildGraph();
}

} // namespace

ModelPtr loopModel() {
    ModelBuilder b;
    b.input("x", {1, 3, 32, 32}).init("stem.w", {8, 3, 3, 3}, 1).init("refine.w", {8, 8, 3, 3}, 2);
    b.init("rounds", {}, std::vector<std::int64_t>{3}).init("limit", {}, std::vector<float>{6});
    b.init("head.w", {10, 8}, 3);
    b.node("Conv", {"x", "stem.w"}, {"stem"}, {attr("pads", {1, 1, 1, 1}), attr("strides", {2, 2})}, "stem");
    b.node("Relu", {"stem"}, {"start"}, {}, "stem_relu");
    b.node("Loop", {"rounds", "", "start"}, {"refined"}, {attr("body", refinement())}, "refine");
    b.node("GlobalAveragePool", {"refined"}, {"pooled"}, {}, "pool")
        .node("Flatten", {"pooled"}, {"flat"}, {}, "flatten");
    b.node("Gemm", {"flat", "head.w"}, {"y"}, {attr("transB", 1)}, "head");
    return b.output("y", DataType::Float, Shape{1, 10}).build();
}

ModelPtr scanModel() {
    ModelBuilder b;
    b.input("tokens", {5, 4}).init("zero", {8}, std::vector<float>(8, 0));
    b.init("w_token", {4, 8}, 1).init("w_state", {8, 8}, 2).init("b", {8}, 3).init("head.w", {8, 3}, 4);
    b.node("Scan", {"zero", "tokens"}, {"last", "all"}, {attr("body", cell()), attr("num_scan_inputs", 1)}, "steps");
    b.node("MatMul", {"last", "head.w"}, {"scores"}, {}, "head").node("Softmax", {"scores"}, {"y"}, {}, "softmax");
    return b.output("y", DataType::Float, Shape{3}).output("all", DataType::Float, Shape{5, 8}).build();
}

} // namespace lapidary::test
