// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sidebyside.h"

#include "eval/inputadapter.h"
#include "eval/metrics.h"
#include "eval/streamer.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

/// Adds what two tensors of the same value hold; where both are not finite and alike, or both no number, they agree.
class ErrorSum {
public:
    Status add(const Tensor& here, const Tensor& there) {
        const auto a = toFloats(here);
        if (!a)
            return a.status();
        const auto b = toFloats(there);
        if (!b)
            return b.status();
        if (a->size() != b->size()) {
            m_broken = true;
            return {};
        }
        std::vector<float> kept, other;
        kept.reserve(a->size());
        other.reserve(a->size());
        for (std::size_t i = 0; i < a->size(); ++i) {
            const float x = (*a)[i], y = (*b)[i];
            const bool bothFinite = std::isfinite(x) && std::isfinite(y);
            if (!bothFinite && !(x == y || (std::isnan(x) && std::isnan(y))))
                m_broken = true;
            if (bothFinite) {
                kept.push_back(x);
                other.push_back(y);
            }
        }
        m_sum.add(kept, other);
        return {};
    }
    ValueError error() const {
        return m_broken ? ValueError{-std::numeric_limits<double>::infinity(), 0}
                        : ValueError{m_sum.db(), m_sum.cosine()};
    }

private:
    SqnrAccumulator m_sum;
    bool m_broken = false;
};

} // namespace

Result<SideBySide> SideBySide::make(const Model& model, const Dataset& data, Device& there, Device& here,
                                    const Options& options, const Work& work) {
    if (model.graph->requiredInputs().size() != 1)
        return errorDiagnostic("departure.input",
                               "The model has " + std::to_string(model.graph->requiredInputs().size()) +
                                   " inputs, and a dataset feeds one",
                               "Layers can be compared on models with one input so far.");
    SideBySide runs(model, data, there, here, options.threads);
    // Unreadable samples are left out, so look further until there are enough.
    for (std::size_t first = 0; first < data.size() && !runs.m_input; first += options.samples) {
        auto batch = data.batch(first, std::max<std::size_t>(options.samples, 1), work);
        if (!batch)
            return batch.status();
        if (batch->size() > 0) {
            runs.m_input = batch->input;
            runs.m_samples = batch->size();
        }
    }
    if (!runs.m_input)
        return errorDiagnostic("departure.input", "The dataset \"" + data.name() + "\" gave no samples");
    return runs;
}

Result<std::vector<ValueError>> SideBySide::compare(const std::vector<std::string>& values, const Work& work) {
    const auto cut = cutModelBetween(m_model, nullptr, values);
    if (!cut)
        return cut.status();
    auto here = m_here.openModel(*cut->model, 0, work);
    if (!here)
        return here.status();
    auto there = m_there.openModel(*cut->model, m_threads, work);
    if (!there)
        return there.status();
    const auto adapter = InputAdapter::make((*here)->inputs(), m_data);
    if (!adapter)
        return adapter.status();
    std::vector<ErrorSum> sums(values.size());
    const auto total = std::size_t(m_input->shape[0]);
    const std::size_t step = adapter->fixedRows() > 0 ? adapter->fixedRows() : total;
    for (std::size_t first = 0; first < total; first += step) {
        const auto feed = adapter->rows(*m_input, first, std::min(step, total - first));
        if (!feed)
            return feed.status();
        const auto expected = (*here)->run({*feed}, work);
        if (!expected)
            return expected.status();
        const auto given = (*there)->run({*feed}, work);
        if (!given)
            return given.status();
        if (given->size() != values.size() || expected->size() != values.size())
            return errorDiagnostic("departure.output", "The device gave another number of outputs than were asked for");
        for (std::size_t i = 0; i < values.size(); ++i)
            if (auto status = sums[i].add(*(*expected)[i], *(*given)[i]); !status)
                return status;
    }
    std::vector<ValueError> errors;
    for (const auto& sum : sums)
        errors.push_back(sum.error());
    return errors;
}

} // namespace lapidary
