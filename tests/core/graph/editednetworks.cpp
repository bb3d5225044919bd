// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/graph/editednetworks.h"

#include "graph/grapheditor.h"
#include "graph/match/nodematch.h"
#include "tests/support/modelbuilder.h"

#include <algorithm>
#include <map>

namespace lapidary::test {

namespace {

class Maker {
public:
    std::size_t add(std::string op, std::vector<std::size_t> inputs, std::int64_t channels = 0, int kernel = 1) {
        network.push_back({std::move(op), std::move(inputs), channels, kernel, network.size() + 1});
        return network.size() - 1;
    }
    std::size_t convolution(std::size_t from, std::int64_t channels, int kernel) {
        const auto conv = add("Conv", from == none ? std::vector<std::size_t>() : std::vector{from}, channels, kernel);
        return add("Relu", {add("BatchNormalization", {conv})});
    }

    static constexpr std::size_t none = std::size_t(-1);
    Network network;
};

bool hasWeights(const Layer& layer) {
    return layer.channels > 0;
}
bool isNorm(const Layer& layer) {
    return layer.op == "BatchNormalization";
}

} // namespace

Network residualNetwork(std::size_t layers) {
    Maker m;
    auto at = m.convolution(Maker::none, 64, 7);
    std::int64_t width = 256;
    for (std::size_t block = 0; m.network.size() < layers; ++block) {
        if (block % 5 == 4 && width < 2048)
            width *= 2;
        auto side = at;
        if (block % 5 == 0)
            side = m.add("Conv", {at}, width, 1);
        const auto inner = m.convolution(m.convolution(at, width / 4, 1), width / 4, 3);
        const auto last = m.add("BatchNormalization", {m.add("Conv", {inner}, width, 1)});
        at = m.add("Relu", {m.add("Add", {last, side})});
    }
    m.add("Gemm", {m.add("Flatten", {m.add("GlobalAveragePool", {at})})}, 1000);
    return m.network;
}

Network inceptionNetwork(std::size_t layers) {
    Maker m;
    auto at = m.convolution(Maker::none, 64, 3);
    for (std::size_t block = 0; m.network.size() < layers; ++block) {
        const auto width = std::int64_t(32 + 16 * (block % 4));
        const auto a = m.convolution(at, width, 1);
        const auto b = m.convolution(m.convolution(at, width, 1), width * 2, 3);
        const auto c = m.convolution(m.convolution(m.convolution(at, width, 1), width, 3), width, 3);
        const auto d = m.convolution(m.add("MaxPool", {at}), width, 1);
        at = m.add("Concat", {a, b, c, d});
    }
    m.add("Softmax", {m.add("Gemm", {m.add("GlobalAveragePool", {at})}, 100)});
    return m.network;
}

Network transformerNetwork(std::size_t layers) {
    Maker m;
    auto at = m.add("MatMul", {}, 256);
    while (m.network.size() < layers) {
        const auto q = m.add("Transpose", {m.add("MatMul", {at}, 256)});
        const auto k = m.add("Transpose", {m.add("MatMul", {at}, 256)});
        const auto v = m.add("Transpose", {m.add("MatMul", {at}, 256)});
        const auto scores = m.add("Softmax", {m.add("MatMul", {q, k})});
        const auto mixed = m.add("Transpose", {m.add("MatMul", {scores, v})});
        const auto attended = m.add("LayerNormalization", {m.add("Add", {m.add("MatMul", {mixed}, 256), at})});
        const auto wide = m.add("Erf", {m.add("MatMul", {attended}, 1024)});
        at = m.add("LayerNormalization", {m.add("Add", {m.add("MatMul", {wide}, 256), attended})});
    }
    return m.network;
}

Network edited(const Network& network, double share, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto count = std::max<std::size_t>(1, std::size_t(double(network.size()) * share / 3));
    const auto pick = [&] { return std::size_t(random() % network.size()); };
    std::map<std::size_t, bool> deleted, inserted;
    auto base = network;
    while (deleted.size() < count) {
        const auto i = pick();
        if (network[i].inputs.size() == 1 && i + 1 < network.size())
            deleted[i] = true;
    }
    while (inserted.size() < count)
        if (const auto i = pick(); i > 0 && i + 1 < network.size() && !deleted.count(i))
            inserted[i] = random() % 2 == 0;
    for (std::size_t narrowed = 0; narrowed < count;)
        if (auto& layer = base[pick()]; hasWeights(layer)) {
            layer.channels = std::max<std::int64_t>(16, layer.channels * 3 / 4);
            ++narrowed;
        }
    Network out;
    std::vector<std::size_t> now(base.size());
    for (std::size_t i = 0; i < base.size(); ++i) {
        if (deleted.count(i)) {
            now[i] = now[base[i].inputs.front()];
            continue;
        }
        auto layer = base[i];
        for (auto& input : layer.inputs)
            input = now[input];
        out.push_back(layer);
        now[i] = out.size() - 1;
        if (const auto it = inserted.find(i); it != inserted.end()) {
            Layer extra;
            extra.op = it->second ? "Conv" : "Sigmoid";
            extra.inputs = {now[i]};
            extra.channels = it->second ? 64 : 0;
            extra.kernel = 3;
            extra.uid = 1'000'000 + i;
            out.push_back(extra);
            now[i] = out.size() - 1;
        }
    }
    return out;
}

Written write(const Network& network, const WriteOptions& options) {
    std::mt19937_64 random(options.weightSeed + 17);
    const auto order = [&] { // a random order in which producers come first
        std::vector<std::size_t> ready, waits(network.size()), result;
        std::vector<std::vector<std::size_t>> users(network.size());
        for (std::size_t i = 0; i < network.size(); ++i) {
            waits[i] = network[i].inputs.size();
            for (const auto input : network[i].inputs)
                users[input].push_back(i);
            if (waits[i] == 0)
                ready.push_back(i);
        }
        while (!ready.empty()) {
            const auto at = options.shuffled ? std::size_t(random() % ready.size()) : 0;
            const auto i = ready[at];
            ready.erase(ready.begin() + std::ptrdiff_t(at));
            result.push_back(i);
            for (const auto user : users[i])
                if (--waits[user] == 0)
                    ready.push_back(user);
        }
        return result;
    }();
    std::vector<std::int64_t> channels(network.size());
    for (std::size_t i = 0; i < network.size(); ++i) {
        const auto& layer = network[i];
        channels[i] = hasWeights(layer)      ? std::max<std::int64_t>(1, layer.channels / options.channelScale)
                      : layer.inputs.empty() ? 3
                                             : channels[layer.inputs.front()];
        if (layer.op == "Concat") {
            channels[i] = 0;
            for (const auto input : layer.inputs)
                channels[i] += channels[input];
        }
    }
    GraphEditor editor;
    const auto x = editor.addValue(options.names ? "image" : "i0");
    editor.addInput(x);
    std::vector<ValueId> outputs(network.size());
    Written written;
    std::vector<bool> used(network.size());
    for (const auto i : order) {
        const auto& layer = network[i];
        const auto name = options.names ? "net/block" + std::to_string(layer.uid) + "x/" + layer.op : std::string();
        const auto tensor = [&](const char* role) {
            return options.names ? name + "." + role : "v" + std::to_string(written.uids.size()) + role[0];
        };
        std::vector<ValueId> inputs;
        for (const auto input : layer.inputs) {
            inputs.push_back(outputs[input]);
            used[input] = true;
        }
        if (inputs.empty())
            inputs.push_back(x);
        const auto from = layer.inputs.empty() ? 3 : channels[layer.inputs.front()];
        const auto weight = [&](const char* role, const Shape& shape, std::uint64_t salt) {
            const auto seed = layer.uid * 7 + salt + options.weightSeed * 1'000'003;
            inputs.push_back(editor.addInitializer(
                tensor(role), makeTensor<float>(shape, randomFloats(std::size_t(*elementCount(shape)), seed))));
        };
        if (hasWeights(layer) && layer.op == "Conv")
            weight("weight", {channels[i], from, layer.kernel, layer.kernel}, 0);
        else if (hasWeights(layer))
            weight("weight", {from, channels[i]}, 0);
        else if (isNorm(layer) || layer.op == "LayerNormalization")
            for (std::uint64_t k = 1; k <= (isNorm(layer) ? 4u : 2u); ++k)
                weight(std::to_string(k).c_str(), {from}, k);
        const auto id = editor.addNode(layer.op, name, inputs, {tensor("out")});
        outputs[i] = editor.node(id)->outputs[0];
        written.uids.emplace_back(id, layer.uid);
    }
    for (std::size_t i = 0; i < network.size(); ++i)
        if (!used[i])
            editor.addOutput(outputs[i]);
    Model model;
    model.graph = editor.finish().value();
    written.model = std::make_shared<const Model>(std::move(model));
    return written;
}

MatchQuality matchQuality(const Written& a, const Written& b) {
    std::map<NodeId, std::uint64_t> uidA(a.uids.begin(), a.uids.end()), uidB(b.uids.begin(), b.uids.end());
    std::map<std::uint64_t, int> seen;
    for (const auto& [id, uid] : a.uids)
        ++seen[uid];
    MatchQuality quality;
    for (const auto& [id, uid] : b.uids)
        quality.common += seen.count(uid);
    const auto matching = matchGraphs(*a.model->graph, *b.model->graph);
    quality.matched = matching.matches.size();
    for (const auto& match : matching.matches)
        quality.right += uidA.at(match.a) == uidB.at(match.b);
    return quality;
}

} // namespace lapidary::test
