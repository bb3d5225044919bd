// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/valuehashes.h"
#include "data/filecache.h"
#include "tensor/tensor.h"

#include <list>
#include <unordered_map>

namespace lapidary {

/// Values of one model for some samples of a dataset, exactly as the runtime gave them.
struct CachedValues {
    /// What one run of the model gave; a model with a fixed batch takes several for the samples.
    struct Run {
        std::uint64_t given = 0; ///< rows the model was fed
        std::uint64_t rows = 0;  ///< of these, samples; the rest is padding
        std::vector<TensorPtr> values;
    };
    std::vector<std::size_t> indices; ///< which samples of the dataset
    std::vector<std::int64_t> labels; ///< one per sample, or empty
    std::vector<Run> runs;
    std::vector<Shape> shapes; ///< per value, with -1 where the number of samples is the extent
    std::string text;          ///< what the one who stored them wants to know again

    std::uint64_t bytes() const;
};
using CachedValuesPtr = std::shared_ptr<const CachedValues>;

/// Values at places inside networks, found by what they are: the content of the prefix that makes them, the data, the
/// samples. Kept in memory up to a limit; beyond it the ones not used for longest go to the disk, if there is a folder,
/// and are forgotten there in the same order. What is read back is bit by bit what was stored; damaged files are found
/// by their checksum and count as absent. Any thread.
class ActivationCache {
public:
    struct Limits {
        std::uint64_t memoryBytes = std::uint64_t(512) << 20;
        std::filesystem::path folder; ///< empty: memory only
        std::uint64_t diskBytes = std::uint64_t(2) << 30;
    };
    explicit ActivationCache(Limits limits);

    /// A name for values: their content hashes, the dataset's, and whatever else decides about their bits.
    static std::string setName(const std::vector<std::string>& parts);

    /// Samples [first, first + count) of set `set`, in the order in which the data is gone through; null if absent.
    CachedValuesPtr find(const std::string& set, std::size_t first, std::size_t count);
    bool holds(const std::string& set, std::size_t first, std::size_t count) const;
    void store(const std::string& set, std::size_t first, std::size_t count, CachedValuesPtr values);
    /// Writes to the disk what is in memory only, for the next process.
    void keep();

    struct Usage {
        std::uint64_t memoryBytes = 0;
        std::uint64_t mostMemoryBytes = 0; ///< since it was made
        std::uint64_t writtenBytes = 0;    ///< to the disk
        std::uint64_t found = 0, missed = 0;
    };
    Usage usage() const;
    const Limits& limits() const { return m_limits; }
    /// Hashes of weights that were seen, for those who make names.
    TensorHashes& tensorHashes() { return m_tensors; }

private:
    struct Entry {
        std::string name;
        CachedValuesPtr values;
        std::uint64_t bytes = 0;
        bool onDisk = false;
    };
    static std::string nameOf(const std::string& set, std::size_t first, std::size_t count);
    void insert(Entry entry, std::vector<Entry>& evicted);
    void write(const Entry& entry);

    const Limits m_limits;
    std::unique_ptr<FileCache> m_files; ///< null: memory only
    TensorHashes m_tensors;
    mutable std::mutex m_mutex;
    std::list<Entry> m_entries; ///< last used first
    std::unordered_map<std::string, std::list<Entry>::iterator> m_byName;
    Usage m_usage;
};

} // namespace lapidary
