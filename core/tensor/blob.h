// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lapidary {

/// Shared immutable bytes: from memory, or a window into a mapped file that stays mapped as long as a Blob needs it.
/// Copies share. Thread-safe to read.
class Blob {
public:
    Blob() = default;
    explicit Blob(std::vector<std::byte> bytes);
    explicit Blob(std::string bytes);
    /// `owner` keeps `bytes` alive.
    Blob(std::shared_ptr<const void> owner, std::span<const std::byte> bytes);

    template <typename T>
    static Blob ofValues(std::vector<T> values) {
        auto owner = std::make_shared<const std::vector<T>>(std::move(values));
        const auto bytes = std::as_bytes(std::span(*owner));
        return Blob(std::move(owner), bytes);
    }

    std::span<const std::byte> bytes() const { return m_bytes; }
    std::size_t size() const { return m_bytes.size(); }
    bool empty() const { return m_bytes.empty(); }
    Blob slice(std::size_t offset, std::size_t size) const; ///< shares; precondition: inside
    bool sharesWith(const Blob& other) const {
        return m_bytes.data() == other.m_bytes.data() && m_bytes.size() == other.m_bytes.size();
    }

private:
    std::shared_ptr<const void> m_owner;
    std::span<const std::byte> m_bytes;
};

} // namespace lapidary
