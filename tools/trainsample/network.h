// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace lapidary::sample {

struct ConvSpec {
    int64_t in = 0;
    int64_t out = 0;
    int64_t kernel = 3;
    int64_t stride = 1;
    int64_t groups = 1;
    bool bias = false;

    [[nodiscard]] int64_t padding() const { return kernel / 2; }
    [[nodiscard]] int64_t weights() const { return out * (in / groups) * kernel * kernel; }
    friend bool operator==(const ConvSpec&, const ConvSpec&) = default;
};

/// The sample network, written once and interpreted by whatever Ops does with each layer: TorchOps computes it,
/// OnnxOps writes it, CostOps counts it. Layers are named by scope, "/stage1/block0/conv1".
///
/// A 3 x 3 stem; three stages at 28, 14 and 7 pixels with identity and projection shortcuts (He et al. 2016, "Deep
/// Residual Learning for Image Recognition"); a depthwise-separable block with squeeze-and-excite at the end (Sandler
/// et al. 2018, "MobileNetV2"; Hu et al. 2018, "Squeeze-and-Excitation Networks"); a global pool and a linear head.
template <class Ops>
class SampleNetwork {
public:
    using Value = typename Ops::Value;

    explicit SampleNetwork(Ops& ops) : m_ops(ops) {}

    /// `image` is [N, 1, 28, 28]; the result is [N, 10] logits.
    Value operator()(const Value& image) {
        Value x = convBnRelu("/stem", "", image, {.in = 1, .out = 16});
        x = residual("/stage1/block0", x, 16, 16, 1);
        x = residual("/stage2/block0", x, 16, 32, 2);
        x = residual("/stage2/block1", x, 32, 32, 1);
        x = residual("/stage3/block0", x, 32, 64, 2);
        x = separable("/stage3/block1", x, 64, 128, 32);
        x = m_ops.globalPool("/head/pool", x);
        x = m_ops.flatten("/head/flatten", x);
        return m_ops.linear("/head/fc", x, 64, 10);
    }

private:
    Value convBn(const std::string& scope, const std::string& which, const Value& x, const ConvSpec& spec) {
        return m_ops.batchNorm(scope + "/bn" + which, m_ops.conv(scope + "/conv" + which, x, spec), spec.out);
    }

    Value convBnRelu(const std::string& scope, const std::string& which, const Value& x, const ConvSpec& spec) {
        return m_ops.relu(scope + "/relu" + which, convBn(scope, which, x, spec));
    }

    Value residual(const std::string& scope, const Value& x, int64_t in, int64_t out, int64_t stride) {
        Value y = convBnRelu(scope, "1", x, {.in = in, .out = out, .stride = stride});
        y = convBn(scope, "2", y, {.in = out, .out = out});
        const bool same = in == out && stride == 1;
        const Value shortcut =
            same ? x : convBn(scope + "/shortcut", "", x, {.in = in, .out = out, .kernel = 1, .stride = stride});
        return m_ops.relu(scope + "/relu2", m_ops.add(scope + "/add", y, shortcut));
    }

    Value separable(const std::string& scope, const Value& x, int64_t channels, int64_t wide, int64_t squeezed) {
        Value y = convBnRelu(scope, "1", x, {.in = channels, .out = wide, .kernel = 1});
        y = convBnRelu(scope, "2", y, {.in = wide, .out = wide, .groups = wide});
        Value gate = m_ops.globalPool(scope + "/se/pool", y);
        gate = m_ops.conv(scope + "/se/reduce", gate, {.in = wide, .out = squeezed, .kernel = 1, .bias = true});
        gate = m_ops.relu(scope + "/se/relu", gate);
        gate = m_ops.conv(scope + "/se/expand", gate, {.in = squeezed, .out = wide, .kernel = 1, .bias = true});
        y = m_ops.mul(scope + "/se/scale", y, m_ops.sigmoid(scope + "/se/sigmoid", gate));
        y = convBn(scope, "3", y, {.in = wide, .out = channels, .kernel = 1});
        return m_ops.relu(scope + "/relu3", m_ops.add(scope + "/add", y, x));
    }

    Ops& m_ops;
};

/// "/stage1/block0/conv1" -> "stage1.block0.conv1", the prefix of that layer's tensors.
inline std::string tensorPrefix(const std::string& layer) {
    std::string result = layer.substr(layer.front() == '/' ? 1 : 0);
    for (char& c : result) {
        c = c == '/' ? '.' : c;
    }
    return result;
}

} // namespace lapidary::sample
