// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/fields.h"
#include "onnx/readcontext.h"

#include <bit>

namespace lapidary {

namespace {

using namespace wire;
namespace f = field::attribute;

/// The kind of an attribute that does not say it (files of 2017): told by the field that is there.
int kindOfField(std::uint32_t number) {
    return (number >= f::f && number <= f::graphs) ? int(number) - 1 : 0;
}

struct Outline {
    int kind = 0;
    bool hasValue = false; ///< the field of that kind occurs
    bool reference = false;
};

Result<Outline> outlineOf(ReadContext& context, Bytes message) {
    Outline outline;
    int guessed = 0;
    std::uint32_t seen = 0;
    const auto status = forEachField(context, message, "attribute", [&](const Field& item) {
        if (item.tag == varintTag(f::type))
            outline.kind = int(std::int32_t(item.value));
        else if (item.tag == bytesTag(f::refAttrName))
            outline.reference = !item.bytes.empty();
        else if (const int kind = kindOfField(item.number()); kind != 0) {
            guessed = guessed == 0 ? kind : guessed;
            seen |= 1u << kind;
        }
        return Status();
    });
    if (!status)
        return status;
    if (outline.kind == 0 && !outline.reference)
        outline.kind = guessed;
    outline.hasValue = outline.kind > 0 && outline.kind < 32 && (seen >> outline.kind & 1) != 0;
    return outline;
}

/// The value a kind has when its field is left away; monostate for kinds that are kept as bytes.
AttributeValue emptyValue(int kind) {
    switch (kind) {
    case f::kindFloat:
        return 0.0f;
    case f::kindInt:
        return std::int64_t(0);
    case f::kindString:
        return std::string();
    case f::kindFloats:
        return std::vector<float>();
    case f::kindInts:
        return std::vector<std::int64_t>();
    case f::kindStrings:
        return std::vector<std::string>();
    case f::kindTensors:
        return std::vector<TensorPtr>();
    case f::kindGraphs:
        return std::vector<GraphPtr>();
    default:
        return {};
    }
}

float floatFromBits(std::uint64_t bits) {
    return std::bit_cast<float>(std::uint32_t(bits));
}

Status packedFloats(ReadContext& context, Bytes bytes, std::vector<float>& out) {
    if (bytes.size() % 4 != 0)
        return context.damaged(State::Corrupt, "attribute");
    for (std::size_t at = 0; at < bytes.size(); at += 4) {
        std::uint32_t bits = 0;
        for (std::size_t i = 4; i-- > 0;)
            bits = bits << 8 | std::uint32_t(bytes[at + i]);
        out.push_back(floatFromBits(bits));
    }
    return context.charge(bytes.size());
}

Status packedInts(ReadContext& context, Bytes bytes, std::vector<std::int64_t>& out) {
    const auto count = countVarints(bytes);
    if (count < 0)
        return context.damaged(State::Corrupt, "attribute");
    if (const auto status = context.charge(std::uint64_t(count) * 8); !status)
        return status;
    for (std::uint64_t value = 0; !bytes.empty() && takeVarint(bytes, value);)
        out.push_back(std::int64_t(value));
    return {};
}

Result<TensorPtr> tensorOf(ReadContext& context, Bytes message) {
    auto tensor = std::make_shared<Tensor>();
    if (auto status = context.charge(sizeof(Tensor) + 64); !status)
        return status;
    if (auto status = readTensor(context, message, *tensor, nullptr); !status)
        return status;
    return TensorPtr(std::move(tensor));
}

/// Takes one field of the kind's value; false if the field is something else.
Result<bool> takeValue(ReadContext& context, const Field& item, int kind, AttributeValue& value, int depth) {
    switch (item.tag) {
    case fixed32Tag(f::f):
        value = floatFromBits(item.value);
        return true;
    case varintTag(f::i):
        value = std::int64_t(item.value);
        return true;
    case bytesTag(f::s):
        value = std::string(item.text());
        break;
    case bytesTag(f::t):
    case bytesTag(f::tensors): {
        auto tensor = tensorOf(context, item.bytes);
        if (!tensor)
            return tensor.error();
        if (kind == f::kindTensor)
            value = *std::move(tensor);
        else
            std::get<std::vector<TensorPtr>>(value).push_back(*std::move(tensor));
        return true;
    }
    case bytesTag(f::g):
    case bytesTag(f::graphs): {
        auto graph = readGraph(context, item.bytes, GraphKind::Subgraph, depth + 1);
        if (!graph)
            return graph.error();
        if (kind == f::kindGraph)
            value = *std::move(graph);
        else
            std::get<std::vector<GraphPtr>>(value).push_back(*std::move(graph));
        return true;
    }
    case fixed32Tag(f::floats):
        std::get<std::vector<float>>(value).push_back(floatFromBits(item.value));
        return true;
    case varintTag(f::ints):
        std::get<std::vector<std::int64_t>>(value).push_back(std::int64_t(item.value));
        break;
    case bytesTag(f::floats):
        if (auto status = packedFloats(context, item.bytes, std::get<std::vector<float>>(value)); !status)
            return status.error();
        return true;
    case bytesTag(f::ints):
        if (auto status = packedInts(context, item.bytes, std::get<std::vector<std::int64_t>>(value)); !status)
            return status.error();
        return true;
    case bytesTag(f::strings):
        std::get<std::vector<std::string>>(value).emplace_back(item.text());
        break;
    default:
        return false;
    }
    if (auto status = context.charge(sizeof(std::string) + item.bytes.size()); !status)
        return status.error();
    return true;
}

} // namespace

Status readAttribute(ReadContext& context, Bytes message, Attribute& attribute, int depth) {
    const auto outline = outlineOf(context, message);
    if (!outline)
        return outline.error();
    const int kind = outline->kind;
    attribute.value = outline->reference ? AttributeValue() : emptyValue(kind);
    const bool single = (kind == f::kindTensor || kind == f::kindGraph) && outline->hasValue;
    const bool opaque = !outline->reference && kind != 0 && !single && attribute.value.index() == 0;
    if (opaque)
        attribute.value = OpaqueAttribute{kind, std::string(asText(message))};
    const bool decoded = !opaque && !outline->reference && kind != 0;
    auto status = context.charge(sizeof(Attribute) + (opaque ? message.size() : 0));
    if (!status)
        return status;
    status = forEachField(context, message, "attribute", [&](const Field& item) -> Status {
        if (item.tag == bytesTag(f::name)) {
            attribute.name = item.text();
            return {};
        }
        if (opaque)
            return {};
        if (item.tag == bytesTag(f::refAttrName) && outline->reference) {
            attribute.refAttrName = item.text();
            return {};
        }
        if (item.tag == bytesTag(f::doc)) {
            takeText(item, attribute.doc, attribute.unknownFields);
            return {};
        }
        if (item.tag == varintTag(f::type)) {
            attribute.refKind = outline->reference ? kind : 0;
            if (item.value == 0)
                attribute.unknownFields += item.rawText();
            return {};
        }
        if (decoded && kindOfField(item.number()) == kind) {
            auto taken = takeValue(context, item, kind, attribute.value, depth);
            if (!taken || *taken)
                return taken.status();
        }
        attribute.unknownFields += item.rawText();
        return context.charge(item.raw.size());
    });
    sortFields(attribute.unknownFields);
    return status;
}

} // namespace lapidary
