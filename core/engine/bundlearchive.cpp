// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/bundlearchive.h"

#include "engine/bundleformat.h"

#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <set>
#include <sys/stat.h>
#include <vector>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr zip_int64_t maxEntries = 10000;
constexpr std::uint64_t maxGrowth = 100;
constexpr std::uint64_t smallArchive = std::uint64_t(1) << 20; ///< may grow to this whatever its size
constexpr std::size_t pieceBytes = std::size_t(1) << 20;
constexpr int unixModeShift = 16;

struct ZipCloser {
    void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, ZipCloser>;

struct EntryCloser {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

Diagnostic cannotWrite(const fs::path& path, const std::string& why) {
    return errorDiagnostic("file.write", "Cannot write the file: " + why,
                           "Check that the place exists, may be written and has room.")
        .inFile(path.string());
}

Diagnostic damaged(const std::string& why, const std::string& name) {
    return errorDiagnostic("bundle.archive", "The archive cannot be read: " + why,
                           "Copy it once more: it may have arrived damaged or incomplete.")
        .inFile(name);
}

Diagnostic hostile(const char* code, const std::string& what, const std::string& name) {
    return errorDiagnostic(code, what, "Lapidary writes no such archives; do not unpack it.").inFile(name);
}

std::string openError(int code) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return text;
}

Result<Zip> openArchive(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error))
        return damaged("there is no such file", path.string());
    int code = 0;
    Zip zip(zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (!zip)
        return damaged(openError(code), path.string());
    return zip;
}

struct Entry {
    zip_uint64_t index = 0, size = 0;
    std::string name;
};

std::string printable(std::string name) {
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return c < 32 || c == 127; }, '?');
    return name.substr(0, 200);
}

/// Nullopt: a folder, which is made when a file needs it.
Result<std::optional<Entry>> entryOf(zip_t* zip, zip_uint64_t index) {
    zip_stat_t stat;
    if (zip_stat_index(zip, index, 0, &stat) != 0)
        return damaged(zip_strerror(zip), {});
    constexpr auto needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if ((stat.valid & needed) != needed)
        return damaged("an entry has no name or size", {});
    std::string name = stat.name;
    const auto shown = printable(name);
    const bool folder = name.ends_with('/');
    if (folder)
        name.pop_back();
    if (!isBundlePath(name))
        return hostile("bundle.outside", "The archive has a file that would land outside of its folder, or is hidden",
                       shown);
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) == 0 && system == ZIP_OPSYS_UNIX) {
        const auto type = (attributes >> unixModeShift) & S_IFMT;
        if (type != 0 && type != (folder ? S_IFDIR : S_IFREG))
            return hostile("bundle.link", "The archive has a link or special file", shown);
    }
    if (folder)
        return std::optional<Entry>();
    if (stat.encryption_method != ZIP_EM_NONE)
        return hostile("bundle.archive", "The archive is encrypted", shown);
    if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
        return errorDiagnostic("bundle.archive", "The archive is compressed in a way that few programs know",
                               "Pack it again with deflate, or unpack it and name the folder.")
            .inFile(shown);
    return std::optional(Entry{index, stat.size, std::move(name)});
}

Result<std::vector<Entry>> entriesOf(zip_t* zip) {
    const auto count = zip_get_num_entries(zip, 0);
    if (count > maxEntries)
        return hostile("bundle.size", "The archive has " + std::to_string(count) + " files", {});
    std::vector<Entry> entries;
    std::set<std::string> names;
    for (zip_int64_t i = 0; i < count; ++i) {
        auto entry = entryOf(zip, zip_uint64_t(i));
        if (!entry)
            return entry.error();
        if (!*entry)
            continue;
        if (!names.insert((*entry)->name).second)
            return hostile("bundle.archive", "The archive has two files of one name", printable((*entry)->name));
        entries.push_back(std::move(**entry));
    }
    return entries;
}

/// Before anything is written: what the archive says it unpacks to. unpack() holds it to that.
Result<std::uint64_t> totalOf(const std::vector<Entry>& entries, const fs::path& archive, const fs::path& root) {
    std::error_code error;
    const std::uint64_t limit = std::max(smallArchive, maxGrowth * std::uint64_t(fs::file_size(archive, error)));
    std::uint64_t total = 0;
    for (const auto& entry : entries) {
        if (entry.size > limit || total > limit - entry.size)
            return hostile("bundle.size", "The archive unpacks to more than 100 times its size", entry.name);
        total += entry.size;
    }
    if (const auto room = fs::space(root, error); !error && total > room.available)
        return errorDiagnostic("file.full",
                               "Unpacking needs " + std::to_string(total) + " bytes; " + root.string() +
                                   " has room for " + std::to_string(room.available),
                               "Make room, or set TMPDIR to a folder on another disk.");
    return total;
}

