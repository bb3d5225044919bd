// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "data/samplesource.h"
#include "tensor/mappedfile.h"

#include <algorithm>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t side = 32;
constexpr std::size_t plane = side * side;
constexpr std::size_t record = 1 + 3 * plane;

/// CIFAR-10's binary version: records of a label byte and the red, green and blue planes, from one file or the *.bin
/// files of a folder in the order of their names.
class CifarSource final : public SampleSource {
public:
    explicit CifarSource(std::vector<std::pair<fs::path, Blob>> files) : m_files(std::move(files)) {
        for (const auto& [path, bytes] : m_files)
            m_starts.push_back(m_size += bytes.size() / record);
    }

    std::size_t size() const override { return m_size; }
    bool labelled() const override { return true; }
    std::int64_t label(std::size_t index) const override { return std::to_integer<std::int64_t>(at(index)[0]); }
    std::string sampleName(std::size_t index) const override {
        const auto file = fileOf(index);
        return m_files[file].first.filename().string() + " #" + std::to_string(index - startOf(file));
    }
    std::string fingerprint() const override {
        Sha256 hash;
        for (const auto& [path, bytes] : m_files)
            hash.add(bytes.bytes());
        return hash.finish();
    }
    Form form() const override { return Form::Pixels; }
    Result<Pixels> pixelSample(std::size_t index) const override {
        const auto bytes = at(index);
        std::vector<std::byte> interleaved(3 * plane);
        for (std::size_t c = 0; c < 3; ++c)
            for (std::size_t i = 0; i < plane; ++i)
                interleaved[3 * i + c] = bytes[1 + c * plane + i];
        return Pixels{int(side), int(side), PixelOrder::Rgb, Blob(std::move(interleaved))};
    }

private:
    std::size_t fileOf(std::size_t index) const {
        return std::size_t(std::upper_bound(m_starts.begin(), m_starts.end(), index) - m_starts.begin());
    }
    std::size_t startOf(std::size_t file) const { return file == 0 ? 0 : m_starts[file - 1]; }
    std::span<const std::byte> at(std::size_t index) const {
        const auto file = fileOf(index);
        return m_files[file].second.bytes().subspan((index - startOf(file)) * record, record);
    }

    std::vector<std::pair<fs::path, Blob>> m_files;
    std::vector<std::size_t> m_starts; ///< one past the last sample of each file
    std::size_t m_size = 0;
};

Status checkFile(const fs::path& path, const Blob& bytes) {
    if (bytes.size() > 0 && bytes.size() % record == 0)
        return {};
    std::string hint;
    if (bytes.size() > 0 && bytes.size() % (record + 1) == 0)
        hint = "The size fits CIFAR-100, which has two label bytes; write it as an image list.";
    return errorDiagnostic("dataset.size",
                           "The file has " + std::to_string(bytes.size()) + " bytes, which is no multiple of " +
                               std::to_string(record) + " (a label and 32x32x3 pixels).",
                           std::move(hint))
        .inFile(path.string());
}

} // namespace

Result<std::unique_ptr<SampleSource>> openCifar(const DatasetSpec& spec) {
    std::vector<fs::path> paths;
    std::error_code error;
    if (fs::is_directory(spec.root, error)) {
        for (fs::directory_iterator it(spec.root, error), end; !error && it != end; it.increment(error))
            if (it->path().extension() == ".bin")
                paths.push_back(it->path());
        std::sort(paths.begin(), paths.end());
    } else {
        paths.push_back(spec.root);
    }
    std::vector<std::pair<fs::path, Blob>> files;
    for (const fs::path& path : paths) {
        auto bytes = mapFile(path);
        if (!bytes)
            return errorDiagnostic("dataset.missing", bytes.error().message).inFile(path.string());
        if (auto status = checkFile(path, *bytes); !status)
            return status;
        files.emplace_back(path, std::move(*bytes));
    }
    if (files.empty())
        return errorDiagnostic("dataset.missing", "There are no .bin files.").inFile(spec.root.string());
    return std::unique_ptr<SampleSource>(new CifarSource(std::move(files)));
}

} // namespace lapidary
