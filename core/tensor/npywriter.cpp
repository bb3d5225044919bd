// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/elementreader.h"
#include "tensor/npyfile.h"

#include <algorithm>
#include <fstream>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t chunkSize = 1 << 16;
constexpr std::uint64_t longestText = 1 << 20;

/// Code points of UTF-8; a broken sequence gives U+FFFD, as decoders commonly do.
std::u32string codePoints(const std::string& text) {
    std::u32string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = std::uint8_t(text[i++]);
        const int more = lead < 0x80 ? 0 : lead >= 0xf0 && lead < 0xf8 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : -1;
        char32_t point = more == 0 ? lead : more == 3 ? lead & 7 : more == 2 ? lead & 15 : lead & 31;
        int read = 0;
        for (; read < more && i < text.size() && (std::uint8_t(text[i]) & 0xc0) == 0x80; ++read)
            point = point << 6 | (std::uint8_t(text[i++]) & 0x3f);
        out.push_back(more < 0 || lead >= 0xf8 || read < more || point > 0x10ffff ? U'\xfffd' : point);
    }
    return out;
}

Result<NpyForm> textForm(const Tensor& tensor) {
    std::size_t longest = 1;
    for (const auto& text : tensor.strings)
        longest = std::max(longest, codePoints(text).size());
    if (longest > longestText)
        return errorDiagnostic("npy.type", "Texts of " + std::to_string(longest) +
                                               " characters are too long for an array of texts of equal length");
    return NpyForm{"<U" + std::to_string(longest), DataType::String,
                   "texts become UTF-32 of equal length, filled with zeros: NumPy has no arrays of UTF-8"};
}

NpyForm wider(DataType from, DataType to, const char* descr) {
    return {descr, to, dataTypeName(from) + " becomes " + dataTypeName(to) + " without loss: NumPy has no such type"};
}

std::string headerText(const NpyForm& form, const Shape& shape) {
    std::string text = "{'descr': '" + form.descr + "', 'fortran_order': False, 'shape': (";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i > 0 ? " " : "") + std::to_string(shape[i]) + (i + 1 < shape.size() || shape.size() == 1 ? "," : "");
    text += "), }";
    const std::size_t version1 = 10, version2 = 12;
    const bool large = text.size() + version1 + 64 > 0xffff;
    const auto begin = large ? version2 : version1;
    text.append(63 - (begin + text.size()) % 64, ' '); // the data stands at a multiple of 64
    text += '\n';
    std::string head("\x93NUMPY", 6);
    head += large ? std::string("\2\0", 2) : std::string("\1\0", 2);
    for (std::size_t i = 0; i < begin - 8; ++i)
        head += char(text.size() >> (8 * i) & 0xff);
    return head + text;
}

class Writer {
public:
    Writer(const Tensor& tensor, const NpyForm& form, std::ostream& out, const Work& work)
        : m_tensor(tensor), m_form(form), m_out(out), m_work(work) {}

    Status run() {
        const auto head = headerText(m_form, m_tensor.shape);
        m_out.write(head.data(), std::streamsize(head.size()));
        if (m_tensor.type == DataType::String)
            return texts();
        if (m_form.type == m_tensor.type)
            return bytes();
        auto reader = ElementReader::of(TensorPtr(TensorPtr(), &m_tensor));
        if (!reader)
            return reader.status();
        if (m_form.type == DataType::Float)
            return converted<float>(*reader);
        if (m_form.type == DataType::Int8)
            return converted<std::int8_t>(*reader);
        return converted<std::uint8_t>(*reader);
    }

private:
    Status bytes() {
        const auto all = m_tensor.data.bytes();
        for (std::size_t at = 0; at < all.size(); at += chunkSize) {
            const auto part = all.subspan(at, std::min<std::size_t>(chunkSize, all.size() - at));
            m_out.write(reinterpret_cast<const char*>(part.data()), std::streamsize(part.size()));
            if (auto status = progress(at, all.size()); !status)
                return status;
        }
        return {};
    }

