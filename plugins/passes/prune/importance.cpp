// SPDX-License-Identifier: GPL-3.0-or-later
#include "importance.h"

#include "graph/operatortraits.h"

#include <cmath>
#include <map>
#include <random>
#include <set>

namespace lapidary {
namespace {

/// One number per position of the weight's axis.
using AxisNorms = std::vector<double>;

template <typename Term>
AxisNorms sumOver(const float* data, const Shape& shape, int axis, Term term) {
    std::size_t outer = 1, inner = 1;
    for (int i = 0; i < axis; ++i)
        outer *= std::size_t(shape[std::size_t(i)]);
    for (std::size_t i = std::size_t(axis) + 1; i < shape.size(); ++i)
        inner *= std::size_t(shape[i]);
    const auto extent = std::size_t(shape[std::size_t(axis)]);
    AxisNorms sums(extent, 0);
    for (std::size_t o = 0; o < outer; ++o)
        for (std::size_t p = 0; p < extent; ++p) {
            const float* row = data + (o * extent + p) * inner;
            double sum = 0;
            for (std::size_t i = 0; i < inner; ++i)
                sum += term(row[i]);
            sums[p] += sum;
        }
    return sums;
}

/// products (count x count) += rows rowsᵀ.
void addGramOfRows(const float* rows, std::size_t count, std::size_t width, std::vector<double>& products) {
    for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = a; b < count; ++b) {
            float sum = 0; // vectorizes; distances need no more
            for (std::size_t i = 0; i < width; ++i)
                sum += rows[a * width + i] * rows[b * width + i];
            products[a * count + b] += double(sum);
            if (a != b)
                products[b * count + a] += double(sum);
        }
}

/// Sum of the distances of every slice along the axis to all others.
AxisNorms distances(const float* data, const Shape& shape, int axis) {
    std::size_t outer = 1, inner = 1;
    for (std::size_t i = 0; i < shape.size(); ++i)
        (int(i) < axis ? outer : inner) *= int(i) == axis ? 1 : std::size_t(shape[i]);
    const auto extent = std::size_t(shape[std::size_t(axis)]);
    std::vector<double> products(extent * extent, 0);
    for (std::size_t o = 0; o < outer; ++o)
        addGramOfRows(data + o * extent * inner, extent, inner, products);
    AxisNorms sums(extent, 0);
    for (std::size_t a = 0; a < extent; ++a)
        for (std::size_t b = 0; b < extent; ++b)
            sums[a] += std::sqrt(
                std::max(0.0, products[a * extent + a] + products[b * extent + b] - 2 * products[a * extent + b]));
    return sums;
}

Result<AxisNorms> normsOf(const Model& model, ValueId weight, int axis, Importance importance) {
    const TensorPtr tensor = model.graph->constant(weight);
    if (!tensor) {
        // A weight that is one number everywhere: all channels matter the same.
        return AxisNorms();
    }
    std::vector<float> copy;
    const float* data = nullptr;
    if (tensor->type == DataType::Float && !tensor->missing() && tensor->aligned<float>() &&
        tensor->data.size() == std::size_t(tensor->count()) * sizeof(float)) {
        data = tensor->view<float>().data();
    } else {
        auto floats = toFloats(*tensor);
        if (!floats) {
            Diagnostic error = floats.error();
            error.place.tensor = model.graph->value(weight)->name;
            return error;
        }
        copy = std::move(*floats);
        data = copy.data();
    }
    if (importance == Importance::GeometricMedian)
        return distances(data, tensor->shape, axis);
    if (importance != Importance::L2)
        return sumOver(data, tensor->shape, axis,
                       [](float w) { return std::isfinite(w) ? std::fabs(double(w)) : 0.0; });
    AxisNorms norms =
        sumOver(data, tensor->shape, axis, [](float w) { return std::isfinite(w) ? double(w) * double(w) : 0.0; });
    for (double& norm : norms)
        norm = std::sqrt(norm);
    return norms;
}

bool isNormalizationScale(const Model& model, const WeightSlice& slice) {
    const Node* node = model.graph->node(slice.node);
    const OperatorTraits* traits = node ? traitsOf(*node) : nullptr;
    return traits && traits->category == OperatorCategory::Normalization && traits->weightInput >= 0 &&
           node->input(std::size_t(traits->weightInput)) == slice.weight;
}

class Scorer {
public:
    Scorer(const Model& model, const ChannelGroups& groups, Importance importance)
        : m_model(model), m_groups(groups), m_importance(importance) {}