Status unpack(zip_t* zip, const Entry& entry, const fs::path& root, std::vector<char>& piece, const Work& work) {
    const auto path = root / entry.name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    if (!out)
        return cannotWrite(path, std::strerror(errno));
    const std::unique_ptr<zip_file_t, EntryCloser> in(zip_fopen_index(zip, entry.index, 0));
    if (!in)
        return damaged(zip_strerror(zip), entry.name);
    std::uint64_t written = 0;
    while (true) {
        if (auto status = work.check(); !status)
            return status;
        const auto got = zip_fread(in.get(), piece.data(), piece.size());
        if (got < 0)
            return damaged(zip_file_strerror(in.get()), entry.name);
        if (got == 0)
            break;
        written += std::uint64_t(got);
        if (written > entry.size)
            return hostile("bundle.size", "The file is larger than the archive says", entry.name);
        if (!out.write(piece.data(), got))
            return cannotWrite(path, std::strerror(errno));
    }
    out.close();
    if (!out)
        return cannotWrite(path, std::strerror(errno));
    return written == entry.size ? Status() : Status(damaged("the file ends early", entry.name));
}

std::string topOf(const std::string& name) {
    return name.substr(0, name.find('/'));
}

/// Noon of 1980-01-01 on the local clock, which is what archives keep: the same bytes in every time zone.
std::time_t formatsFirstDay() {
    std::tm day{};
    day.tm_year = 80;
    day.tm_mday = 1;
    day.tm_hour = 12;
    day.tm_isdst = -1;
    return std::mktime(&day);
}

/// Adds one file; the archive reads it when it is closed.
bool add(zip_t* zip, const fs::path& file, const std::string& name) {
    auto* source = zip_source_file(zip, file.c_str(), 0, -1);
    if (!source)
        return false;
    const auto index = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return false;
    }
    const auto at = zip_uint64_t(index);
    return zip_set_file_compression(zip, at, ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_mtime(zip, at, formatsFirstDay(), 0) == 0 &&
           zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_UNIX,
                                            zip_uint32_t(S_IFREG | 0644) << unixModeShift) == 0;
}

} // namespace

bool isArchiveName(const fs::path& path) {
    auto extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return c < 128 ? char(std::tolower(c)) : char(c); });
    return extension == ".zip";
}

Status packArchive(const fs::path& folder, const std::string& top, const fs::path& archive, const Work& work) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->is_regular_file(error))
            files.push_back(it->path());
    if (error)
        return cannotWrite(folder, error.message());
    std::sort(files.begin(), files.end());
    int code = 0;
    Zip zip(zip_open(archive.c_str(), ZIP_CREATE | ZIP_EXCL, &code));
    if (!zip)
        return cannotWrite(archive, openError(code));
    for (const auto& file : files)
        if (!add(zip.get(), file, top + "/" + file.lexically_relative(folder).generic_string()))
            return cannotWrite(archive, zip_strerror(zip.get()));
    auto* state = const_cast<Work*>(&work);
    zip_register_progress_callback_with_state(
        zip.get(), 0.01, [](zip_t*, double done, void* to) { static_cast<Work*>(to)->progress.set(done); }, nullptr,
        state);
    zip_register_cancel_callback_with_state(
        zip.get(), [](zip_t*, void* from) { return static_cast<Work*>(from)->stopRequested() ? 1 : 0; }, nullptr,
        state);
    if (zip_close(zip.get()) != 0)
        return work.stopRequested() ? work.check() : Status(cannotWrite(archive, zip_strerror(zip.get())));
    (void)zip.release();
    return {};
}

bool isBundleArchive(const fs::path& path) {
    const auto zip = openArchive(path);
    const auto entries = zip ? entriesOf(zip->get()) : Result<std::vector<Entry>>(zip.error());
    return entries && std::any_of(entries->begin(), entries->end(), [](const Entry& entry) {
               const auto& name = entry.name;
               const auto rest = name.find('/') == std::string::npos ? name : name.substr(name.find('/') + 1);
               return rest == BundleDescription::fileName;
           });
}

Result<std::unique_ptr<UnpackedArchive>> UnpackedArchive::open(const fs::path& archive, const Work& work) {
    const auto zip = openArchive(archive);
    if (!zip)
        return zip.error();
    const auto entries = entriesOf(zip->get());
    if (!entries)
        return entries.error();
    std::error_code error;
    auto place = (fs::temp_directory_path(error) / "lapidary-bundle-XXXXXX").string();
    if (error || !::mkdtemp(place.data()))
        return cannotWrite(place, error ? error.message() : std::strerror(errno));
    std::unique_ptr<UnpackedArchive> out(new UnpackedArchive(place));
    const auto total = totalOf(*entries, archive, place);
    if (!total)
        return total.error();
    std::vector<char> piece(pieceBytes);
    std::set<std::string> tops;
    std::uint64_t done = 0;
    for (const auto& entry : *entries) {
        if (auto status = unpack(zip->get(), entry, place, piece, work); !status)
            return status;
        done += entry.size;
        work.progress.set(double(done) / double(std::max<std::uint64_t>(1, *total)));
        tops.insert(topOf(entry.name));
    }
    if (tops.size() == 1 && fs::is_directory(out->m_root / *tops.begin(), error))
        out->m_folder /= *tops.begin();
    return out;
}

UnpackedArchive::~UnpackedArchive() {
    std::error_code ignored;
    fs::remove_all(m_root, ignored);
}

} // namespace lapidary
