// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/encodermodel.h"

#include "tests/support/modelbuilder.h"

namespace lapidary::test {

namespace {

constexpr std::int64_t width = 8;
constexpr std::int64_t heads = 2;

class Encoder {
public:
    explicit Encoder(bool named) : m_named(named) {}

    ModelPtr build(int layers) {
        m_b.input("x", {1, 4, width}).input("mask", {1, 1, 4, 4});
        m_b.init("split", {4}, std::vector<std::int64_t>{1, 4, heads, width / heads});
        m_b.init("joined", {3}, std::vector<std::int64_t>{1, 4, width});
        m_b.init("scale", {}, std::vector<float>{0.5f}).init("half", {}, std::vector<float>{0.5f});
        m_b.init("one", {}, std::vector<float>{1.0f}).init("root", {}, std::vector<float>{1.4142135f});
        m_b.init("gamma", {width}, 1).init("w", {width, width}, 2).init("bias", {width}, 3);
        std::string last = "x";
        for (int layer = 0; layer < layers; ++layer) {
            m_layer = layer;
            last = feedForward(attention(last));
        }
        return m_b.output(last).build();
    }

private:
    std::string add(const std::string& scope, const std::string& op, const std::vector<std::string>& inputs,
                    std::vector<Attribute> attributes = {}) {
        const auto number = std::to_string(m_count++);
        const auto name = "/encoder/layer." + std::to_string(m_layer) + "/" + scope + "/" + op + "_" + number;
        const auto output = m_named ? name + "_output" : "v" + number;
        m_b.node(op, inputs, {output}, std::move(attributes), m_named ? name : op + "_" + number);
        return output;
    }

    std::string dense(const std::string& scope, const std::string& x) {
        return add(scope, "Add", {add(scope, "MatMul", {x, "w"}), "bias"});
    }

    std::string perHead(const std::string& scope, const std::string& x, std::initializer_list<std::int64_t> order) {
        const auto split = add("attention", "Reshape", {dense(scope, x), "split"});
        return add("attention", "Transpose", {split}, {attr("perm", order)});
    }

    std::string attention(const std::string& x) {
        const auto query = perHead("attention/query", x, {0, 2, 1, 3});
        const auto key = perHead("attention/key", x, {0, 2, 3, 1});
        const auto value = perHead("attention/value", x, {0, 2, 1, 3});
        const auto scores = add("attention", "Mul", {add("attention", "MatMul", {query, key}), "scale"});
        const auto weights = add("attention", "Softmax", {add("attention", "Add", {scores, "mask"})});
        const auto mixed =
            add("attention", "Transpose", {add("attention", "MatMul", {weights, value})}, {attr("perm", {0, 2, 1, 3})});
        const auto out = dense("attention/output", add("attention", "Reshape", {mixed, "joined"}));
        return add("attention", "LayerNormalization", {add("attention", "Add", {out, x}), "gamma", "bias"});
    }

    std::string feedForward(const std::string& x) {
        const auto up = dense("up", x);
        const auto erf = add("gelu", "Erf", {add("gelu", "Div", {up, "root"})});
        const auto gelu = add("gelu", "Mul", {up, add("gelu", "Add", {erf, "one"})});
        const auto down = dense("down", add("gelu", "Mul", {gelu, "half"}));
        return add("down", "LayerNormalization", {add("down", "Add", {down, x}), "gamma", "bias"});
    }

    ModelBuilder m_b;
    bool m_named;
    int m_layer = 0;
    int m_count = 0;
};

} // namespace

ModelPtr encoderModel(int layers, bool named) {
    return Encoder(named).build(layers);
}

} // namespace lapidary::test
