// SPDX-License-Identifier: GPL-3.0-or-later
#include "randomnetwork.h"

#include <algorithm>

namespace lapidary::test {

std::int64_t RandomNetwork::pick(std::int64_t low, std::int64_t high) {
    return low + std::int64_t(m_random() % std::uint64_t(high - low + 1));
}

std::string RandomNetwork::weight(const Shape& shape) {
    const std::string name = fresh("w");
    m_builder.init(name, shape, std::uint64_t(m_random() >> 20));
    return name;
}

std::string RandomNetwork::integers(std::vector<std::int64_t> values) {
    const std::string name = fresh("k");
    const auto count = std::int64_t(values.size());
    m_builder.init(name, {count}, std::move(values));
    return name;
}

RandomNetwork::Tensor4 RandomNetwork::node(const char* op, std::vector<std::string> inputs, std::int64_t channels,
                                           std::int64_t size, std::vector<Attribute> attributes) {
    const std::string out = fresh("t");
    m_builder.node(op, inputs, {out}, std::move(attributes));
    return {out, channels, size};
}

RandomNetwork::Tensor4 RandomNetwork::conv(const Tensor4& x, std::int64_t channels, std::int64_t kernel,
                                           std::int64_t groups) {
    const std::int64_t pad = kernel / 2;
    std::vector<std::string> inputs{x.name, weight({channels, x.channels / groups, kernel, kernel})};
    if (pick(0, 1) == 1)
        inputs.push_back(weight({channels}));
    return node("Conv", inputs, channels, x.size,
                {attr("group", groups), attr("pads", std::vector<std::int64_t>{pad, pad, pad, pad})});
}

RandomNetwork::Tensor4 RandomNetwork::transposedConv(const Tensor4& x) {
    const std::int64_t groups = x.channels % 2 == 0 && pick(0, 1) == 1 ? (pick(0, 1) == 1 ? x.channels : 2) : 1;
    const std::int64_t each = pick(2, 4);
    return node("ConvTranspose", {x.name, weight({x.channels, each, 1, 1}), weight({each * groups})}, each * groups,
                x.size, {attr("group", groups)});
}

RandomNetwork::Tensor4 RandomNetwork::norm(const Tensor4& x) {
    if (pick(0, 3) == 0)
        return node("InstanceNormalization", {x.name, weight({x.channels}), weight({x.channels})}, x.channels, x.size);
    const std::string variance = fresh("v");
    std::vector<float> values;
    for (std::int64_t i = 0; i < x.channels; ++i)
        values.push_back(0.5f + float(i % 7) / 4);
    m_builder.init(variance, {x.channels}, std::move(values));
    return node("BatchNormalization",
                {x.name, weight({x.channels}), weight({x.channels}), weight({x.channels}), variance}, x.channels,
                x.size);
}

RandomNetwork::Tensor4 RandomNetwork::activation(const Tensor4& x) {
    switch (pick(0, 4)) {
    case 0:
        return node("Relu", {x.name}, x.channels, x.size);
    case 1:
        return node("HardSwish", {x.name}, x.channels, x.size);
    case 2:
        return node("Sigmoid", {x.name}, x.channels, x.size); // does not keep zero
    case 3:
        return node("PRelu", {x.name, weight({x.channels, 1, 1})}, x.channels, x.size);
    default:
        return node("LeakyRelu", {x.name}, x.channels, x.size, {attr("alpha", 0.1)});
    }
}

RandomNetwork::Tensor4 RandomNetwork::residual(const Tensor4& x) {
    const Tensor4 inner = activation(norm(conv(x, pick(3, 10), 3)));
    const Tensor4 back = conv(inner, x.channels, 1);
    return node(pick(0, 3) == 0 ? "Mul" : "Add", {x.name, back.name}, x.channels, x.size);
}

/// The shortcut without weights of CIFAR residual networks: added channels are zeros.
RandomNetwork::Tensor4 RandomNetwork::paddedResidual(const Tensor4& x) {
    const std::int64_t before = pick(0, 2), after = pick(1, 3);
    const Tensor4 padded =
        node("Pad", {x.name, integers({0, before, 0, 0, 0, after, 0, 0})}, x.channels + before + after, x.size);
    const Tensor4 made = conv(x, padded.channels, 3);
    return node("Add", {made.name, padded.name}, padded.channels, x.size);
}

RandomNetwork::Tensor4 RandomNetwork::squeezeExcite(const Tensor4& x) {
    const Tensor4 mean = pick(0, 1) == 1 ? node("GlobalAveragePool", {x.name}, x.channels, 1)
                                         : node("ReduceMean", {x.name}, x.channels, 1, {attr("axes", {2, 3})});
    if (pick(0, 1) == 0) {
        const Tensor4 gate =
            node("Sigmoid", {conv(activation(conv(mean, pick(2, 5), 1)), x.channels, 1).name}, x.channels, 1);
        return node("Mul", {x.name, gate.name}, x.channels, x.size);
    }
    const std::int64_t hidden = pick(2, 5);
    const Tensor4 flat = node("Flatten", {mean.name}, x.channels, 1);
    const Tensor4 first =
        node("Gemm", {flat.name, weight({hidden, x.channels}), weight({hidden})}, hidden, 1, {attr("transB", 1)});
    const Tensor4 second = node("MatMul", {first.name, weight({hidden, x.channels})}, x.channels, 1);
    const Tensor4 gate = node("HardSigmoid", {second.name}, x.channels, 1);
    const Tensor4 wide = pick(0, 1) == 1 ? node("Unsqueeze", {gate.name, integers({2, 3})}, x.channels, 1)
                                         : node("Reshape", {gate.name, integers({0, x.channels, 1, 1})}, x.channels, 1);
    return node("Mul", {wide.name, x.name}, x.channels, x.size);
}

RandomNetwork::Tensor4 RandomNetwork::shuffle(const Tensor4& x, std::int64_t groups) {
    const std::int64_t each = x.channels / groups;
    const Tensor4 cut = node("Reshape", {x.name, integers({0, groups, each, x.size, x.size})}, x.channels, x.size);
    const Tensor4 turned = node("Transpose", {cut.name}, x.channels, x.size, {attr("perm", {0, 2, 1, 3, 4})});
    return node("Reshape", {turned.name, integers({1, pick(0, 1) == 1 ? -1 : x.channels, x.size, x.size})}, x.channels,
                x.size);
}

RandomNetwork::Tensor4 RandomNetwork::splitAndJoin(const Tensor4& x) {
    const std::int64_t first = pick(1, x.channels - 1);
    const std::string a = fresh("t"), b = fresh("t");
    if (x.channels % 2 == 0 && pick(0, 1) == 1) {
        m_builder.node("Split", {x.name}, {a, b}, {attr("axis", 1)});
        const Tensor4 left{a, x.channels / 2, x.size};
        return node("Concat", {activation(left).name, b}, x.channels, x.size, {attr("axis", 1)});
    }
    m_builder.node("Split", {x.name, integers({first, x.channels - first})}, {a, b}, {attr("axis", 1)});
    const Tensor4 right = conv({b, x.channels - first, x.size}, pick(2, 6), 1);
    return node("Concat", {right.name, a, x.name}, right.channels + first + x.channels, x.size, {attr("axis", 1)});
}

RandomNetwork::Tensor4 RandomNetwork::sliceOrGather(const Tensor4& x) {
    if (x.channels < 4)
        return x;
    if (pick(0, 1) == 0) {
        const std::int64_t start = pick(0, 1), end = pick(3, x.channels);
        return node("Slice",
                    {x.name, integers({start}), integers({pick(0, 1) == 1 && end == x.channels ? 1 << 30 : end}),
                     integers({1})},
                    end - start, x.size);
    }
    std::vector<std::int64_t> order;
    for (std::int64_t c = 0; c < x.channels; ++c)
        if (c % 5 != 3)
            order.push_back(c);
    std::ranges::shuffle(order, m_random);
    const auto count = std::int64_t(order.size());
    return node("Gather", {x.name, integers(std::move(order))}, count, x.size, {attr("axis", 1)});
}

RandomNetwork::Tensor4 RandomNetwork::pixelShuffle(const Tensor4& x) {
    const Tensor4 wide = conv(x, 4 * pick(2, 4), 1);
    const Tensor4 up = node("DepthToSpace", {wide.name}, wide.channels / 4, x.size * 2,
                            {attr("blocksize", 2), attr("mode", pick(0, 1) == 1 ? "DCR" : "CRD")});
    return node("MaxPool", {activation(up).name}, up.channels, x.size,
                {attr("kernel_shape", {2, 2}), attr("strides", {2, 2})});
}

RandomNetwork::Tensor4 RandomNetwork::scaleByChannel(const Tensor4& x) {
    const Tensor4 scaled = node("Mul", {x.name, weight({1, x.channels, 1, 1})}, x.channels, x.size);
    return node("Sub", {scaled.name, weight({x.channels, 1, 1})}, x.channels, x.size);
}

/// Multi-head self-attention over the positions, added to the stream. Nothing but products between the projections, so
/// that a channel whose projection is zero says nothing.
RandomNetwork::Tensor4 RandomNetwork::attention(const Tensor4& x) {
    const std::int64_t heads = pick(1, 3), each = pick(2, 4), width = heads * each, places = x.size * x.size;
    const Tensor4 flat = node("Reshape", {x.name, integers({0, x.channels, places})}, x.channels, x.size);
    const Tensor4 rows = node("Transpose", {flat.name}, x.channels, x.size, {attr("perm", {0, 2, 1})});
    const auto project = [&](std::vector<std::int64_t> order) {
        const Tensor4 made = node("MatMul", {rows.name, weight({x.channels, width})}, width, x.size);
        const Tensor4 cut = node("Reshape", {made.name, integers({0, places, heads, each})}, width, x.size);
        return node("Transpose", {cut.name}, width, x.size, {attr("perm", std::move(order))});
    };
    const Tensor4 query = project({0, 2, 1, 3}), key = project({0, 2, 3, 1}), value = project({0, 2, 1, 3});
    const Tensor4 scores = node("MatMul", {query.name, key.name}, heads, places);
    const Tensor4 shares = node("Softmax", {scores.name}, heads, places, {attr("axis", -1)});
    const Tensor4 mixed = node("MatMul", {shares.name, value.name}, width, x.size);
    const Tensor4 back = node("Transpose", {mixed.name}, width, x.size, {attr("perm", {0, 2, 1, 3})});
    const Tensor4 joined = node("Reshape", {back.name, integers({0, places, width})}, width, x.size);
    const Tensor4 out = node("MatMul", {joined.name, weight({width, x.channels})}, x.channels, x.size);
    const Tensor4 turned = node("Transpose", {out.name}, x.channels, x.size, {attr("perm", {0, 2, 1})});
    const Tensor4 shaped =
        node("Reshape", {turned.name, integers({0, x.channels, x.size, x.size})}, x.channels, x.size);
    return node("Add", {x.name, shaped.name}, x.channels, x.size);
}

RandomNetwork::Tensor4 RandomNetwork::resize(const Tensor4& x) {
    const std::string scales = fresh("s");
    m_builder.init(scales, {4}, std::vector<float>{1, 1, 2, 2});
    const Tensor4 up = pick(0, 1) == 1
                           ? node("Resize", {x.name, "", scales}, x.channels, 2 * x.size)
                           : node("Resize", {x.name, "", "", integers({1, x.channels, 2 * x.size, 2 * x.size})},
                                  x.channels, 2 * x.size);
    const Tensor4 made = conv(up, pick(3, 8), 3);
    return node("AveragePool", {made.name}, made.channels, x.size,
                {attr("kernel_shape", {2, 2}), attr("strides", {2, 2})});
}

RandomNetwork::Tensor4 RandomNetwork::spaceToDepth(const Tensor4& x) {
    const Tensor4 made = conv(x, pick(3, 6), 1);
    const Tensor4 deep = node("SpaceToDepth", {made.name}, made.channels * 4, x.size / 2, {attr("blocksize", 2)});
    const Tensor4 mixed = conv(deep, 4 * pick(2, 4), 1);
    return node("DepthToSpace", {mixed.name}, mixed.channels / 4, x.size, {attr("blocksize", 2)});
}

/// Reshape, InstanceNormalization, Reshape: what exporters make of it. Channels of a group are normalized together, so
/// the others change when one goes.
RandomNetwork::Tensor4 RandomNetwork::groupNorm(const Tensor4& x) {
    const std::int64_t groups = pick(2, 3);
    const Tensor4 made = conv(x, groups * pick(2, 3), 3);
    std::string one = fresh("o"), zero = fresh("z");
    m_builder.init(one, {groups}, std::vector<float>(std::size_t(groups), 1.0f));
    m_builder.init(zero, {groups}, std::vector<float>(std::size_t(groups), 0.0f));
    const Tensor4 cut = node("Reshape", {made.name, integers({0, groups, -1})}, made.channels, x.size);
    const Tensor4 even = node("InstanceNormalization", {cut.name, one, zero}, made.channels, x.size);
    const Tensor4 back =
        node("Reshape", {even.name, integers({1, made.channels, x.size, x.size})}, made.channels, x.size);
    return scaleByChannel(back);
}

/// One weight used twice: both uses get narrower or none.
RandomNetwork::Tensor4 RandomNetwork::sharedWeight(const Tensor4& x) {
    const std::int64_t width = pick(3, 8);
    const Tensor4 first = conv(x, width, 1);
    const std::string shared = weight({width, width, 3, 3});
    const auto once = [&](const Tensor4& in) {
        return activation(node("Conv", {in.name, shared}, width, x.size, {attr("pads", {1, 1, 1, 1})}));
    };
    return once(once(first));
}

/// A second output of the network, whose channels stay, beside a trunk whose channels go.
RandomNetwork::Tensor4 RandomNetwork::detectionHead(const Tensor4& x) {
    const Tensor4 trunk = activation(conv(x, pick(4, 8), 3));
    const Tensor4 boxes = conv(trunk, 4, 1), scores = conv(trunk, 2, 1);
    const Tensor4 joined = node("Concat", {boxes.name, scores.name}, 6, x.size, {attr("axis", 1)});
    m_builder.output(node("Reshape", {joined.name, integers({1, 6, -1})}, 6, x.size).name);
    return conv(trunk, pick(3, 8), 1);
}

RandomNetwork::Tensor4 RandomNetwork::block(const Tensor4& x) {
    switch (pick(0, 17)) {
    case 0:
        return activation(norm(conv(x, pick(3, 12), 3)));
    case 1:
        return norm(conv(conv(x, x.channels, 3, x.channels), pick(3, 9), 1));
    case 2: {
        const Tensor4 wide = conv(x, 4 * pick(2, 3), 1);
        return activation(conv(wide, wide.channels * pick(1, 2), 1, pick(0, 1) == 1 ? 2 : 4));
    }
    case 3:
        return conv(x, x.channels * 2, 3, x.channels); // depth multiplier 2
    case 4:
        return residual(x);
    case 5:
        return paddedResidual(x);
    case 6:
        return squeezeExcite(x);
    case 7: {
        const Tensor4 grouped = conv(x, 3 * pick(2, 4), 1);
        return activation(conv(shuffle(grouped, 3), grouped.channels, 3, grouped.channels));
    }
    case 8:
        return splitAndJoin(conv(x, pick(4, 9), 1));
    case 9:
        return sliceOrGather(x);
    case 10:
        return pixelShuffle(x);
    case 11:
        return attention(x);
    case 12:
        return resize(x);
    case 13:
        return spaceToDepth(x);
    case 14:
        return m_groupNorms ? groupNorm(x) : x;
    case 15:
        return sharedWeight(x);
    case 16:
        return detectionHead(x);
    default:
        return activation(scaleByChannel(transposedConv(x)));
    }
}

void RandomNetwork::head(const Tensor4& x) {
    const bool pooled = pick(0, 2) == 0;
    const Tensor4 last = pooled ? node("GlobalAveragePool", {x.name}, x.channels, 1) : x;
    const std::int64_t features = last.channels * last.size * last.size;
    const Tensor4 flat =
        pick(0, 1) == 1
            ? node("Flatten", {last.name}, features, 1)
            : node("Reshape", {last.name, integers({pick(0, 1), pick(0, 1) == 1 ? -1 : features})}, features, 1);
    const Tensor4 hidden = node("Gemm", {flat.name, weight({features, 7}), weight({7})}, 7, 1);
    m_builder.node("Gemm", {node("Relu", {hidden.name}, 7, 1).name, weight({5, 7}), weight({1, 5})}, {"y"},
                   {attr("transB", 1)});
    m_builder.output("y");
}

ModelPtr RandomNetwork::build(int blocks) {
    m_builder.input("x", {1, 3, 6, 6});
    Tensor4 x = activation(conv({"x", 3, 6}, pick(4, 10), 3));
    for (int i = 0; i < blocks; ++i)
        if (x.channels > 1 && x.channels < 60)
            x = block(x);
    head(x);
    return m_builder.build();
}

} // namespace lapidary::test
