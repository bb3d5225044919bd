// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/fields.h"
#include "onnx/readcontext.h"

namespace lapidary {

namespace {

using namespace wire;

Status readDimension(const ReadContext& context, Bytes message, Dimension& dimension) {
    namespace f = field::type;
    auto status = forEachField(context, message, "shape", [&](const Field& item) {
        if (item.tag == varintTag(f::dimValue)) {
            dimension.extent = std::max<std::int64_t>(-1, std::int64_t(item.value));
            dimension.symbol.clear();
            if (dimension.extent < 0) // some exporters write -1 for "unknown"
                dimension.unknownFields += item.rawText();
        } else if (item.tag == bytesTag(f::dimParam)) {
            dimension.extent = -1;
            takeText(item, dimension.symbol, dimension.unknownFields);
        } else if (item.tag == bytesTag(f::dimDenotation)) {
            takeText(item, dimension.denotation, dimension.unknownFields);
        } else {
            dimension.unknownFields += item.rawText();
        }
        return Status();
    });
    sortFields(dimension.unknownFields);
    return status;
}

/// False if the message holds something TypeInfo has no place for: then it is kept as bytes.
Result<bool> readTensorType(ReadContext& context, Bytes message, TypeInfo& type) {
    namespace f = field::type;
    bool plain = true;
    auto status = forEachField(context, message, "type", [&](const Field& item) -> Status {
        if (item.tag == varintTag(f::elementType)) {
            type.elementType = DataType(std::int32_t(item.value));
            return {};
        }
        if (item.tag != bytesTag(f::shape)) {
            plain = false;
            return {};
        }
        if (type.dimensions)
            plain = false;
        type.dimensions.emplace();
        return forEachField(context, item.bytes, "shape", [&](const Field& part) -> Status {
            if (part.tag != bytesTag(f::dimension)) {
                plain = false;
                return {};
            }
            if (auto charged = context.charge(sizeof(Dimension)); !charged)
                return charged;
            return readDimension(context, part.bytes, type.dimensions->emplace_back());
        });
    });
    if (!status)
        return status;
    return plain;
}

Status readType(ReadContext& context, Bytes message, TypeInfo& type, bool& known) {
    namespace f = field::type;
    bool plain = true;
    int tensors = 0;
    const auto status = forEachField(context, message, "type", [&](const Field& item) -> Status {
        if (item.tag == bytesTag(f::tensor)) {
            ++tensors;
            auto read = readTensorType(context, item.bytes, type);
            plain = plain && read.ok() && *read;
            return read.status();
        }
        if (item.tag == bytesTag(f::denotation))
            takeText(item, type.denotation, type.unknownFields);
        else if (item.number() < f::denotation || item.number() == 7 || item.number() == 8 || item.number() == 9)
            plain = false; // sequence, map, sparse tensor, opaque, optional
        else
            type.unknownFields += item.rawText();
        return {};
    });
    if (!status)
        return status;
    known = tensors > 0 || !plain;
    if (!plain || tensors > 1) {
        type = TypeInfo();
        type.opaque = asText(message);
        return context.charge(message.size());
    }
    sortFields(type.unknownFields);
    return {};
}

} // namespace

Status readMetadata(ReadContext& context, Bytes message, MetadataProps& metadata) {
    auto& item = metadata.emplace_back();
    auto status = forEachField(context, message, "metadata entry", [&](const Field& part) {
        if (part.tag == bytesTag(field::entry::key))
            item.first = part.text();
        else if (part.tag == bytesTag(field::entry::value))
            item.second = part.text();
        return Status();
    });
    return status ? context.charge(message.size() + 2 * sizeof(std::string)) : status;
}

Status readValueInfo(ReadContext& context, Bytes message, Value& value) {
    namespace f = field::value;
    auto status = forEachField(context, message, "value", [&](const Field& item) -> Status {
        switch (item.tag) {
        case bytesTag(f::name):
            value.name = item.text();
            return {};
        case bytesTag(f::type): {
            TypeInfo type;
            bool known = false;
            if (auto read = readType(context, item.bytes, type, known); !read)
                return read;
            if (known)
                value.type = std::move(type);
            else
                value.unknownFields += item.rawText();
            return {};
        }
        case bytesTag(f::doc):
            takeText(item, value.doc, value.unknownFields);
            return {};
        case bytesTag(f::metadata):
            return readMetadata(context, item.bytes, value.metadata);
        default:
            value.unknownFields += item.rawText();
            return context.charge(item.raw.size());
        }
    });
    sortFields(value.unknownFields);
    return status;
}

} // namespace lapidary
