// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/evaluationchunk.h"

#include <algorithm>

namespace lapidary {

void EvaluationChunk::give(Batch batch) {
    m_indices = batch.indices;
    m_labels = batch.labels;
    m_batch = std::move(batch);
}

void EvaluationChunk::know(const CachedValues& values) {
    if (m_batch)
        return;
    m_indices = values.indices;
    m_labels = values.labels;
}

Result<const Batch*> EvaluationChunk::batch(const Work& work) {
    if (!m_batch) {
        auto read = m_data.batch(m_first, m_count, work);
        if (!read)
            return read.status();
        give(std::move(*read));
    }
    return &*m_batch;
}

ChunkStream::ChunkStream(const Dataset& data, std::size_t batch, int threads, bool reads, const Work& work)
    : m_data(data), m_batch(std::max<std::size_t>(batch, 1)) {
    if (reads)
        m_reader.emplace(data, m_batch, threads, work);
}

Result<std::optional<EvaluationChunk>> ChunkStream::next() {
    using Chunk = std::optional<EvaluationChunk>;
    const auto chunkAt = [&](std::size_t first) {
        return EvaluationChunk(m_data, first, std::min(m_batch, m_data.size() - first));
    };
    if (!m_reader) {
        if (m_next >= m_data.size())
            return Chunk();
        const std::size_t first = m_next;
        m_next += m_batch;
        return Chunk(chunkAt(first));
    }
    auto batch = m_reader->next();
    if (!batch)
        return batch.status();
    if (batch->size() == 0)
        return Chunk();
    auto chunk = chunkAt(batch->first);
    chunk.give(std::move(*batch));
    return Chunk(std::move(chunk));
}

} // namespace lapidary
