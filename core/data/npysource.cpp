// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "data/samplesource.h"
#include "tensor/mappedfile.h"

#include <charconv>
#include <cstring>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t maxHeader = std::size_t(1) << 20;
constexpr std::size_t maxRank = 8;

/// A NumPy array file (format versions 1 to 3), C order, little endian.
struct NpyData {
    DataType type = DataType::Undefined;
    Shape shape;
    Blob elements;
};

/// The header is a Python dictionary literal; this reads the value behind one of its keys.
std::string_view headerValue(std::string_view header, std::string_view key) {
    const auto quoted = "'" + std::string(key) + "'";
    auto at = header.find(quoted);
    if (at == std::string_view::npos)
        return {};
    at = header.find(':', at + quoted.size());
    if (at == std::string_view::npos)
        return {};
    at = header.find_first_not_of(' ', at + 1);
    return at == std::string_view::npos ? std::string_view() : header.substr(at);
}

Result<Shape> parseShape(std::string_view text) {
    const auto bad = errorDiagnostic("dataset.format", "The array's header has no readable shape.");
    const auto close = text.find(')');
    if (!text.starts_with('(') || close == std::string_view::npos)
        return bad;
    text = text.substr(1, close - 1);
    Shape shape;
    while (true) {
        const auto digits = text.find_first_not_of(" ,");
        if (digits == std::string_view::npos)
            break;
        text.remove_prefix(digits);
        std::int64_t extent = 0;
        const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), extent);
        if (error != std::errc() || extent < 0 || shape.size() == maxRank)
            return bad;
        shape.push_back(extent);
        text.remove_prefix(std::size_t(stop - text.data()));
    }
    if (!elementCount(shape))
        return errorDiagnostic("dataset.size", "The array's header promises more data than can be read.");
    return shape;
}

DataType elementType(std::string_view descr) {
    const auto is = [&](std::string_view text) {
        return descr.starts_with("'" + std::string(text) + "'") || descr.starts_with("\"" + std::string(text) + "\"");
    };
    if (is("<f4"))
        return DataType::Float;
    if (is("|u1") || is("<u1") || is("u1"))
        return DataType::UInt8;
    return is("<i8") ? DataType::Int64 : DataType::Undefined;
}

/// Where the header text stands: [begin, end) in the file.
Result<std::pair<std::size_t, std::size_t>> headerPlace(std::span<const std::byte> bytes) {
    if (bytes.size() < 12 || std::memcmp(bytes.data(), "\x93NUMPY", 6) != 0)
        return errorDiagnostic("dataset.format", "This is not a NumPy array file.");
    const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
    if (at(6) < 1 || at(6) > 3)
        return errorDiagnostic("dataset.format",
                               "The array file has version " + std::to_string(at(6)) + "; versions 1 to 3 are read.");
    const std::size_t begin = at(6) == 1 ? 10 : 12;
    const std::size_t length = at(8) | at(9) << 8 | (at(6) == 1 ? 0 : at(10) << 16 | at(11) << 24);
    if (length > maxHeader || length > bytes.size() - begin)
        return errorDiagnostic("dataset.size", "The array file ends inside its header.");
    return std::pair(begin, begin + length);
}

Result<NpyData> parseNpy(const Blob& file) {
    auto place = headerPlace(file.bytes());
    if (!place)
        return place.error();
    const auto [begin, end] = *place;
    const std::string_view header(reinterpret_cast<const char*>(file.bytes().data()) + begin, end - begin);
    NpyData data;
    data.type = elementType(headerValue(header, "descr"));
    if (data.type == DataType::Undefined)
        return errorDiagnostic("dataset.format",
                               "The array's element type is not float32, uint8 or int64 (little endian).");
    if (!headerValue(header, "fortran_order").starts_with("False"))
        return errorDiagnostic("dataset.format", "The array is in Fortran order.", "Save it in C order.");
    auto shape = parseShape(headerValue(header, "shape"));
    if (!shape)
        return shape.error();
    data.shape = std::move(*shape);
    const auto need = packedBytes(data.type, std::uint64_t(*elementCount(data.shape)));
    if (file.size() - end != need)
        return errorDiagnostic("dataset.size", "The file has " + std::to_string(file.size() - end) +
                                                   " bytes of data; its shape " + shapeText(data.shape) + " needs " +
                                                   std::to_string(need) + ".");
    data.elements = file.slice(end, file.size() - end);
    return data;
}