    template <typename T>
    Status converted(const ElementReader& reader) {
        std::vector<double> values(chunkSize);
        std::vector<T> narrow(chunkSize);
        for (std::uint64_t at = 0; at < reader.count(); at += chunkSize) {
            const auto length = std::min(chunkSize, reader.count() - at);
            reader.read(at, {values.data(), length});
            std::transform(values.begin(), values.begin() + std::ptrdiff_t(length), narrow.begin(),
                           [](double value) { return T(value); });
            m_out.write(reinterpret_cast<const char*>(narrow.data()), std::streamsize(length * sizeof(T)));
            if (auto status = progress(at, reader.count()); !status)
                return status;
        }
        return {};
    }

    Status texts() {
        const auto length = std::stoull(m_form.descr.substr(2));
        for (std::size_t i = 0; i < m_tensor.strings.size(); ++i) {
            auto points = codePoints(m_tensor.strings[i]);
            points.resize(length, U'\0');
            m_out.write(reinterpret_cast<const char*>(points.data()), std::streamsize(4 * points.size()));
            if (auto status = progress(i, m_tensor.strings.size()); !status)
                return status;
        }
        return {};
    }

    Status progress(std::uint64_t done, std::uint64_t all) {
        m_work.progress.set(double(done) / double(std::max<std::uint64_t>(all, 1)));
        if (!m_out)
            return errorDiagnostic("npy.write", "The array cannot be written; is the disk full?");
        return m_work.check();
    }

    const Tensor& m_tensor;
    const NpyForm& m_form;
    std::ostream& m_out;
    const Work& m_work;
};

} // namespace

Result<NpyForm> npyFormOf(const Tensor& tensor) {
    const auto type = tensor.type;
    static constexpr std::pair<DataType, const char*> direct[] = {
        {DataType::Bool, "|b1"},      {DataType::Int8, "|i1"},       {DataType::UInt8, "|u1"},
        {DataType::Int16, "<i2"},     {DataType::UInt16, "<u2"},     {DataType::Int32, "<i4"},
        {DataType::UInt32, "<u4"},    {DataType::Int64, "<i8"},      {DataType::UInt64, "<u8"},
        {DataType::Float16, "<f2"},   {DataType::Float, "<f4"},      {DataType::Double, "<f8"},
        {DataType::Complex64, "<c8"}, {DataType::Complex128, "<c16"}};
    for (const auto& [known, descr] : direct)
        if (type == known)
            return NpyForm{descr, type, {}};
    if (type == DataType::String)
        return textForm(tensor);
    if (type == DataType::Int4 || type == DataType::Int2)
        return wider(type, DataType::Int8, "|i1");
    if (type == DataType::UInt4 || type == DataType::UInt2)
        return wider(type, DataType::UInt8, "|u1");
    if (isFloatingPoint(type))
        return wider(type, DataType::Float, "<f4");
    return errorDiagnostic("npy.type",
                           "Elements of type " + dataTypeName(type) + " cannot be written as a NumPy array");
}

Status writeNpy(const Tensor& tensor, const fs::path& path, const Work& work) {
    if (auto status = checkElements(tensor); !status)
        return status;
    const auto form = npyFormOf(tensor);
    if (!form)
        return form.status();
    auto neighbour = path;
    neighbour += ".part";
    std::error_code ignored, renamed;
    {
        std::ofstream out(neighbour, std::ios::binary | std::ios::trunc);
        auto status = out ? Writer(tensor, *form, out, work).run()
                          : Status(errorDiagnostic("npy.write", "This file cannot be written",
                                                   "Is there such a folder, and may you write to it?")
                                       .inFile(path.string()));
        out.flush();
        if (status.ok() && !out)
            status =
                errorDiagnostic("npy.write", "The array cannot be written; is the disk full?").inFile(path.string());
        if (!status) {
            out.close();
            fs::remove(neighbour, ignored);
            return status;
        }
    }
    fs::rename(neighbour, path, renamed);
    if (!renamed)
        return {};
    fs::remove(neighbour, ignored);
    return errorDiagnostic("npy.write", "This file cannot be written: " + renamed.message()).inFile(path.string());
}

} // namespace lapidary
