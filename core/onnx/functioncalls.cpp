// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/functioncalls.h"

#include <algorithm>
#include <map>

namespace lapidary {

namespace {

constexpr int depthLimit = 64;
constexpr std::uint64_t nodeLimit = 1000000;

/// What inference does for a graph: nodes visited, and calls and subgraphs nested in one another.
struct Cost {
    std::uint64_t visits = 0;
    int depth = 0;
};

constexpr Cost tooMuch = {nodeLimit, depthLimit};

class CallCounter {
public:
    explicit CallCounter(const Model& model) {
        // ONNX's inference finds functions by domain and name alone.
        for (const auto& function : model.functions)
            m_functions[{function->domain, function->name}] = function.get();
    }

    /// `level`: how deep this graph stands itself.
    Cost costOf(const Graph& graph, int level) {
        if (level >= depthLimit)
            return tooMuch;
        Cost total;
        const auto add = [&total](Cost part) {
            total.visits = std::min(nodeLimit, total.visits + part.visits);
            total.depth = std::max(total.depth, part.depth + 1);
        };
        for (const auto& node : graph.nodes()) {
            ++total.visits;
            if (const auto found = m_functions.find({node->domain, node->opType}); found != m_functions.end())
                add(costOf(*found->second, level + 1));
            for (const auto& [name, subgraph] : node->subgraphs())
                add(costOf(*subgraph, level + 1));
            if (total.visits >= nodeLimit || level + total.depth >= depthLimit)
                return tooMuch;
        }
        return total;
    }

private:
    Cost costOf(const Function& function, int level) {
        const auto [known, fresh] = m_costs.try_emplace(&function, tooMuch); // stays so while it is being followed
        if (fresh)
            known->second = costOf(*function.body, level);
        return known->second;
    }

    std::map<std::pair<std::string, std::string>, const Function*> m_functions;
    std::map<const Function*, Cost> m_costs;
};

} // namespace

bool functionsAreTame(const Model& model) {
    if (model.functions.empty())
        return true;
    CallCounter counter(model);
    if (counter.costOf(*model.graph, 0).visits >= nodeLimit)
        return false;
    return std::all_of(model.functions.begin(), model.functions.end(),
                       [&](const auto& function) { return counter.costOf(*function->body, 0).visits < nodeLimit; });
}

} // namespace lapidary
