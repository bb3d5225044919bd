// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/channelgroups.h"
#include "analysis/cost.h"
#include "graph/query/queryfacts.h"

#include <optional>
#include <set>

namespace lapidary {

/// Share of exact zeros in a tensor; nothing for small ones (below 16 elements), missing data and types without
/// numbers. Reads every element.
std::optional<double> zeroShare(const Tensor& tensor);
/// That of the largest constant a node reads, if it has at least two axes.
std::optional<double> nodeSparsity(const Node& node, const Graph& graph);

/// Answers a query's questions about cost, sparsity and channel coupling of one model, each computed when first asked
/// for; times and the selection if somebody gives them. Not shared between threads; everything given must outlive it.
class ModelQueryFacts : public QueryFacts {
public:
    /// `cost` may be null: then it is analysed when needed.
    ModelQueryFacts(const Model& model, const ShapeTable& shapes, const CostReport* cost = nullptr);
    ~ModelQueryFacts() override;

    /// By NodeId::number; absent where unknown.
    void setTimes(std::vector<std::optional<double>> milliseconds) { m_times = std::move(milliseconds); }
    /// Saves counting the zeros again.
    void setSparsity(std::vector<std::optional<double>> shares) { m_sparsity = std::move(shares); }
    void setSelection(std::set<NodeId> nodes) { m_selection = std::move(nodes); }

    bool knows(QueryField field) const override;
    std::optional<double> number(const Node& node, QueryField field) const override;
    bool knows(QueryIs what) const override;
    bool is(const Node& node, QueryIs what) const override;

private:
    const CostReport& cost() const;
    void findCoupling() const;

    const Model& m_model;
    const ShapeTable& m_shapes;
    mutable const CostReport* m_cost;
    mutable std::optional<CostReport> m_ownCost;
    std::optional<std::vector<std::optional<double>>> m_times, m_sparsity;
    std::optional<std::set<NodeId>> m_selection;
    mutable bool m_couplingKnown = false;
    mutable std::vector<bool> m_coupled, m_prunable, m_fenced; ///< by NodeId::number
};

} // namespace lapidary
