// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/npyfile.h"

#include "tensor/mappedfile.h"

#include <charconv>
#include <cstring>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t maxHeader = std::size_t(1) << 20;
constexpr std::size_t maxRank = 32;

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
    const auto bad = errorDiagnostic("npy.format", "The array's header has no readable shape.");
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
        return errorDiagnostic("npy.size", "The array's header promises more data than can be read.");
    return shape;
}

/// The element type of "'<f4', …": byte order, kind and bytes.
DataType elementType(std::string_view descr) {
    if (descr.empty() || (descr.front() != '\'' && descr.front() != '"'))
        return DataType::Undefined;
    auto name = descr.substr(1, descr.find(descr.front(), 1) - 1);
    if (name.starts_with('>') && !name.ends_with('1'))
        return DataType::Undefined;
    if (!name.empty() && std::string_view("<>|=").find(name.front()) != std::string_view::npos)
        name.remove_prefix(1);
    static constexpr std::pair<std::string_view, DataType> names[] = {
        {"b1", DataType::Bool},      {"i1", DataType::Int8},       {"u1", DataType::UInt8},  {"i2", DataType::Int16},
        {"u2", DataType::UInt16},    {"i4", DataType::Int32},      {"u4", DataType::UInt32}, {"i8", DataType::Int64},
        {"u8", DataType::UInt64},    {"f2", DataType::Float16},    {"f4", DataType::Float},  {"f8", DataType::Double},
        {"c8", DataType::Complex64}, {"c16", DataType::Complex128}};
    for (const auto& [known, type] : names)
        if (name == known)
            return type;
    return DataType::Undefined;
}

/// Where the header text stands: [begin, end) in the file.
Result<std::pair<std::size_t, std::size_t>> headerPlace(std::span<const std::byte> bytes) {
    if (bytes.size() < 12 || std::memcmp(bytes.data(), "\x93NUMPY", 6) != 0)
        return errorDiagnostic("npy.format", "This is not a NumPy array file.");
    const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
    if (at(6) < 1 || at(6) > 3)
        return errorDiagnostic("npy.format",
                               "The array file has version " + std::to_string(at(6)) + "; versions 1 to 3 are read.");
    const std::size_t begin = at(6) == 1 ? 10 : 12;
    const std::size_t length = at(8) | at(9) << 8 | (at(6) == 1 ? 0 : at(10) << 16 | at(11) << 24);
    if (length > maxHeader || length > bytes.size() - begin)
        return errorDiagnostic("npy.size", "The array file ends inside its header.");
    return std::pair(begin, begin + length);
}

} // namespace

Result<TensorPtr> parseNpy(const Blob& file) {
    auto place = headerPlace(file.bytes());
    if (!place)
        return place.error();
    const auto [begin, end] = *place;
    const std::string_view header(reinterpret_cast<const char*>(file.bytes().data()) + begin, end - begin);
    const auto type = elementType(headerValue(header, "descr"));
    if (type == DataType::Undefined)
        return errorDiagnostic("npy.format", "The array's element type is none that is read here.",
                               "Booleans, integers, floating point and complex numbers in little endian order are.");
    if (!headerValue(header, "fortran_order").starts_with("False"))
        return errorDiagnostic("npy.format", "The array is in Fortran order.", "Save it in C order.");
    auto shape = parseShape(headerValue(header, "shape"));
    if (!shape)
        return shape.error();
    const auto need = packedBytes(type, std::uint64_t(*elementCount(*shape)));
    if (file.size() - end != need)
        return errorDiagnostic("npy.size", "The file has " + std::to_string(file.size() - end) +
                                               " bytes of data; its shape " + shapeText(*shape) + " needs " +
                                               std::to_string(need) + ".");
    return makeTensor(type, std::move(*shape), file.slice(end, file.size() - end));
}

Result<TensorPtr> readNpy(const fs::path& path) {
    auto file = mapFile(path);
    if (!file)
        return file.status();
    auto tensor = parseNpy(*file);
    if (!tensor)
        return Diagnostic(tensor.error()).inFile(path.string());
    return tensor;
}

} // namespace lapidary
