// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "data/gzip.h"
#include "data/samplesource.h"
#include "tensor/mappedfile.h"

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr unsigned unsignedByteType = 0x08;
constexpr int maxRank = 4;
constexpr std::uint64_t maxBytes = std::uint64_t(64) << 30;

/// An IDX file: two zero bytes, element type, rank, big-endian extents, elements.
struct IdxData {
    Shape shape;
    Blob elements;
};

Diagnostic inIdx(Diagnostic diagnostic, const fs::path& path) {
    return std::move(diagnostic).inFile(path.string());
}

/// Rank and extents from the start of the file; the size they promise is checked for overflow.
Result<Shape> idxShape(std::span<const std::byte> start) {
    const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(start[i]); };
    if (start.size() < 4 || at(0) != 0 || at(1) != 0)
        return errorDiagnostic("dataset.format", "This is not an IDX file.");
    if (at(2) != unsignedByteType)
        return errorDiagnostic("dataset.format",
                               "The IDX file has element type " + std::to_string(at(2)) + "; only bytes (8) are read.");
    const int rank = int(at(3));
    if (rank < 1 || rank > maxRank || start.size() < 4 + 4 * std::size_t(rank))
        return errorDiagnostic("dataset.format",
                               "The IDX file has rank " + std::to_string(rank) + " or ends inside its header.");
    Shape shape;
    std::uint64_t bytes = 1;
    for (int i = 0; i < rank; ++i) {
        std::int64_t extent = 0;
        for (std::size_t b = 0; b < 4; ++b)
            extent = extent << 8 | at(4 + 4 * std::size_t(i) + b);
        if (extent != 0 && bytes > maxBytes / std::uint64_t(extent))
            return errorDiagnostic("dataset.size", "The IDX file promises more data than can be read.");
        bytes *= std::uint64_t(extent);
        shape.push_back(extent);
    }
    if (bytes == 0)
        return errorDiagnostic("dataset.size", "The IDX file holds no data.");
    return shape;
}

Result<IdxData> readIdx(const fs::path& path) {
    auto file = mapFile(path);
    if (!file)
        return inIdx(errorDiagnostic("dataset.missing", file.error().message), path);
    const bool packed = isGzip(*file);
    std::vector<std::byte> start;
    if (packed) {
        auto unpacked = gunzipStart(*file, 4 + 4 * maxRank);
        if (!unpacked)
            return inIdx(unpacked.error(), path);
        start = std::move(*unpacked);
    } else {
        const auto head = file->bytes().first(std::min<std::size_t>(file->size(), 4 + 4 * maxRank));
        start.assign(head.begin(), head.end());
    }
    auto shape = idxShape(start);
    if (!shape)
        return inIdx(shape.error(), path);
    const std::size_t header = 4 + 4 * shape->size();
    const std::uint64_t size = header + std::uint64_t(*elementCount(*shape));
    if (packed) {
        auto unpacked = gunzip(*file, size);
        if (!unpacked)
            return inIdx(unpacked.error(), path);
        return IdxData{*shape, unpacked->slice(header, unpacked->size() - header)};
    }
    if (file->size() != size)
        return inIdx(errorDiagnostic("dataset.size", "The file has " + std::to_string(file->size()) +
                                                         " bytes; its header (" + shapeText(*shape) + ") promises " +
                                                         std::to_string(size) + "."),
                     path);
    return IdxData{*shape, file->slice(header, file->size() - header)};
}

class IdxSource final : public SampleSource {
public:
    IdxSource(fs::path root, IdxData images, std::optional<IdxData> labels)
        : m_root(std::move(root)), m_images(std::move(images)), m_labels(std::move(labels)) {}

    std::size_t size() const override { return std::size_t(m_images.shape[0]); }
    bool labelled() const override { return m_labels.has_value(); }
    std::int64_t label(std::size_t index) const override {
        return std::to_integer<std::int64_t>(m_labels->elements.bytes()[index]);
    }
    std::string sampleName(std::size_t index) const override {
        return m_root.filename().string() + " #" + std::to_string(index);
    }
    std::string fingerprint() const override {
        Sha256 hash;
        hash.add(shapeText(m_images.shape));
        hash.add(m_images.elements.bytes());
        if (m_labels)
            hash.add(m_labels->elements.bytes());
        return hash.finish();
    }
    Form form() const override { return Form::Pixels; }
    Result<Pixels> pixelSample(std::size_t index) const override {
        Pixels pixels;
        pixels.height = int(m_images.shape[1]);
        pixels.width = int(m_images.shape[2]);
        pixels.order = m_images.shape.size() == 4 ? PixelOrder::Rgb : PixelOrder::Gray;
        pixels.data = m_images.elements.slice(index * pixels.bytes(), pixels.bytes());
        return pixels;
    }

private:
    fs::path m_root;
    IdxData m_images;
    std::optional<IdxData> m_labels;
};

} // namespace

Result<std::unique_ptr<SampleSource>> openIdx(const DatasetSpec& spec) {
    auto images = readIdx(spec.root);
    if (!images)
        return images.error();
    const Shape& shape = images->shape;
    const bool color = shape.size() == 4 && shape[3] == 3;
    if ((shape.size() != 3 && !color) || shape[1] > 16384 || shape[2] > 16384)
        return inIdx(
            errorDiagnostic("dataset.format", "The images must be N x height x width, or N x height x width x 3, "
                                              "not " +
                                                  shapeText(shape) + "."),
            spec.root);
    std::optional<IdxData> labels;
    if (!spec.labels.empty()) {
        auto read = readIdx(spec.labels);
        if (!read)
            return read.error();
        if (read->shape.size() != 1 || read->shape[0] != shape[0])
            return inIdx(errorDiagnostic("dataset.labels", "There are " + std::to_string(shape[0]) +
                                                               " images but labels of shape " + shapeText(read->shape) +
                                                               "."),
                         spec.labels);
        labels = std::move(*read);
    }
    return std::unique_ptr<SampleSource>(new IdxSource(spec.root, std::move(*images), std::move(labels)));
}

} // namespace lapidary
