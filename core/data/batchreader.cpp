// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/batchreader.h"

#include <algorithm>
#include <functional>

namespace lapidary {

namespace {

/// From this size on Dataset::batch() keeps several threads busy by itself.
constexpr std::size_t parallelBatch = 4;

} // namespace

BatchReader::BatchReader(const Dataset& data, std::size_t batch, int threads, const Work& work, std::size_t depth)
    : m_data(data), m_batch(std::max<std::size_t>(batch, 1)), m_count((data.size() + m_batch - 1) / m_batch),
      m_depth(std::max<std::size_t>(depth, 1)), m_work(work) {
    m_forward.emplace(work.stop, [this] { m_stop.request_stop(); });
    const std::size_t readers = m_batch >= parallelBatch ? 1 : std::size_t(std::max(threads, 1));
    for (std::size_t i = 0; i < std::min(readers, m_count); ++i)
        m_threads.emplace_back([this] { read(m_stop.get_token()); });
}

BatchReader::~BatchReader() {
    m_forward.reset();
    m_stop.request_stop();
    { std::lock_guard lock(m_mutex); }
    m_changed.notify_all();
    m_threads.clear();
}

void BatchReader::read(std::stop_token stop) {
    std::stop_callback wake(stop, [this] {
        std::lock_guard lock(m_mutex);
        m_changed.notify_all();
    });
    while (!stop.stop_requested()) {
        std::size_t index = 0;
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [&] { return stop.stop_requested() || m_claimed < m_given + m_depth; });
            if (stop.stop_requested() || m_claimed >= m_count)
                return;
            index = m_claimed++;
        }
        auto batch = m_data.batch(index * m_batch, m_batch, Work{stop, {}});
        std::lock_guard lock(m_mutex);
        m_ready.emplace(index, std::move(batch));
        m_changed.notify_all();
    }
}

Result<Batch> BatchReader::next() {
    while (m_given < m_count) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_stop.stop_requested() || m_ready.count(m_given) > 0; });
        if (m_stop.stop_requested())
            return cancelledDiagnostic();
        auto batch = std::move(m_ready.extract(m_given).mapped());
        ++m_given;
        m_changed.notify_all();
        if (!batch || batch->size() > 0)
            return batch;
    }
    return Batch();
}

} // namespace lapidary
