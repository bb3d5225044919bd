// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/samplecache.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t magic = 0x3158504450414cu; // "LAPDPX1"
constexpr std::uint64_t maxFileBytes = std::uint64_t(512) << 20;

struct Header {
    std::uint64_t magic = 0;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t order = 0;
    std::uint32_t reserved = 0;
    ContentKey checksum;
};
static_assert(sizeof(Header) == 40);

ContentKey checksumOf(const Header& header, std::span<const std::byte> pixels) {
    return contentKey(pixels, std::uint64_t(header.width) << 32 ^ std::uint64_t(header.height) << 8 ^ header.order);
}

std::optional<Pixels> parse(std::vector<std::byte> bytes) {
    Header header;
    if (bytes.size() < sizeof header)
        return std::nullopt;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != magic || header.order > std::uint32_t(PixelOrder::Gray))
        return std::nullopt;
    Pixels pixels{int(header.width), int(header.height), PixelOrder(header.order), {}};
    const std::uint64_t size = std::uint64_t(header.width) * header.height * std::uint64_t(pixels.channels());
    if (header.width > 65536 || header.height > 65536 || bytes.size() - sizeof header != size ||
        checksumOf(header, std::span(bytes).subspan(sizeof header)) != header.checksum)
        return std::nullopt;
    pixels.data = Blob(std::move(bytes)).slice(sizeof header, size);
    return pixels;
}

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

SampleCache::SampleCache(fs::path folder, std::uint64_t limitBytes)
    : m_folder(std::move(folder)), m_limit(limitBytes) {}

fs::path SampleCache::pathOf(const ContentKey& key) const {
    const std::string name = key.hex();
    return m_folder / name.substr(0, 2) / (name.substr(2) + ".px");
}

std::optional<Pixels> SampleCache::find(const ContentKey& key) const {
    const fs::path path = pathOf(key);
    bool exists = false;
    auto bytes = readWhole(path, exists);
    if (!exists)
        return std::nullopt;
    auto pixels = parse(std::move(bytes));
    std::error_code ignored;
    if (!pixels) {
        fs::remove(path, ignored);
        return std::nullopt;
    }
    // The time of last use decides what goes first; once an hour is exact enough and spares writes.
    const auto now = fs::file_time_type::clock::now();
    if (const auto used = fs::last_write_time(path, ignored); !ignored && now - used > std::chrono::hours(1))
        fs::last_write_time(path, now, ignored);
    return pixels;
}

void SampleCache::store(const ContentKey& key, const Pixels& pixels) {
    Header header;
    header.magic = magic;
    header.width = std::uint32_t(pixels.width);
    header.height = std::uint32_t(pixels.height);
    header.order = std::uint32_t(pixels.order);
    header.checksum = checksumOf(header, pixels.data.bytes());
    const std::uint64_t size = sizeof header + pixels.data.size();
    if (size > m_limit / 2)
        return;
    const fs::path path = pathOf(key);
    static std::atomic<unsigned> counter = 0;
    const fs::path temporary = path.string() + ".tmp" + std::to_string(::getpid()) + "_" + std::to_string(counter++);
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    std::ofstream out(temporary, std::ios::binary);
    out.write(reinterpret_cast<const char*>(&header), sizeof header);
    out.write(reinterpret_cast<const char*>(pixels.data.bytes().data()), std::streamsize(pixels.data.size()));
    out.close();
    if (!error && out)
        fs::rename(temporary, path, error);
    if (error || !out) {
        fs::remove(temporary, error);
        return;
    }
    m_bytes += size;
    makeRoom();
}

void SampleCache::makeRoom() {
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
