// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace lapidary {

/// contentHash() of tensors, remembered as long as they live: variants share most of their weights. Any thread.
class TensorHashes {
public:
    std::string of(const TensorPtr& tensor);

private:
    struct Known {
        std::weak_ptr<const Tensor> tensor;
        std::string hash;
    };
    std::mutex m_mutex;
    std::map<const Tensor*, Known> m_known;
};

/// What every value of a graph holds, as a hash over everything that goes into it: operators, versions, attributes,
/// weights, subgraphs and local functions, back to the graph's inputs. Names and ids do not count, so equal hashes mean
/// equal computations in any two models, however they were made (a Merkle tree: R. C. Merkle, "A digital signature
/// based on a conventional encryption function", CRYPTO 1987). Immutable: any thread.
class ValueHashes {
public:
    /// `tensors` may be null.
    explicit ValueHashes(const Model& model, TensorHashes* tensors = nullptr);

    /// 64 hex digits; empty where two runs may differ (random operators, missing weights) and behind it.
    const std::string& of(ValueId id) const;
    /// Whether the value depends on what the graph is fed.
    bool varies(ValueId id) const { return id.number < m_varies.size() && m_varies[id.number]; }
    /// All of a graph's outputs; empty if one of them has no hash.
    std::string ofOutputs(const Graph& graph) const;

private:
    std::vector<std::string> m_hashes; // by ValueId::number
    std::vector<bool> m_varies;
};

} // namespace lapidary
