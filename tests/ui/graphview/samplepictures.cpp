// SPDX-License-Identifier: GPL-3.0-or-later
#include "samplepictures.h"

#include <random>
#include <string>
#include <utility>

namespace lapidary::sample {
namespace {

class Builder {
public:
    std::uint32_t add(std::string title, NodeCategory category, std::vector<std::string> lines = {},
                      std::uint32_t channels = 0) {
        PictureNode node;
        node.id = 1000 + static_cast<std::uint32_t>(picture.nodes.size());
        node.name = title + "_" + std::to_string(picture.nodes.size());
        node.title = std::move(title);
        node.category = category;
        node.lines = std::move(lines);
        node.channels = channels;
        picture.nodes.push_back(std::move(node));
        return static_cast<std::uint32_t>(picture.nodes.size()) - 1;
    }
    void link(std::uint32_t from, std::uint32_t to,
              std::string label = "1\xC3\x97"
                                  "64\xC3\x97"
                                  "56\xC3\x97"
                                  "56",
              std::uint32_t fromPort = 0) {
        picture.edges.push_back({from, to, fromPort, 0, std::move(label), false});
    }
    std::uint32_t after(std::uint32_t from, std::string title, NodeCategory category,
                        std::vector<std::string> lines = {}, std::uint32_t channels = 0) {
        const std::uint32_t node = add(std::move(title), category, std::move(lines), channels);
        link(from, node);
        return node;
    }
    std::uint32_t conv(std::uint32_t from, std::uint32_t channels, int kernel) {
        const std::string k = std::to_string(kernel);
        return after(from, "Conv", NodeCategory::Layer,
                     {"W " + std::to_string(channels) +
                          "\xC3\x97"
                          "64\xC3\x97" +
                          k + "\xC3\x97" + k,
                      "B " + std::to_string(channels)},
                     channels);
    }
    std::uint32_t relu(std::uint32_t from) { return after(from, "Relu", NodeCategory::Activation); }
    std::uint32_t size() const { return static_cast<std::uint32_t>(picture.nodes.size()); }

