// SPDX-License-Identifier: GPL-3.0-or-later
#include "generatednetworks.h"

#include "modelbuilder.h"

#include <stdexcept>

namespace lapidary::test {
namespace {

constexpr int channels = 4;
constexpr int width = 8; ///< of the transformer

class Generator {
public:
    explicit Generator(std::size_t nodes) : m_wanted(nodes) {}

    ModelPtr residual() {
        m_builder.input("x", {1, channels, 16, 16});
        std::string x = relu(conv("x", 3));
        while (!enough()) {
            const std::string y = conv(relu(conv(relu(conv(x, 1)), 3)), 1);
            const std::string skip = m_block % 4 == 0 ? conv(x, 1) : x;
            x = relu(op("Add", {y, skip}));
            ++m_block;
        }
        return finish(op("GlobalAveragePool", {x}));
    }

    ModelPtr inception() {
        m_builder.input("x", {1, channels, 16, 16});
        std::string x = relu(conv("x", 3));
        while (!enough()) {
            const std::string one = relu(conv(x, 1));
            const std::string three = relu(conv(relu(conv(x, 1)), 3));
            const std::string five = relu(conv(relu(conv(x, 1)), 5));
            const std::string pooled = op("MaxPool", {x}, {attr("kernel_shape", {3, 3}), attr("pads", {1, 1, 1, 1})});
            const std::string four = relu(conv(pooled, 1));
            x = op("Concat", {one, three, five, four}, {attr("axis", 1)});
            x = relu(conv(x, 1, 4 * channels));
            ++m_block;
        }
        return finish(x);
    }

    ModelPtr transformer() {
        m_builder.input("x", {1, 16, width}).input("mask", {1, 1, 16});
        std::string x = "x";
        const std::string mask = op("Mul", {"mask", constant("large", -1e4F)});
        while (!enough()) {
            const std::string normed = norm(x);
            std::string heads[3];
            for (std::string& head : heads) {
                const std::string projected = dense(normed);
                const std::string shape = op("Shape", {projected});
                head = op("Reshape", {projected, shape});
            }
            const std::string turned = op("Transpose", {heads[1]}, {attr("perm", {0, 2, 1})});
            std::string scores = op("MatMul", {heads[0], turned});
            scores = op("Mul", {scores, constant("scale", 0.35F)});
            scores = op("Softmax", {op("Add", {scores, mask})}, {attr("axis", -1)});
            const std::string sum = op("Add", {dense(op("MatMul", {scores, heads[2]})), x});
            x = op("Add", {dense(gelu(dense(norm(sum)))), sum});
            ++m_block;
        }
        return finish(x);
    }

private:
    bool enough() const { return m_nodes + 1 >= m_wanted; }

    std::string op(const std::string& type, const std::vector<std::string>& inputs,
                   std::vector<Attribute> attributes = {}) {
        std::string output = "v" + std::to_string(++m_nodes);
        m_builder.node(type, inputs, {output}, std::move(attributes),
                       "/block" + std::to_string(m_block) + "/" + type + std::to_string(m_nodes));
        return output;
    }

    std::string weight(const Shape& shape) {
        std::string name = "w" + std::to_string(++m_weights);
        m_builder.init(name, shape, m_weights);
        return name;
    }

    std::string constant(const std::string& name, float value) {
        const std::string full = name + std::to_string(++m_weights);
        m_builder.init(full, {1}, std::vector<float>{value});
        return full;
    }

    std::string conv(const std::string& x, int kernel, int inputs = channels) {
        const int pad = kernel / 2;
        return op("Conv", {x, weight({channels, inputs, kernel, kernel})}, {attr("pads", {pad, pad, pad, pad})});
    }
    std::string relu(const std::string& x) { return op("Relu", {x}); }
    std::string dense(const std::string& x) {
        return op("Add", {op("MatMul", {x, weight({width, width})}), weight({width})});
    }
    std::string norm(const std::string& x) { return op("LayerNormalization", {x, weight({width}), weight({width})}); }
    std::string gelu(const std::string& x) {
        const std::string inner = op("Erf", {op("Div", {x, constant("root", 1.4142F)})});
        return op("Mul", {op("Mul", {x, op("Add", {inner, constant("one", 1)})}), constant("half", 0.5F)});
    }

    ModelPtr finish(const std::string& x) {
        m_builder.output(x);
        return m_builder.build();
    }

    ModelBuilder m_builder;
    const std::size_t m_wanted;
    std::size_t m_nodes = 0;
    int m_weights = 0;
    int m_block = 0;
};

} // namespace

const std::vector<std::string>& generatedKinds() {
    static const std::vector<std::string> kinds{"residual", "inception", "transformer"};
    return kinds;
}

ModelPtr generateNetwork(std::string_view kind, std::size_t nodes) {
    Generator generator(nodes);
    if (kind == "residual")
        return generator.residual();
    if (kind == "inception")
        return generator.inception();
    if (kind == "transformer")
        return generator.transformer();
    throw std::logic_error("no network of the kind " + std::string(kind));
}

} // namespace lapidary::test
