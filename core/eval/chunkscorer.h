// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/classscores.h"
#include "eval/evaluationchunk.h"
#include "graph/model.h"

#include <functional>

namespace lapidary {

/// Answers with the scores of a model for the chunks of an evaluation. One thread.
class ChunkScorer {
public:
    virtual ~ChunkScorer() = default;
    /// Whether a chunk can be scored without its input.
    virtual bool holds(std::size_t first, std::size_t count) const = 0;
    virtual Result<ScoreRows> score(EvaluationChunk& chunk, const Work& work) = 0;
    virtual bool classifies() const = 0;            ///< known after the first score()
    virtual std::string outputText() const = 0;     ///< "'logits' 16x10", for messages
    virtual double runtimeSeconds() const = 0;      ///< inside the runtime
    std::size_t spared() const { return m_spared; } ///< samples for which something was found in a cache

protected:
    std::size_t m_spared = 0;
};

/// Where scores or values of one model on one dataset are kept; no cache: nowhere.
struct CachedSet {
    std::shared_ptr<ActivationCache> cache;
    std::string name;
    bool holds(std::size_t first, std::size_t count) const { return cache && cache->holds(name, first, count); }
};

/// Runs the whole model, opened when the first chunk needs it, unless its scores are known.
class FullScorer final : public ChunkScorer {
public:
    using Open = std::function<Result<Scorer>()>;
    FullScorer(Open open, CachedSet scores) : m_open(std::move(open)), m_scores(std::move(scores)) {}

    bool holds(std::size_t first, std::size_t count) const override { return m_scores.holds(first, count); }
    Result<ScoreRows> score(EvaluationChunk& chunk, const Work& work) override;
    bool classifies() const override { return m_scorer ? m_scorer->classifies() : m_classifies; }
    std::string outputText() const override { return m_scorer ? m_scorer->outputText() : m_text; }
    double runtimeSeconds() const override { return m_scorer ? m_scorer->runtimeSeconds() : 0; }

private:
    std::optional<ScoreRows> known(EvaluationChunk& chunk);
    void keep(const EvaluationChunk& chunk, const ScoreRows& scores);

    Open m_open;
    CachedSet m_scores;
    std::optional<Scorer> m_scorer;
    bool m_classifies = false; ///< as a cache knows it
    std::string m_text;
};

/// Runs the rest of a model on values inside it that are known, and finds those out with its beginning where they are
/// not. Both parts are opened when needed.
class CutScorer final : public ChunkScorer {
public:
    struct Settings {
        int threads = 2;
        std::string classifierOutput;
    };
    /// `values`: names inside `model`, which must outlive the scorer. `data` is what chunks come from.
    CutScorer(const Model& model, std::vector<std::string> values, const Dataset& data, Settings settings,
              CachedSet kept)
        : m_model(model), m_values(std::move(values)), m_data(data), m_settings(std::move(settings)),
          m_kept(std::move(kept)) {}

    bool holds(std::size_t first, std::size_t count) const override { return m_kept.holds(first, count); }
    /// Fails as opening and running a model does, and with "eval.cut" when the values do not cut the input off.
    Result<ScoreRows> score(EvaluationChunk& chunk, const Work& work) override;
    bool classifies() const override { return m_output && m_output->classifies(); }
    std::string outputText() const override { return m_output ? m_output->text() : std::string(); }
    double runtimeSeconds() const override { return m_seconds; }

private:
    Result<std::unique_ptr<InferenceSession>> openPart(const std::vector<struct GivenValue>& given,
                                                       const std::vector<std::string>& wanted,
                                                       std::vector<std::string>& takes, bool mayReadData) const;
    Status openPrefix();
    Status openSuffix(const CachedValues& values);
    Result<CachedValuesPtr> findOut(EvaluationChunk& chunk, const Work& work);
    Result<std::vector<TensorPtr>> run(InferenceSession& session, const std::vector<TensorPtr>& inputs,
                                       const Work& work);

    const Model& m_model;
    std::vector<std::string> m_values;
    const Dataset& m_data;
    Settings m_settings;
    CachedSet m_kept;
    std::unique_ptr<InferenceSession> m_prefix, m_suffix;
    std::optional<InputAdapter> m_adapter; ///< of the prefix
    std::vector<std::size_t> m_feeds;      ///< which value each input of the suffix takes
    std::optional<OutputScores> m_output;
    double m_seconds = 0;
};

} // namespace lapidary
