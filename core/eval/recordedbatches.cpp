// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/recordedbatches.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace lapidary {

SpillFile::~SpillFile() {
    if (m_file >= 0)
        ::close(m_file);
}

Result<std::uint64_t> SpillFile::append(std::span<const std::byte> bytes) {
    const auto failed = [] {
        return errorDiagnostic("file.write",
                               std::string("Intermediate values cannot be kept in a temporary file: ") +
                                   std::strerror(errno) + ".",
                               "Free space in the temporary folder, set TMPDIR, or use fewer calibration samples.");
    };
    if (m_file < 0) {
        std::error_code error;
        std::string name = (std::filesystem::temp_directory_path(error) / "lapidary-values-XXXXXX").string();
        m_file = error ? -1 : ::mkostemp(name.data(), O_CLOEXEC);
        if (m_file < 0)
            return failed();
        ::unlink(name.c_str());
    }
    const std::uint64_t begin = m_size;
    while (!bytes.empty()) {
        const auto written = ::pwrite(m_file, bytes.data(), bytes.size(), off_t(m_size));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failed();
        m_size += std::uint64_t(written);
        bytes = bytes.subspan(std::size_t(written));
    }
    return begin;
}

Result<std::vector<std::byte>> SpillFile::read(std::uint64_t offset, std::uint64_t size) const {
    std::vector<std::byte> bytes(size);
    for (std::uint64_t done = 0; done < size;) {
        const auto got = ::pread(m_file, bytes.data() + done, size - done, off_t(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return errorDiagnostic("file.read", "Intermediate values cannot be read back from their temporary file.");
        done += std::uint64_t(got);
    }
    return bytes;
}

RecordedBatches::RecordedBatches(std::vector<std::string> names, std::shared_ptr<MemoryBudget> budget)
    : m_names(std::move(names)), m_budget(std::move(budget)) {}

RecordedBatches::~RecordedBatches() {
    m_budget->used -= m_held;
}

Status RecordedBatches::add(Span span, const std::vector<TensorPtr>& tensors) {
    std::vector<Item> items;
    for (const TensorPtr& tensor : tensors) {
        Item item{nullptr, tensor->type, tensor->shape, 0, tensor->data.size()};
        if (m_budget->used + item.size <= m_budget->cap) {
            m_budget->used += item.size;
            m_held += item.size;
            item.held = tensor;
        } else {
            auto offset = m_file.append(tensor->data.bytes());
            if (!offset)
                return offset.status();
            item.offset = *offset;
        }
        m_bytes += item.size;
        items.push_back(std::move(item));
    }
    m_spans.push_back(span);
    m_items.push_back(std::move(items));
    return {};
}

Result<TensorPtr> RecordedBatches::tensor(std::size_t batch, std::size_t name) const {
    const Item& item = m_items[batch][name];
    if (item.held)
        return item.held;
    auto bytes = m_file.read(item.offset, item.size);
    if (!bytes)
        return bytes.error();
    return makeTensor(item.type, item.shape, Blob(std::move(*bytes)));
}

std::pair<DataType, Shape> RecordedBatches::form(std::size_t name) const {
    const Item& first = m_items.front()[name];
    Shape shape = first.shape;
    const Shape& last = m_items.back()[name].shape;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        if (axis >= last.size() || last[axis] != shape[axis])
            shape[axis] = -1;
    return {first.type, shape};
}

} // namespace lapidary
