// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/constanttext.h"

#include "tensor/elementtext.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace lapidary {

namespace {

constexpr std::int64_t shortList = 8;
constexpr std::size_t widestList = 30; ///< characters
constexpr std::int64_t realList = 4;

std::string realNumber(double value) {
    std::array<char, 32> buffer{};
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 4).ptr;
    return {buffer.data(), end};
}

std::string listText(const Tensor& tensor, bool bounds) {
    std::string text = "[";
    for (std::int64_t i = 0; i < tensor.count(); ++i) {
        const auto one = constantElementText(tensor, std::uint64_t(i), bounds);
        if (i >= 3 && (i >= shortList || text.size() + one.size() > widestList))
            return shapeText(tensor.shape) + ": " + text + ", …]";
        text += (i > 0 ? ", " : "") + one;
    }
    return text + "]";
}

} // namespace

std::string constantElementText(const Tensor& tensor, std::uint64_t index, bool bounds) {
    if (tensor.type == DataType::String)
        return "\"" + tensor.strings[index] + "\"";
    if (isInteger(tensor.type) || tensor.type == DataType::Bool) {
        const auto text = elementText(tensor, index);
        std::int64_t value = 0;
        if (bounds && std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc())
            return sliceBoundText(value);
        return text;
    }
    const auto reader = ElementReader::of(TensorPtr(TensorPtr(), &tensor));
    return reader ? realNumber(reader->at(index)) : std::string();
}

bool areSliceBounds(const Node& node, std::string_view name) {
    return node.is("Slice") && (name == "starts" || name == "ends");
}

std::string sliceBoundText(std::int64_t bound) {
    // Exporters write the largest number of 32 or 64 bits, its negative, or one less than that.
    constexpr auto beyond = std::int64_t(std::numeric_limits<std::int32_t>::max());
    return bound >= beyond ? "end" : bound <= -beyond ? "start" : std::to_string(bound);
}

std::string constantText(const Tensor& tensor, bool bounds) {
    const bool real = isFloatingPoint(tensor.type);
    if (!real && !isInteger(tensor.type) && tensor.type != DataType::Bool && tensor.type != DataType::String)
        return {};
    const auto count = tensor.count();
    if (count < 1 || !checkElements(tensor))
        return {};
    if (tensor.shape.empty() || (count == 1 && tensor.shape.size() > 1))
        return constantElementText(tensor, 0, bounds);
    if (tensor.shape.size() > 1 || (tensor.type == DataType::String && count > realList) || (real && count > realList))
        return {};
    return listText(tensor, bounds);
}

const std::string& InputNames::of(const Node& node, std::size_t input, std::int64_t opset) {
    static const std::string none;
    const auto [it, isNew] = m_known.try_emplace({node.domain, node.opType});
    auto& names = it->second;
    if (isNew)
        if (const auto doc = operatorDoc(node.opType, node.domain, opset))
            for (const auto& port : doc->inputs)
                names.push_back(port.variadic ? std::string() : port.name);
    return input < names.size() ? names[input] : none;
}

} // namespace lapidary
