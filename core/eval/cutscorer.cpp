// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/chunkscorer.h"
#include "eval/evaluator.h"
#include "eval/streamer.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

namespace {

/// All given values share the number of samples, so that the runtime sees that their shapes agree.
TypeInfo typeOf(DataType type, const Shape& shape) {
    TypeInfo info = TypeInfo::tensor(type, shape);
    for (Dimension& dimension : *info.dimensions)
        if (dimension.extent < 0)
            dimension.symbol = "lapidary_samples";
    return info;
}

/// The shape of a value for any number of samples: what the runtime knows of it, and what it was in one run.
Shape formOf(const PortInfo& port, const Shape& actual, std::size_t given) {
    Shape shape = actual;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        const bool known = port.ranked && axis < port.shape.size() && port.shape[axis] >= 0;
        if (!known && shape[axis] == std::int64_t(given))
            shape[axis] = -1;
    }
    return shape;
}

} // namespace

Result<std::vector<TensorPtr>> CutScorer::run(InferenceSession& session, const std::vector<TensorPtr>& inputs,
                                              const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    auto outputs = session.run(inputs, work);
    m_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return outputs;
}

Result<std::unique_ptr<InferenceSession>> CutScorer::openPart(const std::vector<GivenValue>& given,
                                                              const std::vector<std::string>& wanted,
                                                              std::vector<std::string>& takes, bool mayReadData) const {
    auto cut = cutModelBetween(m_model, given, wanted);
    if (!cut)
        return cut.status();
    if (cut->readsData && !mayReadData)
        return errorDiagnostic("eval.cut", "The rest of the model still reads the data.");
    takes = std::move(cut->given);
    SessionOptions options;
    options.threads = std::max(m_settings.threads, 1);
    return openSession(*cut->model, options);
}

Status CutScorer::openPrefix() {
    std::vector<std::string> takes;
    auto session = openPart({}, m_values, takes, true);
    if (!session)
        return session.status();
    auto adapter = InputAdapter::make(**session, m_data);
    if (!adapter)
        return adapter.status();
    m_prefix = std::move(*session);
    m_adapter = std::move(*adapter);
    return {};
}

Status CutScorer::openSuffix(const CachedValues& values) {
    std::vector<GivenValue> given;
    for (std::size_t i = 0; i < m_values.size(); ++i)
        given.push_back({m_values[i], typeOf(values.runs.front().values[i]->type, values.shapes[i])});
    std::vector<std::string> wanted, takes;
    for (const ValueId id : m_model.graph->outputs())
        wanted.push_back(m_model.graph->value(id)->name);
    auto session = openPart(given, wanted, takes, false);
    if (!session)
        return session.status();
    for (const PortInfo& port : (*session)->inputs()) {
        const auto at = std::find(m_values.begin(), m_values.end(), port.name);
        if (at == m_values.end())
            return errorDiagnostic("eval.cut", "The rest of the model also needs \"" + port.name + "\".");
        m_feeds.push_back(std::size_t(at - m_values.begin()));
    }
    m_suffix = std::move(*session);
    m_output.emplace(m_suffix->outputs(), m_settings.classifierOutput);
    return {};
}

Result<CachedValuesPtr> CutScorer::findOut(EvaluationChunk& chunk, const Work& work) {
    if (!m_prefix)
        if (auto status = openPrefix(); !status)
            return status;
    const auto batch = chunk.batch(work);
    if (!batch)
        return batch.status();
    auto values = std::make_shared<CachedValues>();
    values->indices = chunk.indices();
    values->labels = chunk.labels();
    const std::size_t total = (*batch)->size();
    const std::size_t step = m_adapter->fixedRows() ? m_adapter->fixedRows() : total;
    for (std::size_t first = 0; first < total; first += step) {
        const std::size_t rows = std::min(step, total - first);
        auto feed = m_adapter->rows(*(*batch)->input, first, rows);
        if (!feed)
            return feed.status();
        auto outputs = run(*m_prefix, {*feed}, work);
        if (!outputs)
            return outputs.status();
        values->runs.push_back({m_adapter->fixedRows() ? step : rows, rows, std::move(*outputs)});
    }
    if (!values->runs.empty()) {
        const auto& front = values->runs.front();
        const auto& ports = m_prefix->outputs();
        // The number of samples is part of a fixed shape.
        for (std::size_t i = 0; i < ports.size(); ++i)
            values->shapes.push_back(m_adapter->fixedRows()
                                         ? front.values[i]->shape
                                         : formOf(ports[i], front.values[i]->shape, std::size_t(front.given)));
        m_kept.cache->store(m_kept.name, chunk.first(), chunk.count(), values);
    }
    return CachedValuesPtr(std::move(values));
}

Result<ScoreRows> CutScorer::score(EvaluationChunk& chunk, const Work& work) {
    auto values = m_kept.cache->find(m_kept.name, chunk.first(), chunk.count());
    const bool found = values && !values->runs.empty() && values->shapes.size() == m_values.size();
    if (found) {
        chunk.know(*values);
    } else {
        auto made = findOut(chunk, work);
        if (!made)
            return made.status();
        values = std::move(*made);
    }
    ScoreRows scores;
    for (const auto& part : values->runs) {
        if (!m_suffix)
            if (auto status = openSuffix(*values); !status)
                return status;
        std::vector<TensorPtr> inputs;
        for (const std::size_t value : m_feeds)
            inputs.push_back(part.values[value]);
        auto outputs = run(*m_suffix, inputs, work);
        if (!outputs)
            return outputs.status();
        if (auto status = m_output->append(*outputs, std::size_t(part.given), std::size_t(part.rows), scores); !status)
            return status;
    }
    if (found)
        m_spared += scores.rows;
    return scores;
}

} // namespace lapidary
