// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/fields.h"
#include "onnx/typedfields.h"
#include "onnx/writecontext.h"

namespace lapidary {

using namespace wire;

bool ExternalLayout::takes(const Tensor& tensor, bool isInitializer) const {
    if (tensor.type == DataType::String || tensor.missing())
        return false;
    if (tensor.storage == TensorStorage::External)
        return true;
    return everything && isInitializer && tensor.data.size() >= minimum;
}

std::uint64_t ExternalLayout::place(const Blob& data) {
    // Large weights start on a page, so that a runtime can map them where they are.
    const std::uint64_t alignment = data.size() >= (1u << 20) ? 4096 : 64;
    const std::uint64_t offset = (end + alignment - 1) / alignment * alignment;
    end = offset + data.size();
    parts.push_back({offset, data});
    return offset;
}

namespace {

void writeTyped(Writer& writer, const Tensor& tensor, std::uint32_t number) {
    if (tensor.type == DataType::String) {
        for (const auto& text : tensor.strings)
            writer.text(number, text);
    } else if (!tensor.data.empty()) {
        writer.blob(number, encodeTypedField(tensor.type, tensor.data));
    }
}

void writeExternal(Writer& writer, ExternalLayout& layout, const Tensor& tensor) {
    const auto offset = layout.place(tensor.data);
    const std::pair<const char*, std::string> entries[] = {{"location", layout.fileName},
                                                           {"offset", std::to_string(offset)},
                                                           {"length", std::to_string(tensor.data.size())}};
    for (const auto& [key, value] : entries) {
        Writer entry;
        entry.text(field::entry::key, key);
        entry.text(field::entry::value, value);
        writer.message(field::tensor::externalData, std::move(entry));
    }
    writer.integer(field::tensor::dataLocation, 1);
}

} // namespace

Writer writeTensor(WriteContext& context, const Tensor& tensor, const std::string* name) {
    namespace f = field::tensor;
    if (tensor.missing() && !context.missing && context.outlineAbove == 0) {
        context.missing = errorDiagnostic("onnx.missing_data", "Weights are missing: " + tensor.missingReason,
                                          "Put the file with the weights beside the model and open it again.");
        if (name)
            context.missing->place.tensor = *name;
    }
    const bool outlined = context.outlined(tensor);
    const auto typedField = typedFieldOf(tensor.type);
    const bool typed = tensor.type == DataType::String ||
                       (tensor.storage == TensorStorage::TypedField && (typedField != 0 || tensor.data.empty()));
    const bool external = !outlined && context.external && context.external->takes(tensor, name != nullptr);
    Writer writer(outlined ? std::string_view() : std::string_view(tensor.unknownFields));
    for (const auto extent : tensor.shape)
        writer.integer(f::dims, std::uint64_t(extent));
    writer.integerIf(f::dataType, std::uint64_t(std::int64_t(tensor.type)));
    const bool inside = !outlined && !external && !tensor.missing();
    if (inside && typed && typedField != 0 && typedField < f::name)
        writeTyped(writer, tensor, typedField);
    if (name)
        writer.textIf(f::name, *name);
    if (inside && !typed)
        writer.blob(f::rawData, tensor.data);
    if (inside && typed && typedField > f::name)
        writeTyped(writer, tensor, typedField);
    writer.textIf(f::doc, tensor.doc);
    if (external)
        writeExternal(writer, *context.external, tensor);
    return writer;
}

} // namespace lapidary
