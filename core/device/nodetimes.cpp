// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/nodetimes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <unordered_map>

namespace lapidary {

namespace {

struct KernelSum {
    std::vector<double> microseconds;
    std::string opType, type;
};

/// Names the runtime may have given: the node's own, or for nameless nodes those of its outputs.
std::unordered_map<std::string_view, const Node*> nodesByName(const Graph& graph) {
    std::unordered_map<std::string_view, const Node*> names;
    for (const auto& node : graph.nodes())
        if (!node->name.empty())
            names.emplace(node->name, node.get());
    for (const auto& node : graph.nodes())
        for (const auto id : node->outputs)
            if (const auto* value = graph.value(id))
                names.emplace(value->name, node.get());
    return names;
}

/// Fused kernels carry additions before or after a node's name ("fused …", "…_quant", "…/duplicated", "…_nchwc"): the
/// longest node name that the kernel's name starts with, or holds after a separator, is taken.
const Node* nodeOfKernel(const std::string& kernel, const std::unordered_map<std::string_view, const Node*>& names) {
    std::string_view text = kernel;
    if (const auto it = names.find(text); it != names.end())
        return it->second;
    // Names of one or two letters are only believed before the additions that the runtime always makes.
    for (const std::string_view addition : {"_nchwc", "_quant"})
        if (text.ends_with(addition))
            if (const auto it = names.find(text.substr(0, text.size() - addition.size())); it != names.end())
                return it->second;
    for (std::size_t skip = 0; skip != std::string_view::npos && skip < text.size();) {
        const auto rest = text.substr(skip);
        for (std::size_t length = rest.size(); length > 2; --length) {
            const bool atBoundary =
                length == rest.size() || std::string_view("_-+:/ .").find(rest[length]) != std::string_view::npos;
            if (!atBoundary)
                continue;
            if (const auto it = names.find(rest.substr(0, length)); it != names.end())
                return it->second;
        }
        const auto space = rest.find(' ');
        skip = space == std::string_view::npos ? space : skip + space + 1;
    }
    return nullptr;
}

/// A fused kernel (Conv+Relu) may carry the name of its last node; people look for its time at the layer that does the
/// work: the nearest producer whose operator the kernel is named after.
const Node* workingNode(const Graph& graph, const Node* named, const std::string& kernelType) {
    const Node* node = named;
    for (int steps = 0; node && steps < 4; ++steps) {
        if (kernelType.find(node->opType) != std::string::npos)
            return node;
        node = node->inputs.empty() ? nullptr : graph.producer(node->inputs.front());
    }
    return named;
}

std::string precisionOf(const KernelSum& sum) {
    if (sum.opType.starts_with("QLinear") || sum.opType.find("Integer") != std::string::npos)
        return "int8";
    if (sum.type == "float")
        return "float32";
    return sum.type;
}

constexpr std::size_t nobody = std::size_t(-1);

/// Position of the timed node whose kernels do `node`: that of a producer of what it reads, or of its one reader.
/// `owner` is by position.
std::size_t ownerOf(const Graph& graph, const Node& node, const std::vector<std::size_t>& owner, bool forward) {
    if (forward) {
        for (const auto input : node.inputs)
            if (const auto* producer = input.valid() ? graph.producer(input) : nullptr)
                if (const auto at = owner[graph.position(producer->id)]; at != nobody)
                    return at;
        return nobody;
    }
    for (const auto output : node.outputs)
        if (output.valid())
            for (const auto& use : graph.uses(output))
                if (const auto at = owner[graph.position(use.node)]; at != nobody)
                    return at;
    return nobody;
}

/// A node without a kernel of its own was fused into a neighbour's or folded: it is listed there. First with what makes
/// its input (Conv -> Relu), then with what reads its output (DequantizeLinear -> Conv).
void addCovered(std::map<std::size_t, NodeTime>& times, const Graph& graph) {
    const auto& nodes = graph.nodes();
    std::vector<std::size_t> owner(nodes.size(), nobody);
    for (const auto& [position, time] : times)
        owner[position] = position;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (owner[i] == nobody)
            owner[i] = ownerOf(graph, *nodes[i], owner, true);
    for (std::size_t i = nodes.size(); i-- > 0;)
        if (owner[i] == nobody)
            owner[i] = ownerOf(graph, *nodes[i], owner, false);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (owner[i] != nobody && owner[i] != i)
            times.at(owner[i]).covers.push_back(displayName(*nodes[i]));
}

double typical(std::vector<double> microseconds) {
    if (microseconds.size() > 1)
        microseconds.erase(microseconds.begin());
    std::nth_element(microseconds.begin(), microseconds.begin() + std::ptrdiff_t(microseconds.size() / 2),
                     microseconds.end());
    return microseconds[microseconds.size() / 2];
}

/// Which provider did how much of the work: an accelerator that gives half of the layers back to the processor shows.
void recordShares(Profile& profile, const std::vector<KernelTime>& kernels) {
    std::map<std::string, double> byProvider;
    double total = 0;
    for (const auto& kernel : kernels) {
        byProvider[kernel.provider] += kernel.microseconds;
        total += kernel.microseconds;
    }
    for (const auto& [provider, microseconds] : byProvider)
        if (total > 0 && !provider.empty())
            profile.environment["share_of_" + provider] =
                std::to_string(std::lround(100 * microseconds / total)) + " % of the time";
}

} // namespace

void mapKernelTimes(Profile& profile, const Graph& graph, const std::vector<KernelTime>& kernels) {
    std::map<std::string, KernelSum> sums;
    for (const auto& kernel : kernels) {
        auto& sum = sums[kernel.node];
        sum.microseconds.push_back(kernel.microseconds);
        sum.opType = kernel.opType;
        sum.type = kernel.outputType;
    }
    const auto names = nodesByName(graph);
    std::map<std::size_t, NodeTime> times; // by position in the graph
    double total = 0;
    for (const auto& [kernel, sum] : sums) {
        const double ms = typical(sum.microseconds) / 1000.0;
        total += ms;
        const Node* node = nodeOfKernel(kernel, names);
        if (!node) {
            profile.unattributedMs += ms;
            continue;
        }
        node = workingNode(graph, node, sum.opType);
        auto& time = times[graph.position(node->id)];
        time.node = displayName(*node);
        time.opType = node->opType;
        time.ms += ms;
        time.kernel += (time.kernel.empty() ? "" : ", ") + sum.opType;
        if (time.precision.empty() || sum.opType.find(node->opType) != std::string::npos)
            time.precision = precisionOf(sum);
        time.fused = time.fused || sum.opType != node->opType;
    }
    addCovered(times, graph);
    for (auto& [position, time] : times) {
        time.share = total > 0 ? time.ms / total : 0;
        profile.nodes.push_back(std::move(time));
    }
    recordShares(profile, kernels);
}

Profile profileOf(RuntimeProfile measured, const Graph& graph, std::string device) {
    auto profile = std::move(measured.profile);
    profile.device = std::move(device);
    if (!measured.kernels.empty())
        mapKernelTimes(profile, graph, measured.kernels);
    return profile;
}

} // namespace lapidary