    GraphPicture picture;
};

} // namespace

GraphPicture residual(std::uint32_t nodes) {
    Builder b;
    std::uint32_t x = b.add("input", NodeCategory::Input);
    x = b.relu(b.conv(x, 64, 7));
    x = b.after(x, "MaxPool", NodeCategory::Pool);
    for (int block = 0; b.size() + 2 < nodes; ++block) {
        const std::uint32_t wide = 256U << (block / 4 % 4);
        std::uint32_t y = b.relu(b.conv(x, wide / 4, 1));
        y = b.relu(b.conv(y, wide / 4, 3));
        y = b.conv(y, wide, 1);
        const std::uint32_t skip = block % 4 == 0 ? b.conv(x, wide, 1) : x;
        const std::uint32_t sum = b.after(y, "Add", NodeCategory::Other);
        b.link(skip, sum);
        x = b.relu(sum);
    }
    x = b.after(x, "GlobalAveragePool", NodeCategory::Pool);
    x = b.after(x, "Flatten", NodeCategory::Shape);
    x = b.after(x, "Gemm", NodeCategory::Layer,
                {"B 1000\xC3\x97"
                 "2048",
                 "C 1000"},
                1000);
    b.after(x, "output", NodeCategory::Output);
    return std::move(b.picture);
}

GraphPicture inception(std::uint32_t nodes) {
    Builder b;
    std::uint32_t x = b.add("data", NodeCategory::Input);
    x = b.relu(b.conv(x, 64, 7));
    while (b.size() + 3 < nodes) {
        const std::uint32_t one = b.relu(b.conv(x, 64, 1));
        const std::uint32_t three = b.relu(b.conv(b.relu(b.conv(x, 96, 1)), 128, 3));
        const std::uint32_t five = b.relu(b.conv(b.relu(b.conv(x, 16, 1)), 32, 5));
        const std::uint32_t pool = b.relu(b.conv(b.after(x, "MaxPool", NodeCategory::Pool), 32, 1));
        const std::uint32_t concat = b.after(one, "Concat", NodeCategory::Tensor);
        b.link(three, concat);
        b.link(five, concat);
        b.link(pool, concat);
        x = concat;
    }
    x = b.after(x, "Dropout", NodeCategory::Dropout);
    b.after(x, "prob", NodeCategory::Output);
    return std::move(b.picture);
}

GraphPicture transformer(std::uint32_t nodes) {
    Builder b;
    std::uint32_t x = b.add("input_ids", NodeCategory::Input);
    const std::uint32_t maskInput = b.add("attention_mask", NodeCategory::Input);
    const std::uint32_t mask = b.after(maskInput, "Unsqueeze", NodeCategory::Shape);
    x = b.after(x, "Gather", NodeCategory::Tensor,
                {"30522\xC3\x97"
                 "768"});
    const auto dense = [&](std::uint32_t from) {
        const std::uint32_t mul = b.after(from, "MatMul", NodeCategory::Layer,
                                          {"768\xC3\x97"
                                           "768"},
                                          768);
        return b.after(mul, "Add", NodeCategory::Other, {"768"});
    };
    while (b.size() + 2 < nodes) {
        const std::uint32_t norm = b.after(x, "LayerNormalization", NodeCategory::Normalization, {"768", "768"});
        std::uint32_t heads[3];
        for (std::uint32_t& head : heads) {
            const std::uint32_t linear = dense(norm);
            std::uint32_t shape = b.after(linear, "Shape", NodeCategory::Shape);
            shape = b.after(shape, "Gather", NodeCategory::Tensor);
            shape = b.after(shape, "Concat", NodeCategory::Tensor);
            const std::uint32_t reshape = b.after(linear, "Reshape", NodeCategory::Shape);
            b.link(shape, reshape, "4");
            head = b.after(reshape, "Transpose", NodeCategory::Shape);
        }
        const std::uint32_t scores = b.after(heads[0], "MatMul", NodeCategory::Layer);
        b.link(heads[1], scores);
        const std::uint32_t masked = b.after(scores, "Add", NodeCategory::Other);
        b.link(mask, masked);
        const std::uint32_t soft = b.after(masked, "Softmax", NodeCategory::Activation);
        const std::uint32_t mix = b.after(soft, "MatMul", NodeCategory::Layer);
        b.link(heads[2], mix);
        const std::uint32_t out = dense(b.after(mix, "Transpose", NodeCategory::Shape));
        const std::uint32_t sum = b.after(out, "Add", NodeCategory::Other);
        b.link(x, sum);
        const std::uint32_t norm2 = b.after(sum, "LayerNormalization", NodeCategory::Normalization, {"768", "768"});
        const std::uint32_t ff = dense(b.after(dense(norm2), "Gelu", NodeCategory::Activation));
        x = b.after(ff, "Add", NodeCategory::Other);
        b.link(sum, x);
    }
    b.after(x, "last_hidden_state", NodeCategory::Output);
    return std::move(b.picture);
}

GraphPicture fanOut(std::uint32_t consumers) {
    Builder b;
    const std::uint32_t x = b.add("Split", NodeCategory::Tensor);
    for (std::uint32_t i = 0; i < consumers; ++i)
        b.conv(x, 8, 3);
    return std::move(b.picture);
}

GraphPicture chain(std::uint32_t nodes) {
    Builder b;
    std::uint32_t x = b.add("input", NodeCategory::Input);
    while (b.size() < nodes)
        x = b.size() % 2 == 1 ? b.conv(x, 32, 3) : b.relu(x);
    return std::move(b.picture);
}

GraphPicture tangle(std::uint32_t nodes, std::uint32_t seed) {
    Builder b;
    std::mt19937 random(seed);
    for (std::uint32_t i = 0; i < nodes; ++i)
        b.add(i % 3 == 0 ? "Conv" : "Add", i % 3 == 0 ? NodeCategory::Layer : NodeCategory::Other,
              i % 3 == 0 ? std::vector<std::string>{"W 8\xC3\x97"
                                                    "8"}
                         : std::vector<std::string>{});
    for (std::uint32_t i = 1; i < nodes; ++i) {
        const std::uint32_t count = 1 + random() % 2;
        for (std::uint32_t k = 0; k < count; ++k)
            b.link(i - 1 - random() % std::min(i, 8U), i, "", random() % 2);
        if (random() % 20 == 0)
            b.link(i, random() % (i + 1), "");
    }
    return std::move(b.picture);
}

void nest(GraphPicture& picture, std::uint32_t groups, std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto count = static_cast<std::uint32_t>(picture.nodes.size());
    for (std::uint32_t g = 0; g < groups; ++g) {
        PictureGroup group;
        group.id = 900'000 + g;
        group.title = "group " + std::to_string(g);
        group.name = group.title;
        group.parent = g > 0 && random() % 2 == 0 ? static_cast<std::int32_t>(random() % g) : -1;
        picture.groups.push_back(std::move(group));
        if (g % 9 == 8)
            continue; // empty
        const std::uint32_t first = random() % count;
        const std::uint32_t length = 1 + random() % (count / groups + 4);
        for (std::uint32_t i = first; i < std::min(count, first + length); ++i)
            picture.nodes[i].group = static_cast<std::int32_t>(g);
        if (g % 3 == 0)
            picture.nodes[random() % count].group = static_cast<std::int32_t>(g);
    }
}

GraphPicture residualStages(std::uint32_t nodes) {
    GraphPicture picture = residual(nodes);
    std::int32_t block = -1;
    std::uint32_t blocks = 0;
    const auto open = [&](const std::string& title, std::int32_t parent) {
        PictureGroup group;
        group.id = 900'000 + static_cast<std::uint32_t>(picture.groups.size());
        group.title = title;
        group.name = title;
        group.parent = parent;
        picture.groups.push_back(std::move(group));
        return static_cast<std::int32_t>(picture.groups.size()) - 1;
    };
    std::int32_t stage = -1;
    for (std::size_t i = 4; i < picture.nodes.size() && picture.nodes[i].title != "GlobalAveragePool"; ++i) {
        // A block ends with the Relu behind its Add.
        if (block < 0) {
            const std::string number = std::to_string(blocks / 4);
            if (blocks % 4 == 0)
                stage = open("layer" + number, -1);
            block = open("layer" + number + "." + std::to_string(blocks % 4), stage);
            ++blocks;
        }
        picture.nodes[i].group = block;
        if (picture.nodes[i].title == "Relu" && picture.nodes[i - 1].title == "Add")
            block = -1;
    }
    return picture;
}

GraphDecor decorate(const GraphPicture& picture, bool overlay, bool preview) {
    GraphDecor decor;
    std::uint32_t number = 0;
    for (const PictureNode& node : picture.nodes) {
        NodeDecor d;
        d.id = node.id;
        if (node.channels > 0) {
            if (preview) {
                d.channelsKept = node.channels * 5 / 8;
                d.group = static_cast<std::int32_t>(number / 4 % 8);
                if (number % 7 == 3) {
                    d.channelsKept = -1;
                    d.group = -1;
                    d.fenced = "feeds a Reshape whose shape is not known";
                }
            }
            if (overlay) {
                d.value = static_cast<float>(number * 37 % 101) / 100.0F;
                d.valueText = std::to_string(number * 37 % 101) + " us";
                d.predicted = number % 3 == 0;
            }
            if (number % 5 == 1)
                d.badges = {"int8"};
            ++number;
        }
        decor.nodes.push_back(std::move(d));
    }
    if (overlay)
        decor.legend = {"Time per run (\xC2\xB5s)", "0", "100", {}, false};
    return decor;
}

} // namespace lapidary::sample
