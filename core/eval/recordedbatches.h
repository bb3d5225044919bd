// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/calibration.h"

#include <atomic>
#include <memory>

namespace lapidary {

/// Bytes in use of a number of bytes allowed; shared by what counts against one cap.
struct MemoryBudget {
    std::uint64_t cap = 0;
    std::atomic<std::uint64_t> used = 0;
};

/// A file without a name in the system's temporary folder: memory that the kernel may write out. One thread writes;
/// then any may read.
class SpillFile {
public:
    SpillFile() = default;
    ~SpillFile();
    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;

    /// Appends the bytes; returns where they begin. Fails with "file.write".
    Result<std::uint64_t> append(std::span<const std::byte> bytes);
    Result<std::vector<std::byte>> read(std::uint64_t offset, std::uint64_t size) const; ///< fails with "file.read"

private:
    int m_file = -1;
    std::uint64_t m_size = 0;
};

/// Named values batch by batch. Tensors stay in memory while the budget lasts; what exceeds it goes to a file.
class RecordedBatches : public RecordedValues {
public:
    struct Span {
        std::size_t first = 0;
        std::size_t samples = 0;
    };

    RecordedBatches(std::vector<std::string> names, std::shared_ptr<MemoryBudget> budget);
    ~RecordedBatches() override;

    const std::vector<std::string>& names() const { return m_names; }
    const std::vector<Span>& batches() const { return m_spans; }
    /// Adds a batch; one tensor per name.
    Status add(Span span, const std::vector<TensorPtr>& tensors);
    Result<TensorPtr> tensor(std::size_t batch, std::size_t name) const;
    /// Type and shape of the value; -1: extents that differ between batches. Precondition: there is a batch.
    std::pair<DataType, Shape> form(std::size_t name) const;
    std::uint64_t bytes() const override { return m_bytes; }

private:
    struct Item {
        TensorPtr held; ///< null: in the file
        DataType type;
        Shape shape;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    std::vector<std::string> m_names;
    std::shared_ptr<MemoryBudget> m_budget;
    std::vector<Span> m_spans;
    std::vector<std::vector<Item>> m_items; // by batch, name
    SpillFile m_file;
    std::uint64_t m_bytes = 0, m_held = 0;
};

} // namespace lapidary
