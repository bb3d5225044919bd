// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/fields.h"
#include "onnx/readcontext.h"
#include "onnx/typedfields.h"

#include <array>
#include <charconv>

namespace lapidary {

namespace {

using namespace wire;

/// The payload of one typed field. In one piece it stays in the file; pieces are joined in memory.
struct Payload {
    Bytes inFile;
    std::string joined;
    bool present = false;

    void add(Bytes piece) {
        if (!present) {
            inFile = piece;
        } else {
            if (joined.empty())
                joined = asText(inFile);
            joined += asText(piece);
            inFile = {};
        }
        present = true;
    }
    Bytes bytes() const { return joined.empty() ? inFile : std::as_bytes(std::span(joined.data(), joined.size())); }
};

struct External {
    std::string location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
};

class TensorReader {
public:
    TensorReader(ReadContext& context, Tensor& tensor, std::string* name)
        : m_context(context), m_tensor(tensor), m_name(name) {}

    Status read(Bytes message);

private:
    Status field(const Field& item);
    Status dims(const Field& item);
    Status externalEntry(const Field& item);
    Status finish();
    Status finishStrings(std::int64_t count);
    Status finishTyped(std::uint64_t expected);
    Status finishExternal(std::uint64_t expected);
    Diagnostic sizeError(const std::string& has) const;
    Diagnostic placed(Diagnostic diagnostic) const {
        return m_name ? std::move(diagnostic).atTensor(*m_name) : std::move(diagnostic);
    }

