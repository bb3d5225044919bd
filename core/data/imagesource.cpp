// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "data/csv.h"
#include "data/samplesource.h"
#include "tensor/mappedfile.h"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace lapidary {

namespace fs = std::filesystem;

Result<Blob> SampleSource::encodedSample(std::size_t) const {
    return errorDiagnostic("dataset.format", "These samples are not image files.");
}
Result<Pixels> SampleSource::pixelSample(std::size_t) const {
    return errorDiagnostic("dataset.format", "These samples are not pixels.");
}
Status SampleSource::numberSample(std::size_t, float*) const {
    return errorDiagnostic("dataset.format", "These samples are not numbers.");
}

namespace {

constexpr std::uint64_t maxImageBytes = std::uint64_t(256) << 20;
constexpr std::uint64_t maxListBytes = std::uint64_t(1) << 30;

struct ImageEntry {
    std::string name; ///< relative to the root
    std::int64_t label = 0;
};

/// Image files under a root.
class ImageSource final : public SampleSource {
public:
    ImageSource(fs::path root, std::vector<ImageEntry> entries, bool labelled, std::vector<std::string> classes)
        : m_root(std::move(root)), m_entries(std::move(entries)), m_classes(std::move(classes)), m_labelled(labelled) {}

    std::size_t size() const override { return m_entries.size(); }
    bool labelled() const override { return m_labelled; }
    std::int64_t label(std::size_t index) const override { return m_entries[index].label; }
    std::string sampleName(std::size_t index) const override { return (m_root / m_entries[index].name).string(); }
    std::vector<std::string> classes() const override { return m_classes; }
    Form form() const override { return Form::Encoded; }

    std::string fingerprint() const override {
        Sha256 hash;
        for (const ImageEntry& entry : m_entries) {
            std::error_code error;
            const auto bytes = fs::file_size(m_root / entry.name, error);
            hash.add(std::uint64_t(entry.name.size()));
            hash.add(entry.name);
            hash.add(error ? std::uint64_t(-1) : std::uint64_t(bytes));
            hash.add(std::uint64_t(entry.label));
        }
        return hash.finish();
    }

    Result<Blob> encodedSample(std::size_t index) const override {
        const fs::path path = m_root / m_entries[index].name;
        std::error_code error;
        if (!fs::is_regular_file(path, error))
            return errorDiagnostic("image.missing", "There is no such file.").inFile(path.string());
        const auto size = fs::file_size(path, error);
        if (error || size > maxImageBytes)
            return errorDiagnostic("image.size", "The file is too large for an image.").inFile(path.string());
        std::ifstream in(path, std::ios::binary);
        std::vector<std::byte> bytes(size);
        if (!in || !in.read(reinterpret_cast<char*>(bytes.data()), std::streamsize(size)))
            return errorDiagnostic("image.read", "The file cannot be read.").inFile(path.string());
        return Blob(std::move(bytes));
    }

private:
    fs::path m_root;
    std::vector<ImageEntry> m_entries;
    std::vector<std::string> m_classes;
    bool m_labelled;
};

bool looksLikeImage(const fs::path& path) {
    static constexpr std::string_view known[] = {".jpg", ".jpeg", ".png", ".bmp",  ".webp",
                                                 ".ppm", ".pgm",  ".tif", ".tiff", ".jp2"};
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return std::find(std::begin(known), std::end(known), extension) != std::end(known);
}

/// Names of the entries of one folder, sorted; either folders or image files.
Result<std::vector<std::string>> namesIn(const fs::path& folder, bool folders) {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const auto name = it->path().filename().string();
        if (!name.starts_with('.') && (folders ? it->is_directory() : it->is_regular_file() && looksLikeImage(name)))
            names.push_back(name);
    }
    if (error)
        return errorDiagnostic("dataset.missing", "The folder cannot be read: " + error.message() + ".")
            .inFile(folder.string());
    std::sort(names.begin(), names.end());
    return names;
}

/// Which class every folder is: by its name if the class names are the folder names, otherwise by its rank.
Result<std::vector<std::int64_t>> folderLabels(const std::vector<std::string>& folders,
                                               const std::vector<std::string>& classes) {
    std::vector<std::int64_t> labels;
    for (const std::string& folder : folders) {
        const auto at = std::find(classes.begin(), classes.end(), folder);
        if (at == classes.end())
            break;
        labels.push_back(at - classes.begin());
    }
    if (labels.size() == folders.size())
        return labels;
    if (!classes.empty() && classes.size() != folders.size())
        return errorDiagnostic("dataset.labels", "There are " + std::to_string(folders.size()) + " class folders but " +
                                                     std::to_string(classes.size()) +
                                                     " class names, and the folders are not called like the classes.");
    labels.resize(folders.size());
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = std::int64_t(i);
    return labels;
}

