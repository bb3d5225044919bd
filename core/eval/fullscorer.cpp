// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/chunkscorer.h"

namespace lapidary {

namespace {

constexpr char classifiesMark = 'c', plainMark = '-'; // in front of the cached text

}

Result<ScoreRows> FullScorer::score(EvaluationChunk& chunk, const Work& work) {
    if (auto scores = known(chunk)) {
        m_spared += scores->rows;
        return std::move(*scores);
    }
    if (!m_scorer) {
        auto opened = m_open();
        if (!opened)
            return opened.status();
        m_scorer.emplace(std::move(*opened));
    }
    const auto batch = chunk.batch(work);
    if (!batch)
        return batch.status();
    if ((*batch)->size() == 0)
        return ScoreRows();
    auto scores = m_scorer->score(*(*batch)->input, work);
    if (scores)
        keep(chunk, *scores);
    return scores;
}

std::optional<ScoreRows> FullScorer::known(EvaluationChunk& chunk) {
    const auto found = m_scores.cache ? m_scores.cache->find(m_scores.name, chunk.first(), chunk.count()) : nullptr;
    if (!found || found->runs.size() != 1 || found->text.empty())
        return std::nullopt;
    const TensorPtr& tensor = found->runs.front().values.front();
    const auto values = tensor->view<float>();
    m_classifies = found->text.front() == classifiesMark;
    m_text = found->text.substr(1);
    chunk.know(*found);
    return ScoreRows{std::size_t(tensor->shape[0]), std::size_t(tensor->shape[1]), {values.begin(), values.end()}};
}

void FullScorer::keep(const EvaluationChunk& chunk, const ScoreRows& scores) {
    if (!m_scores.cache)
        return;
    auto values = std::make_shared<CachedValues>();
    values->indices = chunk.indices();
    values->labels = chunk.labels();
    values->text = (m_scorer->classifies() ? classifiesMark : plainMark) + m_scorer->outputText();
    const Shape shape{std::int64_t(scores.rows), std::int64_t(scores.columns)};
    values->runs.push_back({scores.rows, scores.rows, {makeTensor(shape, scores.values)}});
    m_scores.cache->store(m_scores.name, chunk.first(), chunk.count(), std::move(values));
}

} // namespace lapidary