    ReadContext& m_context;
    Tensor& m_tensor;
    std::string* m_name;
    std::array<Payload, 12> m_typed; // by field number
    bool m_hasRaw = false;
    Bytes m_raw;
    External m_external;
    std::string m_externalFields;
    bool m_isExternal = false;
};

Status TensorReader::dims(const Field& item) {
    if ((item.tag & 7) == 0) {
        m_tensor.shape.push_back(std::int64_t(item.value));
        return m_tensor.shape.size() > 64
                   ? Status(placed(errorDiagnostic("onnx.tensor_size", "A tensor has too many axes")))
                   : Status();
    }
    Bytes rest = item.bytes;
    for (std::uint64_t value = 0; !rest.empty();) {
        if (!takeVarint(rest, value) || m_tensor.shape.size() >= 64)
            return m_context.damaged(State::Corrupt, "tensor");
        m_tensor.shape.push_back(std::int64_t(value));
    }
    return {};
}

Status TensorReader::externalEntry(const Field& item) {
    m_externalFields += item.rawText();
    std::string_view key, value;
    const auto status = forEachField(m_context, item.bytes, "tensor", [&](const Field& part) {
        if (part.tag == bytesTag(field::entry::key))
            key = part.text();
        else if (part.tag == bytesTag(field::entry::value))
            value = part.text();
        return Status();
    });
    if (!status)
        return status;
    if (key == "location")
        m_external.location = value;
    if (key != "offset" && key != "length")
        return {};
    std::uint64_t number = 0;
    const auto end = value.data() + value.size();
    if (const auto result = std::from_chars(value.data(), end, number); result.ec != std::errc() || result.ptr != end)
        return placed(errorDiagnostic("onnx.corrupt", "The " + std::string(key) + " of external data is not a number"));
    if (key == "offset")
        m_external.offset = number;
    else
        m_external.length = number;
    return {};
}

Status TensorReader::field(const Field& item) {
    namespace f = field::tensor;
    auto& unknown = m_tensor.unknownFields;
    switch (item.tag) {
    case varintTag(f::dims):
    case bytesTag(f::dims):
        return dims(item);
    case varintTag(f::dataType):
        m_tensor.type = DataType(std::int32_t(item.value));
        return {};
    case bytesTag(f::floatData):
    case bytesTag(f::int32Data):
    case bytesTag(f::int64Data):
    case bytesTag(f::doubleData):
    case bytesTag(f::uint64Data):
        m_typed[item.number()].add(item.bytes);
        return {};
    case fixed32Tag(f::floatData):
    case varintTag(f::int32Data):
    case varintTag(f::int64Data):
    case fixed64Tag(f::doubleData):
    case varintTag(f::uint64Data):
        m_typed[item.number()].add(item.raw.subspan(1)); // these tags take one byte when written the shortest way
        if (std::uint8_t(item.raw[0]) >= 0x80)
            return m_context.damaged(State::Corrupt, "tensor");
        return {};
    case bytesTag(f::stringData):
        m_tensor.strings.emplace_back(item.text());
        return m_context.charge(sizeof(std::string) + item.bytes.size());
    case bytesTag(f::rawData):
        m_hasRaw = true;
        m_raw = item.bytes;
        return {};
    case bytesTag(f::doc):
        takeText(item, m_tensor.doc, unknown);
        return {};
    case bytesTag(f::externalData):
        return externalEntry(item);
    case varintTag(f::dataLocation):
        m_isExternal = item.value == 1;
        if (m_isExternal)
            m_externalFields += item.rawText();
        else
            unknown += item.rawText();
        return {};
    case bytesTag(f::name):
        if (m_name) {
            *m_name = item.text();
            return {};
        }
        break;
    default:
        break;
    }
    unknown += item.rawText();
    return m_context.charge(item.raw.size());
}

Diagnostic TensorReader::sizeError(const std::string& has) const {
    return placed(errorDiagnostic("onnx.tensor_size",
                                  "A " + dataTypeName(m_tensor.type) + " tensor of shape " + shapeText(m_tensor.shape) +
                                      " " + has,
                                  "The file is damaged or was written by a faulty exporter."));
}

Status TensorReader::finishStrings(std::int64_t count) {
    m_tensor.storage = TensorStorage::TypedField;
    return m_tensor.strings.size() == std::uint64_t(count)
               ? Status()
               : Status(sizeError("has " + std::to_string(m_tensor.strings.size()) + " strings"));
}

Status TensorReader::finishExternal(std::uint64_t expected) {
    m_tensor.storage = TensorStorage::External;
    const auto length = m_external.length.value_or(expected);
    if (isKnown(m_tensor.type) && length != expected)
        return sizeError("says it has " + std::to_string(length) + " bytes of external data");
    auto found = m_context.external.open(m_external.location);
    if (!found)
        return placed(found.error());
    std::string reason = found->missingReason;
    const auto size = found->bytes.size();
    if (reason.empty() && (m_external.offset > size || length > size - m_external.offset))
        reason = "the file \"" + m_external.location + "\" ends before these weights: it has " + std::to_string(size) +
                 " bytes";
    if (reason.empty()) {
        m_tensor.data = found->bytes.slice(m_external.offset, length);
        return {};
    }
    m_tensor.missingReason = reason;
    m_tensor.unknownFields += m_externalFields;
    constexpr std::size_t toldOneByOne = 5;
    if (++m_context.missingTensors <= toldOneByOne)
        m_context.problems.push_back(placed(
            warningDiagnostic("onnx.missing_data", "The weights are missing: " + reason,
                              "Put the file with the weights beside the model. Until then it can only be viewed.")));
    return {};
}

Status TensorReader::finishTyped(std::uint64_t expected) {
    const auto number = typedFieldOf(m_tensor.type);
    auto& payload = m_typed[number < m_typed.size() ? number : 0];
    m_tensor.storage = TensorStorage::TypedField;
    if (!payload.present)
        return expected == 0 ? Status() : Status(sizeError("has no data"));
    if (!hasVarintEntries(number)) {
        if (payload.bytes().size() != expected)
            return sizeError("has " + std::to_string(payload.bytes().size()) + " bytes of data");
        m_tensor.data = payload.joined.empty() ? m_context.slice(payload.inFile) : Blob(std::move(payload.joined));
    } else {
        if (const auto status = m_context.charge(expected <= payload.bytes().size() * 8 ? expected : 0); !status)
            return status;
        auto bytes = decodeTypedField(m_tensor.type, payload.bytes(), expected);
        if (!bytes)
            return sizeError("has a different number of values");
        m_tensor.data = Blob(*std::move(bytes));
    }
    payload.present = false;
    return {};
}

Status TensorReader::finish() {
    const auto count = elementCount(m_tensor.shape);
    if (!count)
        return sizeError("is impossible");
    if (m_tensor.type == DataType::String)
        return finishStrings(*count);
    if (!m_tensor.strings.empty())
        return sizeError("holds strings");
    const auto expected = packedBytes(m_tensor.type, std::uint64_t(*count));
    if (m_isExternal)
        return finishExternal(expected);
    if (m_hasRaw) {
        if (isKnown(m_tensor.type) && m_raw.size() != expected)
            return sizeError("has " + std::to_string(m_raw.size()) + " bytes of data");
        m_tensor.data = m_context.slice(m_raw);
        return {};
    }
    return finishTyped(expected);
}

Status TensorReader::read(Bytes message) {
    auto status = forEachField(m_context, message, "tensor", [this](const Field& item) { return field(item); });
    if (!status)
        return status;
    if (status = finish(); !status)
        return status;
    if (!m_isExternal)
        m_tensor.unknownFields += m_externalFields;
    for (std::uint32_t number = 0; number < m_typed.size(); ++number)
        if (m_typed[number].present) {
            const auto bytes = m_typed[number].bytes();
            if (status = m_context.charge(bytes.size()); !status)
                return status;
            appendVarint(m_tensor.unknownFields, bytesTag(number));
            appendVarint(m_tensor.unknownFields, bytes.size());
            m_tensor.unknownFields += asText(bytes);
        }
    sortFields(m_tensor.unknownFields);
    return {};
}

} // namespace

Status readTensor(ReadContext& context, Bytes message, Tensor& tensor, std::string* name) {
    return TensorReader(context, tensor, name).read(message);
}

} // namespace lapidary
