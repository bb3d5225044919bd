// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/batchreader.h"
#include "eval/activationcache.h"

namespace lapidary {

/// Some samples of an evaluation, in its order. Their inputs are read when someone asks for them: who finds in a cache
/// what a model made of them need not.
class EvaluationChunk {
public:
    EvaluationChunk(const Dataset& data, std::size_t first, std::size_t count)
        : m_data(data), m_first(first), m_count(count) {}

    std::size_t first() const { return m_first; } ///< in the order of evaluation
    std::size_t count() const { return m_count; } ///< asked for; unreadable ones are left out of the batch
    void give(Batch batch);
    void know(const CachedValues& values);
    Result<const Batch*> batch(const Work& work);

    // Known once the samples were read or found in a cache.
    const std::vector<std::size_t>& indices() const { return m_indices; }
    const std::vector<std::int64_t>& labels() const { return m_labels; }

private:
    const Dataset& m_data;
    std::size_t m_first, m_count;
    std::optional<Batch> m_batch;
    std::vector<std::size_t> m_indices;
    std::vector<std::int64_t> m_labels;
};

/// The chunks of a dataset one after another. With `reads`, inputs are read ahead on threads of their own, and chunks
/// in which nothing can be read are left out. The dataset must outlive it.
class ChunkStream {
public:
    ChunkStream(const Dataset& data, std::size_t batch, int threads, bool reads, const Work& work);
    /// Nothing after the last.
    Result<std::optional<EvaluationChunk>> next();

private:
    const Dataset& m_data;
    const std::size_t m_batch;
    std::size_t m_next = 0;
    std::optional<BatchReader> m_reader;
};

} // namespace lapidary
