// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/filecache.h"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t maxFileBytes = std::uint64_t(512) << 20;

/// Whole file in one read; empty if it is not there.
std::vector<std::byte> readWhole(const fs::path& path, bool& exists) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    exists = file >= 0;
    if (!exists)
        return {};
    struct stat info {};
    std::vector<std::byte> bytes;
    if (::fstat(file, &info) == 0 && S_ISREG(info.st_mode) && std::uint64_t(info.st_size) <= maxFileBytes) {
        bytes.resize(std::size_t(info.st_size));
        std::size_t done = 0;
        while (done < bytes.size()) {
            const auto got = ::read(file, bytes.data() + done, bytes.size() - done);
            if (got <= 0)
                break;
            done += std::size_t(got);
        }
        bytes.resize(done);
    }
    ::close(file);
    return bytes;
}

struct CachedFile {
    fs::file_time_type used;
    std::uint64_t bytes;
    fs::path path;
};

std::vector<CachedFile> listFiles(const fs::path& folder) {
    std::vector<CachedFile> files;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code gone;
        if (!it->is_regular_file(gone) || gone)
            continue;
        const auto bytes = it->file_size(gone);
        const auto used = it->last_write_time(gone);
        if (!gone)
            files.push_back({used, bytes, it->path()});
    }
    return files;
}

} // namespace

FileCache::FileCache(fs::path folder, std::uint64_t limitBytes, std::string ending)
    : m_folder(std::move(folder)), m_limit(limitBytes), m_ending(std::move(ending)) {}

fs::path FileCache::pathOf(const std::string& name) const {
    return m_folder / name.substr(0, 2) / (name.substr(2) + m_ending);
}

bool FileCache::contains(const std::string& name) const {
    std::error_code ignored;
    return fs::is_regular_file(pathOf(name), ignored);
}

std::optional<std::vector<std::byte>> FileCache::read(const std::string& name) const {
    const fs::path path = pathOf(name);
    bool exists = false;
    auto bytes = readWhole(path, exists);
    if (!exists)
        return std::nullopt;
    // The time of last use decides what goes first; once an hour is exact enough and spares writes.
    std::error_code ignored;
    const auto now = fs::file_time_type::clock::now();
    if (const auto used = fs::last_write_time(path, ignored); !ignored && now - used > std::chrono::hours(1))
        fs::last_write_time(path, now, ignored);
    return bytes;
}

void FileCache::remove(const std::string& name) const {
    std::error_code ignored;
    fs::remove(pathOf(name), ignored);
}

bool FileCache::write(const std::string& name, std::initializer_list<std::span<const std::byte>> parts) {
    std::uint64_t size = 0;
    for (const auto& part : parts)
        size += part.size();
    if (size > m_limit / 2 || size > maxFileBytes)
        return false;
    const fs::path path = pathOf(name);
    static std::atomic<unsigned> counter = 0;
    const fs::path temporary = path.string() + ".tmp" + std::to_string(::getpid()) + "_" + std::to_string(counter++);
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    std::ofstream out(temporary, std::ios::binary);
    for (const auto& part : parts)
        out.write(reinterpret_cast<const char*>(part.data()), std::streamsize(part.size()));
    out.close();
    if (!error && out)
        fs::rename(temporary, path, error);
    if (error || !out) {
        fs::remove(temporary, error);
        return false;
    }
    m_bytes += size;
    makeRoom();
    return true;
}

void FileCache::makeRoom() {
    std::lock_guard lock(m_mutex);
    if (m_counted && m_bytes <= m_limit)
        return;
    auto files = listFiles(m_folder);
    std::uint64_t total = 0;
    for (const CachedFile& file : files)
        total += file.bytes;
    if (total > m_limit) {
        std::sort(files.begin(), files.end(), [](const CachedFile& a, const CachedFile& b) {
            return std::tie(a.used, a.path) < std::tie(b.used, b.path);
        });
        // Down to a little below the limit, so that not every new sample lists the folder again.
        const std::uint64_t goal = m_limit - m_limit / 10;
        for (auto it = files.begin(); it != files.end() && total > goal; ++it) {
            std::error_code ignored;
            if (fs::remove(it->path, ignored))
                total -= it->bytes;
        }
    }
    m_bytes = total;
    m_counted = true;
}

} // namespace lapidary
