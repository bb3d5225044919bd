// SPDX-License-Identifier: GPL-3.0-or-later
#include "torchops.h"

#include <cmath>

namespace lapidary::sample {

using Kind = ParameterStore::Kind;

torch::Tensor ParameterStore::at(const std::string& name, Kind kind, const std::function<torch::Tensor()>& initial) {
    const auto [place, isNew] = m_index.try_emplace(name, m_entries.size());
    if (isNew) {
        torch::Tensor tensor = initial().detach();
        tensor.set_requires_grad(kind != Kind::Statistic);
        m_entries.push_back({name, kind, tensor});
    }
    return m_entries[place->second].tensor;
}

torch::Tensor ParameterStore::at(const std::string& name) const {
    return m_entries[m_index.at(name)].tensor;
}

std::vector<torch::Tensor> ParameterStore::tensors() const {
    std::vector<torch::Tensor> result;
    for (const Entry& entry : m_entries) {
        result.push_back(entry.tensor);
    }
    return result;
}

std::vector<torch::Tensor> ParameterStore::tensors(Kind kind) const {
    std::vector<torch::Tensor> result;
    for (const Entry& entry : m_entries) {
        if (entry.kind == kind) {
            result.push_back(entry.tensor);
        }
    }
    return result;
}

ParameterStore ParameterStore::clone() const {
    ParameterStore copy(*this);
    for (Entry& entry : copy.m_entries) {
        entry.tensor = entry.tensor.detach().clone();
    }
    return copy;
}

void ParameterStore::assign(const std::vector<torch::Tensor>& values) {
    const torch::NoGradGuard guard;
    TORCH_CHECK(values.size() == m_entries.size(), "the checkpoint belongs to another network");
    for (size_t i = 0; i < values.size(); ++i) {
        TORCH_CHECK(values[i].sizes() == m_entries[i].tensor.sizes(), "the checkpoint belongs to another network");
        m_entries[i].tensor.copy_(values[i]);
    }
}

TorchOps::Value TorchOps::conv(const std::string& layer, const Value& x, const ConvSpec& spec) {
    const std::string prefix = tensorPrefix(layer);
    // He et al. 2015, "Delving Deep into Rectifiers": variance 2 / fan-out keeps gradients' scale through ReLU.
    const auto initial = [&spec] {
        const double fanOut = double(spec.out / spec.groups * spec.kernel * spec.kernel);
        return torch::randn({spec.out, spec.in / spec.groups, spec.kernel, spec.kernel}) * std::sqrt(2.0 / fanOut);
    };
    const torch::Tensor weight = m_store.at(prefix + ".weight", Kind::Weight, initial);
    torch::Tensor bias;
    if (spec.bias) {
        bias = m_store.at(prefix + ".bias", Kind::Offset, [&spec] { return torch::zeros({spec.out}); });
    }
    const torch::Tensor y = torch::conv2d(x, weight, bias, spec.stride, spec.padding(), 1, spec.groups);
    // With one input channel the two layouts cannot be told apart, so the stem decides: channels last, which spares
    // oneDNN most of its reordering and trains 1.5 times as fast.
    return spec.in == 1 ? y.contiguous(at::MemoryFormat::ChannelsLast) : y;
}

TorchOps::Value TorchOps::batchNorm(const std::string& layer, const Value& x, int64_t channels) {
    const std::string prefix = tensorPrefix(layer);
    const auto ones = [channels] { return torch::ones({channels}); };
    const auto zeros = [channels] { return torch::zeros({channels}); };
    const torch::Tensor scale = m_store.at(prefix + ".weight", Kind::Offset, ones);
    const torch::Tensor shift = m_store.at(prefix + ".bias", Kind::Offset, zeros);
    const torch::Tensor mean = m_store.at(prefix + ".running_mean", Kind::Statistic, zeros);
    const torch::Tensor variance = m_store.at(prefix + ".running_var", Kind::Statistic, ones);
    return torch::batch_norm(x, scale, shift, mean, variance, m_training, kBatchNormMomentum, kBatchNormEpsilon, false);
}

TorchOps::Value TorchOps::linear(const std::string& layer, const Value& x, int64_t in, int64_t out) {
    const std::string prefix = tensorPrefix(layer);
    const auto initial = [in, out] { return torch::randn({out, in}) * std::sqrt(1.0 / double(in)); };
    const torch::Tensor weight = m_store.at(prefix + ".weight", Kind::Weight, initial);
    const torch::Tensor bias = m_store.at(prefix + ".bias", Kind::Offset, [out] { return torch::zeros({out}); });
    return torch::linear(x, weight, bias);
}

torch::Tensor runNetwork(ParameterStore& store, const torch::Tensor& images, bool training) {
    TorchOps ops(store, training);
    return SampleNetwork<TorchOps>(ops)(images);
}

} // namespace lapidary::sample
