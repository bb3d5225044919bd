// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/classscores.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

std::optional<std::size_t> classAxis(const Shape& shape, std::size_t rows) {
    const auto count = elementCount(shape);
    if (!count || rows == 0 || shape.empty() || *count % std::int64_t(rows) != 0)
        return std::nullopt;
    const bool batched = shape[0] == std::int64_t(rows) && shape.size() > 1;
    if (!batched && rows != 1)
        return std::nullopt;
    const auto wide =
        std::count_if(shape.begin() + (batched ? 1 : 0), shape.end(), [](auto extent) { return extent > 1; });
    const auto classes = *count / std::int64_t(rows);
    return wide == 1 && classes > 1 ? std::optional(std::size_t(classes)) : std::nullopt;
}

Result<Scorer> Scorer::open(std::unique_ptr<InferenceSession> session, const Dataset& data, std::string outputName) {
    auto adapter = InputAdapter::make(*session, data);
    if (!adapter)
        return adapter.error();
    return Scorer(std::move(session), std::move(*adapter), std::move(outputName));
}

Status OutputScores::chooseOutput(const std::vector<TensorPtr>& outputs, std::size_t rows) {
    std::string all;
    bool found = false;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const std::string text = "'" + m_ports[i].name + "' " + shapeText(outputs[i]->shape);
        all += (all.empty() ? "" : ", ") + text;
        const bool wanted = m_outputName.empty() || m_ports[i].name == m_outputName;
        if (!wanted || found || !isFloatingPoint(outputs[i]->type))
            continue;
        const bool classes = classAxis(outputs[i]->shape, rows).has_value();
        if (!classes && m_outputName.empty() && i > 0)
            continue;
        found = classes || !m_outputName.empty();
        m_output = i;
        m_classifies = classes;
        m_outputText = text;
    }
    if (m_outputText.empty())
        return errorDiagnostic("eval.output", m_outputName.empty()
                                                  ? "The model's outputs are not floating point numbers: " + all + "."
                                                  : "The model has no output '" + m_outputName + "', but " + all + ".");
    m_chosen = true;
    return {};
}

Status OutputScores::append(const std::vector<TensorPtr>& outputs, std::size_t given, std::size_t rows,
                            ScoreRows& scores) {
    if (!m_chosen)
        if (auto status = chooseOutput(outputs, given); !status)
            return status;
    const Tensor& output = *outputs[m_output];
    const auto count = std::size_t(output.count());
    const std::size_t columns = given ? count / given : 0;
    if (count != columns * given || (scores.rows > 0 && columns != scores.columns))
        return errorDiagnostic("eval.output", "The output " + m_outputText +
                                                  " does not hold the same number of elements "
                                                  "for every sample.");
    const std::size_t used = rows * columns;
    scores.columns = columns;
    scores.rows += rows;
    if (output.type == DataType::Float && output.aligned<float>()) {
        const auto view = output.view<float>();
        scores.values.insert(scores.values.end(), view.begin(), view.begin() + std::ptrdiff_t(used));
        return {};
    }
    auto floats = toFloats(output);
    if (!floats)
        return floats.status();
    scores.values.insert(scores.values.end(), floats->begin(), floats->begin() + std::ptrdiff_t(used));
    return {};
}

Result<ScoreRows> Scorer::score(const Tensor& input, const Work& work) {
    ScoreRows scores;
    const auto total = std::size_t(input.shape[0]);
    const std::size_t step = m_adapter.fixedRows() ? m_adapter.fixedRows() : total;
    for (std::size_t first = 0; first < total; first += step) {
        const std::size_t rows = std::min(step, total - first);
        auto feed = m_adapter.rows(input, first, rows);
        if (!feed)
            return feed.error();
        const auto start = std::chrono::steady_clock::now();
        auto outputs = m_session->run({*feed}, work);
        const double ownMs = m_session->lastRunMs();
        m_seconds +=
            ownMs >= 0 ? ownMs / 1000 : std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (!outputs)
            return outputs.error();
        if (auto status = m_output.append(*outputs, m_adapter.fixedRows() ? step : rows, rows, scores); !status)
            return status;
    }
    return scores;
}

} // namespace lapidary