    Result<GroupScores> score(GroupIndex group) {
        std::vector<WeightSlice> slices;
        if (m_importance == Importance::BnScale)
            for (const WeightSlice& slice : m_groups.groups[group].consumers)
                if (isNormalizationScale(m_model, slice))
                    slices.push_back(slice);
        GroupScores result;
        result.fellBack = m_importance == Importance::BnScale && slices.empty();
        if (slices.empty())
            slices = m_groups.groups[group].producers;
        const std::size_t channels = m_groups.groups[group].channels;
        std::vector<double> sums(channels, 0), counts(channels, 0);
        std::set<std::pair<ValueId, int>> seen; // a shared weight counts once
        for (const WeightSlice& slice : slices) {
            if (!seen.emplace(slice.weight, slice.axis).second)
                continue;
            if (auto status = add(group, slice, sums, counts); !status)
                return status;
        }
        double mean = 0;
        for (std::size_t c = 0; c < channels; ++c) {
            sums[c] = counts[c] > 0 ? sums[c] / counts[c] : 1;
            mean += sums[c] / double(channels);
        }
        for (double& sum : sums)
            sum = mean > 0 ? sum / mean : 1;
        result.scores = std::move(sums);
        return result;
    }

private:
    Status add(GroupIndex group, const WeightSlice& slice, std::vector<double>& sums, std::vector<double>& counts) {
        const auto key = std::make_pair(slice.weight, slice.axis);
        auto known = m_norms.find(key);
        if (known == m_norms.end()) {
            auto norms = normsOf(m_model, slice.weight, slice.axis, m_importance);
            if (!norms)
                return norms.status();
            known = m_norms.emplace(key, std::move(*norms)).first;
        }
        const AxisNorms& norms = known->second;
        double mean = 0;
        for (const double norm : norms)
            mean += norm / double(norms.size());
        for (std::size_t p = 0; p < slice.channels->size(); ++p) {
            const ChannelRef ref = (*slice.channels)[p];
            if (ref.group != group)
                continue;
            sums[ref.channel] += mean > 0 && p < norms.size() ? norms[p] / mean : 1;
            counts[ref.channel] += 1;
        }
        return {};
    }

    const Model& m_model;
    const ChannelGroups& m_groups;
    Importance m_importance;
    std::map<std::pair<ValueId, int>, AxisNorms> m_norms;
};

std::vector<GroupScores> randomScores(const ChannelGroups& groups, std::uint64_t seed) {
    std::vector<GroupScores> all(groups.groups.size());
    std::mt19937_64 random(seed);
    for (std::size_t g = 0; g < all.size(); ++g)
        for (std::uint32_t c = 0; c < groups.groups[g].channels && groups.groups[g].prunable; ++c)
            all[g].scores.push_back(double(random() >> 11) * 0x1p-52); // mean 1
    return all;
}

} // namespace

Result<std::vector<GroupScores>> groupScores(const Model& model, const ChannelGroups& groups, Importance importance,
                                             std::uint64_t seed, const Work& work) {
    if (importance == Importance::Random)
        return randomScores(groups, seed);
    std::vector<GroupScores> all(groups.groups.size());
    Scorer scorer(model, groups, importance);
    for (std::size_t g = 0; g < all.size(); ++g) {
        if (!groups.groups[g].prunable)
            continue;
        if (auto status = work.check(); !status)
            return status;
        auto scores = scorer.score(GroupIndex(g));
        if (!scores)
            return scores.status();
        all[g] = std::move(*scores);
    }
    return all;
}

} // namespace lapidary
