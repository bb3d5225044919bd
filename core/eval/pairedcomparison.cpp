// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/pairedcomparison.h"

#include "data/batchreader.h"
#include "eval/classscores.h"
#include "eval/evaluator.h"
#include "eval/labelcheck.h"
#include "eval/pairedtally.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

namespace {

struct Side {
    Scorer scorer;
    AnswerReader reader;
    ScoreRows scores; ///< of the present batch
    std::vector<PairedAnswer> answers;
};

Result<Side> openSide(const Model& model, const Dataset& data, const PairedOptions& options) {
    SessionOptions session;
    session.threads = std::max(options.threads, 1);
    auto opened = openSession(model, session);
    if (!opened)
        return opened.error();
    auto scorer = Scorer::open(std::move(*opened), data, options.classifierOutput);
    if (!scorer)
        return scorer.error();
    return Side{std::move(*scorer), {}, {}, {}};
}

/// All models at one batch after the other.
class PairedRun {
public:
    PairedRun(const Dataset& data, const PairedOptions& options) : m_data(data), m_options(options) {}

    Status open(const Model& reference, const std::vector<const Model*>& others) {
        if (auto status = add(reference, "A"); !status)
            return status;
        for (const auto* other : others)
            if (auto status = add(*other, "B"); !status)
                return status;
        return {};
    }

    Status run(const Work& work) {
        BatchReader reader(m_data, std::max<std::size_t>(m_options.batch, 1), m_options.threads, work);
        for (;;) {
            const auto batch = reader.next();
            if (!batch)
                return batch.status();
            if (batch->size() == 0)
                return {};
            for (auto& side : m_sides)
                if (auto status = score(side, *batch->input, work); !status)
                    return status;
            if (m_tallies.empty())
                if (auto status = begin(); !status)
                    return status;
            count(*batch);
            work.progress.set(double(batch->indices.back() + 1) / double(std::max<std::size_t>(m_data.size(), 1)));
        }
    }

    std::vector<PairedComparison> results(double seconds) const {
        std::vector<PairedComparison> list;
        for (const auto& tally : m_tallies) {
            list.push_back(tally.result());
            list.back().skipped = m_data.size() - list.back().samples;
            list.back().seconds = seconds;
        }
        return list;
    }

private:
    Status add(const Model& model, const char* name) {
        auto side = openSide(model, m_data, m_options);
        if (!side)
            return isCancelled(side.error()) || !side.error().hint.empty()
                       ? side.status()
                       : Status(Diagnostic(side.error()).withHint(std::string("This happened in model ") + name + "."));
        m_sides.push_back(std::move(*side));
        return {};
    }

    static Status score(Side& side, const Tensor& input, const Work& work) {
        auto scores = side.scorer.score(input, work);
        if (!scores)
            return scores.status();
        side.scores = std::move(*scores);
        return {};
    }

    /// What only the first batch can tell.
    Status begin() {
        const auto& reference = m_sides.front();
        for (std::size_t i = 1; i < m_sides.size(); ++i) {
            const auto& side = m_sides[i];
            if (side.scores.columns != reference.scores.columns)
                return errorDiagnostic("compare.outputs",
                                       "A's output " + reference.scorer.outputText() + " and B's output " +
                                           side.scorer.outputText() + " have different sizes.",
                                       "Only models that answer the same question can be compared sample by sample.");
        }
        for (auto& side : m_sides) {
            if (m_data.labelled() && side.scorer.classifies())
                if (auto status = checkLabels(m_data, true, side.scorer.outputText(), side.scores.columns); !status)
                    return status;
            side.reader.decide(side.scores.values);
        }
        for (std::size_t i = 1; i < m_sides.size(); ++i)
            m_tallies.emplace_back(m_data, reference.scorer.classifies() && m_sides[i].scorer.classifies(),
                                   reference.scores.columns, m_options.keptDisagreements);
        return {};
    }

    void count(const Batch& batch) {
        for (auto& side : m_sides) {
            side.answers.assign(batch.size(), {});
            for (std::size_t row = 0; side.scorer.classifies() && row < batch.size(); ++row)
                side.answers[row] = side.reader.read(side.scores.row(row));
        }
        const auto& reference = m_sides.front();
        for (std::size_t i = 1; i < m_sides.size(); ++i)
            for (std::size_t row = 0; row < batch.size(); ++row)
                m_tallies[i - 1].add({batch.indices[row], batch.labels.empty() ? -1 : batch.labels[row],
                                      reference.scores.row(row), m_sides[i].scores.row(row), reference.answers[row],
                                      m_sides[i].answers[row]});
    }

    const Dataset& m_data;
    const PairedOptions& m_options;
    std::vector<Side> m_sides; ///< the reference first
    std::vector<PairedTally> m_tallies;
};

} // namespace

Result<std::vector<PairedComparison>> comparePaired(const Model& reference, const std::vector<const Model*>& others,
                                                    const Dataset& data, const PairedOptions& options,
                                                    const Work& work) {
    try {
        const auto start = std::chrono::steady_clock::now();
        PairedRun run(data, options);
        if (auto status = run.open(reference, others); !status)
            return status;
        if (auto status = run.run(work); !status)
            return status;
        auto results = run.results(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        if (results.size() != others.size())
            return errorDiagnostic("eval.input", "The dataset \"" + data.name() + "\" gave no samples.");
        return results;
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("eval.memory", "There is not enough memory for the comparison.", "Use a smaller batch.");
    } catch (const std::exception& problem) {
        return errorDiagnostic("eval.failed", problem.what());
    }
}

} // namespace lapidary
