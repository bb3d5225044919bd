// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/shapeelements.h"

#include <algorithm>
#include <limits>

namespace lapidary {
namespace {

constexpr std::int64_t mostElements = 4096;
constexpr int deepest = 64;

std::int64_t countOf(const Shape& shape) {
    return elementCount(shape).value_or(mostElements + 1);
}

ShapeElement constantElement(std::int64_t value) {
    return {.value = value, .known = true, .source = {}};
}

ShapeElement scaled(ShapeElement element, std::int64_t numerator, std::int64_t denominator, std::int64_t value,
                    bool known) {
    element.value = value;
    element.known = known;
    if (element.source.valid() && (__builtin_mul_overflow(element.numerator, numerator, &element.numerator) ||
                                   __builtin_mul_overflow(element.denominator, denominator, &element.denominator)))
        element.source = ValueId();
    return element;
}

ShapeElement combined(const std::string& op, const ShapeElement& a, const ShapeElement& b) {
    std::int64_t value = 0;
    bool known = a.known && b.known;
    if (known) {
        if (op == "Add")
            known = !__builtin_add_overflow(a.value, b.value, &value);
        else if (op == "Sub")
            known = !__builtin_sub_overflow(a.value, b.value, &value);
        else if (op == "Mul")
            known = !__builtin_mul_overflow(a.value, b.value, &value);
        else if (b.value == 0 || b.value == -1)
            known = false;
        else
            value = a.value / b.value;
    }
    if (!a.live && !b.live)
        return {.value = value, .known = known, .source = {}};
    if (op == "Mul" && !b.live && b.known && b.value > 0)
        return scaled(a, b.value, 1, value, known);
    if (op == "Mul" && !a.live && a.known && a.value > 0)
        return scaled(b, a.value, 1, value, known);
    if (op == "Div" && !b.live && b.known && b.value > 0)
        return scaled(a, 1, b.value, value, known);
    return {.value = value, .known = known, .live = true, .source = {}};
}

bool clampBounds(std::int64_t extent, std::int64_t step, std::int64_t& start, std::int64_t& end) {
    if (step == 0 || step == std::numeric_limits<std::int64_t>::min())
        return false;
    const auto shifted = [&](std::int64_t bound) {
        return bound < 0 ? (bound < -extent ? -1 : bound + extent) : bound;
    };
    if (step > 0) {
        start = std::clamp<std::int64_t>(std::max<std::int64_t>(shifted(start), 0), 0, extent);
        end = std::clamp<std::int64_t>(std::max<std::int64_t>(shifted(end), 0), 0, extent);
    } else {
        start = std::clamp<std::int64_t>(shifted(start), -1, extent - 1);
        end = std::clamp<std::int64_t>(shifted(end), -1, extent - 1);
    }
    return true;
}

} // namespace

bool ShapeTensor::isConstant() const {
    return std::ranges::all_of(elements, [](const ShapeElement& element) { return element.known && !element.live; });
}

std::vector<std::int64_t> ShapeTensor::values() const {
    std::vector<std::int64_t> result;
    result.reserve(elements.size());
    for (const ShapeElement& element : elements)
        result.push_back(element.value);
    return result;
}

std::optional<ShapeTensor> ShapeElements::of(ValueId value) {
    return value.valid() ? cached(value, 0) : std::nullopt;
}

std::optional<std::vector<std::int64_t>> ShapeElements::constants(ValueId value) {
    const auto tensor = of(value);
    if (!tensor || !tensor->isConstant())
        return std::nullopt;
    return tensor->values();
}

std::optional<ShapeTensor> ShapeElements::cached(ValueId value, int depth) {
    if (!value.valid() || depth > deepest)
        return std::nullopt;
    const auto found = m_cache.find(value.number);
    if (found != m_cache.end())
        return found->second;
    auto result = evaluate(value, depth);
    m_cache[value.number] = result;
    return result;
}

std::optional<ShapeTensor> ShapeElements::evaluate(ValueId value, int depth) {
    if (const TensorPtr tensor = m_graph.constant(value)) {
        // Bounds and sizes are sometimes stored as floats (Resize scales are not our business, Cast inputs are).
        if (tensor->shape.size() > 2 || countOf(tensor->shape) > mostElements || !isInteger(tensor->type))
            return std::nullopt;
        const auto numbers = toIntegers(*tensor);
        if (!numbers)
            return std::nullopt;
        ShapeTensor result{tensor->shape, {}};
        for (const std::int64_t number : *numbers)
            result.elements.push_back(constantElement(number));
        return result;
    }
    const Node* node = m_graph.producer(value);
    if (!node || !node->isOnnx() || node->output(0) != value)
        return std::nullopt;
    return evaluateNode(*node, depth + 1);
}

std::optional<ShapeTensor> ShapeElements::evaluateNode(const Node& node, int depth) {
    const std::string& op = node.opType;
    if (op == "Shape")
        return shapeOf(node);
    if (op == "Identity" || op == "Cast")
        return cached(node.input(0), depth);
    if (op == "Squeeze" || op == "Unsqueeze" || op == "Reshape" || op == "Flatten" || op == "Transpose")
        return reshape(node, depth);
    if (op == "Concat")
        return concat(node, depth);
    if (op == "Gather")
        return gather(node, depth);
    if (op == "Slice")
        return slice(node, depth);
    if (op == "ConstantOfShape")
        return filled(node, depth);
    if (op == "ReduceProd")
        return reduceProd(node, depth);
    if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div")
        return arithmetic(node, depth);
    return std::nullopt;
}

std::optional<ShapeTensor> ShapeElements::shapeOf(const Node& node) const {
    const ValueId source = node.input(0);
    const auto shape = m_shapes.shape(source);
    if (!shape)
        return std::nullopt;
    const bool constant = m_graph.constant(source) != nullptr;
    const auto rank = std::int64_t(shape->size());
    auto start = node.intAttribute("start", 0), end = node.intAttribute("end", rank);
    start = std::clamp<std::int64_t>(start < 0 ? start + rank : start, 0, rank);
    end = std::clamp<std::int64_t>(end < 0 ? end + rank : end, start, rank);
    ShapeTensor result{{end - start}, {}};
    for (std::int64_t axis = start; axis < end; ++axis) {
        const std::int64_t extent = (*shape)[std::size_t(axis)];
        if (constant)
            result.elements.push_back(constantElement(extent));
        else
            result.elements.push_back(
                {.value = extent, .known = extent >= 0, .live = true, .source = source, .axis = int(axis)});
    }
    return result;
}

std::optional<ShapeTensor> ShapeElements::arithmetic(const Node& node, int depth) {
    const auto a = cached(node.input(0), depth);
    const auto b = cached(node.input(1), depth);
    if (!a || !b || a->elements.empty() || b->elements.empty())
        return std::nullopt;
    const bool sameSize = a->elements.size() == b->elements.size();
    if (!sameSize && a->elements.size() != 1 && b->elements.size() != 1)
        return std::nullopt;
    const ShapeTensor& larger =
        a->elements.size() > b->elements.size() || (sameSize && a->shape.size() >= b->shape.size()) ? *a : *b;
    ShapeTensor result{larger.shape, {}};
    for (std::size_t i = 0; i < larger.elements.size(); ++i)
        result.elements.push_back(combined(node.opType, a->elements[a->elements.size() == 1 ? 0 : i],
                                           b->elements[b->elements.size() == 1 ? 0 : i]));
    return result;
}

std::optional<ShapeTensor> ShapeElements::concat(const Node& node, int depth) {
    ShapeTensor result{{0}, {}};
    for (const ValueId input : node.inputs) {
        const auto part = cached(input, depth);
        if (!part || part->shape.size() != 1 || std::int64_t(result.elements.size()) > mostElements)
            return std::nullopt;
        result.elements.insert(result.elements.end(), part->elements.begin(), part->elements.end());
    }
    result.shape[0] = std::int64_t(result.elements.size());
    return result;
}

std::optional<ShapeTensor> ShapeElements::gather(const Node& node, int depth) {
    const auto data = cached(node.input(0), depth);
    const auto indices = cached(node.input(1), depth);
    if (!data || !indices || data->shape.size() != 1 || !indices->isConstant())
        return std::nullopt;
    ShapeTensor result{indices->shape, {}};
    const auto extent = std::int64_t(data->elements.size());
    for (std::int64_t index : indices->values()) {
        index = index < 0 ? index + extent : index;
        if (index < 0 || index >= extent)
            return std::nullopt;
        result.elements.push_back(data->elements[std::size_t(index)]);
    }
    return result;
}

std::optional<ShapeTensor> ShapeElements::slice(const Node& node, int depth) {
    const auto data = cached(node.input(0), depth);
    if (!data || data->shape.empty())
        return std::nullopt;
    const auto list = [&](const char* name, std::size_t input, std::int64_t fallback) -> std::optional<std::int64_t> {
        if (node.inputs.size() > 1) {
            if (!node.input(input).valid())
                return fallback;
            const auto tensor = cached(node.input(input), depth);
            if (!tensor || tensor->elements.size() != 1 || !tensor->isConstant())
                return std::nullopt;
            return tensor->elements[0].value;
        }
        const auto values = node.intsAttribute(name, {fallback});
        return values.size() == 1 ? std::optional(values[0]) : std::nullopt;
    };
    const auto starts = list("starts", 1, 0), ends = list("ends", 2, 0), axes = list("axes", 3, 0);
    const auto steps = list("steps", 4, 1);
    if (!starts || !ends || !axes || !steps)
        return std::nullopt;
    const auto rank = std::int64_t(data->shape.size());
    const std::int64_t axis = *axes < 0 ? *axes + rank : *axes;
    if (axis < 0 || axis >= rank)
        return std::nullopt;
    std::int64_t start = *starts, end = *ends;
    const std::int64_t extent = data->shape[std::size_t(axis)];
    if (!clampBounds(extent, *steps, start, end))
        return std::nullopt;
    const std::int64_t inner = axis + 1 < rank ? data->shape[1] : 1;
    const std::int64_t outer = axis == 1 ? data->shape[0] : 1;
    ShapeTensor result{data->shape, {}};
    std::int64_t kept = 0;
    for (std::int64_t o = 0; o < outer; ++o) {
        kept = 0;
        for (std::int64_t p = start; *steps > 0 ? p < end : p > end; p += *steps, ++kept)
            for (std::int64_t i = 0; i < inner; ++i)
                result.elements.push_back(data->elements[std::size_t((o * extent + p) * inner + i)]);
    }
    result.shape[std::size_t(axis)] = kept;
    return result;
}

std::optional<ShapeTensor> ShapeElements::reshape(const Node& node, int depth) {
    auto data = cached(node.input(0), depth);
    if (!data)
        return std::nullopt;
    if (node.opType == "Transpose" && data->shape.size() == 2) {
        ShapeTensor turned{{data->shape[1], data->shape[0]}, {}};
        for (std::int64_t column = 0; column < data->shape[1]; ++column)
            for (std::int64_t line = 0; line < data->shape[0]; ++line)
                turned.elements.push_back(data->elements[std::size_t(line * data->shape[1] + column)]);
        return node.intsAttribute("perm", {1, 0}) == std::vector<std::int64_t>{1, 0} ? turned : *data;
    }
    Shape shape;
    if (const auto known = m_shapes.shape(node.output()); known && elementCount(*known)) {
        shape = *known;
    } else if (node.opType == "Reshape") {
        const auto target = cached(node.input(1), depth);
        if (!target || !target->isConstant())
            return std::nullopt;
        shape = target->values();
        std::int64_t rest = std::int64_t(data->elements.size());
        for (const std::int64_t extent : shape)
            rest = extent > 0 ? rest / extent : rest;
        for (std::int64_t& extent : shape)
            extent = extent < 0 ? rest : extent;
    } else if (node.opType == "Unsqueeze") {
        shape = data->shape;
        shape.push_back(1);
    } else if (node.opType == "Squeeze" && data->elements.size() == 1) {
        shape = {};
    } else {
        return std::nullopt;
    }
    if (shape.size() > 2 || countOf(shape) != std::int64_t(data->elements.size()))
        return std::nullopt;
    data->shape = shape;
    return data;
}

std::optional<ShapeTensor> ShapeElements::filled(const Node& node, int depth) {
    const auto shape = cached(node.input(0), depth);
    const TensorPtr value = node.tensorAttribute("value");
    if (!shape || !shape->isConstant() || shape->elements.size() > 2 || !value || !isInteger(value->type))
        return std::nullopt;
    const auto numbers = toIntegers(*value);
    const Shape extents = shape->values();
    const std::int64_t count = countOf(extents);
    if (!numbers || numbers->size() != 1 || count < 0 || count > mostElements)
        return std::nullopt;
    return ShapeTensor{extents, std::vector<ShapeElement>(std::size_t(count), constantElement((*numbers)[0]))};
}

std::optional<ShapeTensor> ShapeElements::reduceProd(const Node& node, int depth) {
    const auto data = cached(node.input(0), depth);
    if (!data || data->elements.empty())
        return std::nullopt;
    ShapeElement product = data->elements[0];
    for (std::size_t i = 1; i < data->elements.size(); ++i)
        product = combined("Mul", product, data->elements[i]);
    return ShapeTensor{node.intAttribute("keepdims", 1) != 0 ? Shape(data->shape.size(), 1) : Shape{}, {product}};
}

} // namespace lapidary
