// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace lapidary {

/// Reads a dataset's batches ahead of use on threads of its own, at most `depth` batches beyond the one in use, and
/// hands them out in order. One consumer. The dataset must outlive the reader; destroying the reader stops it at once.
class BatchReader {
public:
    BatchReader(const Dataset& data, std::size_t batch, int threads, const Work& work = {}, std::size_t depth = 3);
    ~BatchReader();
    BatchReader(const BatchReader&) = delete;
    BatchReader& operator=(const BatchReader&) = delete;

    /// The next batch; one of size 0 after the last. Batches in which no sample could be read are left out.
    Result<Batch> next();

private:
    void read(std::stop_token stop);

    const Dataset& m_data;
    const std::size_t m_batch;
    const std::size_t m_count; ///< batches in all
    const std::size_t m_depth;
    Work m_work;
    std::stop_source m_stop;
    std::optional<std::stop_callback<std::function<void()>>> m_forward;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::map<std::size_t, Result<Batch>> m_ready;
    std::size_t m_claimed = 0;
    std::size_t m_given = 0;
    std::vector<std::jthread> m_threads;
};

} // namespace lapidary
