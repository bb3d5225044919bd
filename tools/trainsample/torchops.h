// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "network.h"

#include <map>
#include <string>
#include <torch/torch.h>
#include <vector>

namespace lapidary::sample {

/// The network's tensors by name, in the order in which the network first asks for them.
class ParameterStore {
public:
    enum class Kind { Weight, Offset, Statistic }; ///< decayed; trained but not decayed; not trained
    struct Entry {
        std::string name;
        Kind kind;
        torch::Tensor tensor;
    };

    /// The tensor of that name; `initial` is stored first if there is none yet.
    torch::Tensor at(const std::string& name, Kind kind, const std::function<torch::Tensor()>& initial);
    /// The tensor of that name; throws std::out_of_range if there is none.
    [[nodiscard]] torch::Tensor at(const std::string& name) const;

    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
    [[nodiscard]] std::vector<torch::Tensor> tensors() const;
    /// Tensors that training changes through their gradient, of one kind.
    [[nodiscard]] std::vector<torch::Tensor> tensors(Kind kind) const;
    /// A copy that shares no storage and needs no gradients.
    [[nodiscard]] ParameterStore clone() const;
    /// Overwrites every tensor by its counterpart of `values`, in order.
    void assign(const std::vector<torch::Tensor>& values);

private:
    std::vector<Entry> m_entries;
    std::map<std::string, size_t> m_index;
};

/// Computes the network with libtorch on the tensors of a store, and fills an empty store with initial values drawn
/// from torch's generator. `training` chooses batch statistics over running ones.
class TorchOps {
public:
    using Value = torch::Tensor;

    TorchOps(ParameterStore& store, bool training) : m_store(store), m_training(training) {}

    Value conv(const std::string& layer, const Value& x, const ConvSpec& spec);
    Value batchNorm(const std::string& layer, const Value& x, int64_t channels);
    Value linear(const std::string& layer, const Value& x, int64_t in, int64_t out);
    Value globalPool(const std::string&, const Value& x) { return x.mean({2, 3}, true); }
    /// In place: no layer before a ReLU needs its own output again.
    Value relu(const std::string&, const Value& x) { return x.relu_(); }
    Value sigmoid(const std::string&, const Value& x) { return torch::sigmoid(x); }
    Value flatten(const std::string&, const Value& x) { return x.flatten(1); }
    Value add(const std::string&, const Value& a, const Value& b) { return a + b; }
    Value mul(const std::string&, const Value& a, const Value& b) { return a * b; }

private:
    ParameterStore& m_store;
    bool m_training;
};

/// Logits [N, 10] of normalised images [N, 1, 28, 28].
torch::Tensor runNetwork(ParameterStore& store, const torch::Tensor& images, bool training);

constexpr double kBatchNormEpsilon = 1e-5;
constexpr double kBatchNormMomentum = 0.1;

} // namespace lapidary::sample