Diagnostic noImages(const fs::path& root) {
    return errorDiagnostic("dataset.missing", "There are no images.",
                           "Put each class's images into a folder of its own under the root, or list them.")
        .inFile(root.string());
}

Result<std::int64_t> parseLabel(const std::string& text, std::size_t line) {
    std::int64_t label = 0;
    const auto first = text.find_first_not_of(' ');
    const char* begin = text.data() + (first == std::string::npos ? 0 : first);
    const char* end = first == std::string::npos ? begin : text.data() + text.find_last_not_of(' ') + 1;
    const auto [stop, error] = std::from_chars(begin, end, label);
    if (error != std::errc() || stop != end)
        return errorDiagnostic("dataset.labels",
                               "The label on line " + std::to_string(line) + " is no whole number: \"" + text + "\".");
    return label;
}

} // namespace

Result<std::unique_ptr<SampleSource>> openImageFolder(const DatasetSpec& spec) {
    auto folders = namesIn(spec.root, true);
    if (!folders)
        return folders.error();
    std::vector<ImageEntry> entries;
    if (folders->empty()) {
        auto files = namesIn(spec.root, false);
        if (!files)
            return files.error();
        for (const std::string& file : *files)
            entries.push_back({file, 0});
        if (entries.empty())
            return noImages(spec.root);
        return std::unique_ptr<SampleSource>(new ImageSource(spec.root, std::move(entries), false, {}));
    }
    auto labels = folderLabels(*folders, spec.classes);
    if (!labels)
        return labels.error();
    for (std::size_t i = 0; i < folders->size(); ++i) {
        auto files = namesIn(spec.root / (*folders)[i], false);
        if (!files)
            return files.error();
        for (const std::string& file : *files)
            entries.push_back({(*folders)[i] + "/" + file, (*labels)[i]});
    }
    if (entries.empty())
        return noImages(spec.root);
    return std::unique_ptr<SampleSource>(
        new ImageSource(spec.root, std::move(entries), true, spec.classes.empty() ? *folders : spec.classes));
}

Result<std::unique_ptr<SampleSource>> openImageList(const DatasetSpec& spec) {
    auto bytes = mapFile(spec.list);
    if (!bytes)
        return errorDiagnostic("dataset.missing", bytes.error().message).inFile(spec.list.string());
    if (bytes->size() > maxListBytes)
        return errorDiagnostic("dataset.size", "The list is too large.").inFile(spec.list.string());
    auto rows = parseCsv({reinterpret_cast<const char*>(bytes->bytes().data()), bytes->size()});
    if (!rows)
        return Diagnostic(rows.error()).inFile(spec.list.string());
    if (rows->empty())
        return noImages(spec.list);
    const auto& header = rows->front().cells;
    const bool labelled = header.size() > 1;
    if (header[0] != "image" || header.size() > 2 || (labelled && header[1] != "label"))
        return errorDiagnostic("dataset.format", "The list must start with the line \"image,label\", or \"image\" for "
                                                 "images without labels.")
            .inFile(spec.list.string());
    std::vector<ImageEntry> entries;
    entries.reserve(rows->size() - 1);
    for (std::size_t i = 1; i < rows->size(); ++i) {
        CsvRow& row = (*rows)[i];
        if (row.cells.size() != header.size() || row.cells[0].empty() || row.cells[0].find('\0') != std::string::npos)
            return errorDiagnostic("dataset.format", "Line " + std::to_string(row.line) + " of the list must hold " +
                                                         (labelled ? "a path and a label." : "a path."))
                .inFile(spec.list.string());
        ImageEntry entry{std::move(row.cells[0]), 0};
        if (labelled) {
            auto label = parseLabel(row.cells[1], row.line);
            if (!label)
                return Diagnostic(label.error()).inFile(spec.list.string());
            entry.label = *label;
        }
        entries.push_back(std::move(entry));
    }
    if (entries.empty())
        return noImages(spec.list);
    return std::unique_ptr<SampleSource>(new ImageSource(spec.root, std::move(entries), labelled, spec.classes));
}

} // namespace lapidary