Result<NpyData> readNpy(const fs::path& path) {
    auto file = mapFile(path);
    if (!file)
        return errorDiagnostic("dataset.missing", file.error().message).inFile(path.string());
    auto data = parseNpy(*file);
    if (!data)
        return Diagnostic(data.error()).inFile(path.string());
    if (data->shape.empty() || elementCount(data->shape).value_or(0) == 0)
        return errorDiagnostic("dataset.size", "The array holds no samples.").inFile(path.string());
    return data;
}

std::int64_t integerAt(const NpyData& data, std::size_t index) {
    if (data.type == DataType::UInt8)
        return std::to_integer<std::int64_t>(data.elements.bytes()[index]);
    std::int64_t value;
    std::memcpy(&value, data.elements.bytes().data() + 8 * index, sizeof value);
    return value;
}

bool holdsImages(const NpyData& data) {
    const auto& shape = data.shape;
    const bool color = shape.size() == 4 && (shape[3] == 3 || shape[3] == 1);
    return data.type == DataType::UInt8 && (shape.size() == 3 || color) && shape[1] <= 16384 && shape[2] <= 16384;
}

/// Bytes N x height x width [x 1 or 3] are images and go through the whole preprocessing; everything else is numbers
/// that are only scaled.
class NpySource final : public SampleSource {
public:
    NpySource(fs::path root, NpyData data, std::optional<NpyData> labels)
        : m_root(std::move(root)), m_data(std::move(data)), m_labels(std::move(labels)) {}

    std::size_t size() const override { return std::size_t(m_data.shape[0]); }
    bool labelled() const override { return m_labels.has_value(); }
    std::int64_t label(std::size_t index) const override { return integerAt(*m_labels, index); }
    std::string sampleName(std::size_t index) const override {
        return m_root.filename().string() + " #" + std::to_string(index);
    }
    std::string fingerprint() const override {
        Sha256 hash;
        hash.add(dataTypeName(m_data.type) + " " + shapeText(m_data.shape));
        hash.add(m_data.elements.bytes());
        if (m_labels)
            hash.add(m_labels->elements.bytes());
        return hash.finish();
    }
    Form form() const override { return holdsImages(m_data) ? Form::Pixels : Form::Numbers; }
    Result<Pixels> pixelSample(std::size_t index) const override {
        Pixels pixels;
        pixels.height = int(m_data.shape[1]);
        pixels.width = int(m_data.shape[2]);
        pixels.order = m_data.shape.size() == 4 && m_data.shape[3] == 3 ? PixelOrder::Rgb : PixelOrder::Gray;
        pixels.data = m_data.elements.slice(index * pixels.bytes(), pixels.bytes());
        return pixels;
    }
    Shape numberShape() const override { return {m_data.shape.begin() + 1, m_data.shape.end()}; }
    Status numberSample(std::size_t index, float* out) const override {
        const auto count = std::size_t(elementCount(numberShape()).value_or(0));
        const auto* bytes = m_data.elements.bytes().data();
        if (m_data.type == DataType::Float)
            std::memcpy(out, bytes + 4 * index * count, 4 * count);
        else
            for (std::size_t i = 0; i < count; ++i)
                out[i] = float(integerAt(m_data, index * count + i));
        return {};
    }

private:
    fs::path m_root;
    NpyData m_data;
    std::optional<NpyData> m_labels;
};

} // namespace

Result<std::unique_ptr<SampleSource>> openNpy(const DatasetSpec& spec) {
    auto data = readNpy(spec.root);
    if (!data)
        return data.error();
    std::optional<NpyData> labels;
    if (!spec.labels.empty()) {
        auto read = readNpy(spec.labels);
        if (!read)
            return read.error();
        const bool column = read->shape.size() == 1 || (read->shape.size() == 2 && read->shape[1] == 1);
        if (read->type == DataType::Float || !column || read->shape[0] != data->shape[0])
            return errorDiagnostic("dataset.labels", "Labels must be one whole number for each of the " +
                                                         std::to_string(data->shape[0]) + " samples; the array is " +
                                                         dataTypeName(read->type) + " " + shapeText(read->shape) + ".")
                .inFile(spec.labels.string());
        labels = std::move(*read);
    }
    return std::unique_ptr<SampleSource>(new NpySource(spec.root, std::move(*data), std::move(labels)));
}

} // namespace lapidary
