// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lapidary {

/// Files that can be made again, in 256 folders by name. A file is written under another name and renamed, so that
/// readers in this and other processes see whole files only. Writing never fails loudly: a full disk means no cache.
/// When the files exceed the limit, the ones not used for longest go. Any thread.
class FileCache {
public:
    /// Nothing is touched before the first read or write.
    FileCache(std::filesystem::path folder, std::uint64_t limitBytes, std::string ending);

    /// Names are hexadecimal digits, at least three.
    bool contains(const std::string& name) const;
    std::optional<std::vector<std::byte>> read(const std::string& name) const; ///< empty bytes if it cannot be read
    /// The parts in a row. False if they are not kept: too large for the cache, or no room on the disk.
    bool write(const std::string& name, std::initializer_list<std::span<const std::byte>> parts);
    void remove(const std::string& name) const;
    std::uint64_t bytes() const { return m_bytes; } ///< what this process believes the folder holds

private:
    std::filesystem::path pathOf(const std::string& name) const;
    void makeRoom();

    std::filesystem::path m_folder;
    std::uint64_t m_limit;
    std::string m_ending;
    std::atomic<std::uint64_t> m_bytes = 0;
    std::mutex m_mutex;
    bool m_counted = false;
};

} // namespace lapidary
