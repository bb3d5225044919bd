// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <type_traits>

namespace lapidary {

namespace {

template <typename T>
std::vector<T> elements(const Tensor& tensor) {
    std::vector<T> out(std::size_t(tensor.count()));
    if (!out.empty())
        std::memcpy(out.data(), tensor.data.bytes().data(), out.size() * sizeof(T));
    return out;
}

/// nullopt where ONNX leaves the result open (integer division by zero) or Lapidary does not know the operator.
template <typename T>
std::optional<T> combine(const std::string& op, T a, T b) {
    if constexpr (std::is_integral_v<T>) {
        using U = std::make_unsigned_t<T>; // two's complement wrap without undefined behaviour
        if (op == "Add")
            return T(U(a) + U(b));
        if (op == "Sub")
            return T(U(a) - U(b));
        if (op == "Mul")
            return T(U(a) * U(b));
        if (op == "Div")
            return b == 0 || b == -1 ? (b == 0 ? std::nullopt : std::optional<T>(T(U(0) - U(a))))
                                     : std::optional<T>(a / b);
    } else {
        if (op == "Add")
            return a + b;
        if (op == "Sub")
            return a - b;
        if (op == "Mul")
            return a * b;
        if (op == "Div")
            return a / b;
        if (op == "Pow")
            return T(std::pow(a, b));
    }
    if (op == "Min")
        return b < a ? b : a;
    if (op == "Max")
        return a < b ? b : a;
    return std::nullopt;
}

template <typename T>
std::optional<bool> compare(const std::string& op, T a, T b) {
    if (op == "Equal")
        return a == b;
    if (op == "Less")
        return a < b;
    if (op == "Greater")
        return a > b;
    if (op == "LessOrEqual")
        return a <= b;
    if (op == "GreaterOrEqual")
        return a >= b;
    return std::nullopt;
}

template <typename T>
TensorPtr typed(const Node& node, const Tensor& a, const Tensor& b, const Shape& shape) {
    const auto left = elements<T>(a), right = elements<T>(b);
    if (left.empty())
        return nullptr;
    if (compare(node.opType, T(0), T(0))) {
        std::vector<std::byte> out(left.size());
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = std::byte(*compare(node.opType, left[i], right[i]) ? 1 : 0);
        return makeTensor(DataType::Bool, shape, Blob(std::move(out)));
    }
    std::vector<T> out(left.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto value = combine(node.opType, left[i], right[i]);
        if (!value)
            return nullptr;
        out[i] = *value;
    }
    return makeTensor<T>(shape, std::move(out));
}

TensorPtr logical(const Node& node, const Tensor& a, const Tensor& b, const Shape& shape) {
    std::vector<std::byte> out(a.data.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const bool x = a.data.bytes()[i] != std::byte(0), y = b.data.bytes()[i] != std::byte(0);
        if (node.opType == "And")
            out[i] = std::byte(x && y);
        else if (node.opType == "Or")
            out[i] = std::byte(x || y);
        else if (node.opType == "Xor")
            out[i] = std::byte(x != y);
        else if (node.opType == "Equal")
            out[i] = std::byte(x == y);
        else
            return nullptr;
    }
    return makeTensor(DataType::Bool, shape, Blob(std::move(out)));
}

template <typename T>
std::optional<T> applied(const std::string& op, T x) {
    if (op == "Neg" && (std::is_floating_point_v<T> || x != std::numeric_limits<T>::lowest()))
        return T(-x);
    if (op == "Abs" && (std::is_floating_point_v<T> || x != std::numeric_limits<T>::lowest()))
        return x < T(0) ? T(-x) : x;
    if (op == "Relu")
        return x < T(0) ? T(0) : x;
    if constexpr (std::is_floating_point_v<T>) {
        if (op == "Sqrt")
            return std::sqrt(x);
        if (op == "Exp")
            return std::exp(x);
        if (op == "Log")
            return std::log(x);
        if (op == "Reciprocal")
            return T(1) / x;
        if (op == "Floor")
            return std::floor(x);
        if (op == "Ceil")
            return std::ceil(x);
    }
    return std::nullopt;
}

template <typename T>
TensorPtr typedUnary(const Node& node, const Tensor& input) {
    auto values = elements<T>(input);
    for (auto& value : values) {
        const auto result = applied(node.opType, value);
        if (!result)
            return nullptr;
        value = *result;
    }
    return values.empty() ? nullptr : makeTensor<T>(input.shape, std::move(values));
}

} // namespace

TensorPtr evaluateArithmetic(const Node& node, const std::vector<TensorPtr>& inputs, std::uint64_t maxBytes) {
    static const char* const known[] = {"Add", "Sub",   "Mul",  "Div",     "Pow",         "Min",
                                        "Max", "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual",
                                        "And", "Or",    "Xor"};
    bool isKnown = false;
    for (const auto* op : known)
        isKnown = isKnown || node.opType == op;
    // Opsets before 7 broadcast by attributes.
    if (!isKnown || inputs[0]->type != inputs[1]->type || node.attribute("axis") || node.attribute("broadcast"))
        return nullptr;
    const auto shape = broadcastShape(inputs[0]->shape, inputs[1]->shape);
    if (!shape)
        return nullptr;
    const auto a = broadcastTo(*inputs[0], *shape, maxBytes), b = broadcastTo(*inputs[1], *shape, maxBytes);
    if (!a || !b)
        return nullptr;
    switch (a->type) {
    case DataType::Int64:
        return typed<std::int64_t>(node, *a, *b, *shape);
    case DataType::Int32:
        return typed<std::int32_t>(node, *a, *b, *shape);
    case DataType::Float:
        return typed<float>(node, *a, *b, *shape);
    case DataType::Double:
        return typed<double>(node, *a, *b, *shape);
    case DataType::Bool:
        return logical(node, *a, *b, *shape);
    default:
        return nullptr;
    }
}

TensorPtr evaluateUnary(const Node& node, const Tensor& input, std::uint64_t maxBytes) {
    if (!fits(input.type, input.shape, maxBytes))
        return nullptr;
    if (node.opType == "Not" && input.type == DataType::Bool) {
        std::vector<std::byte> out;
        for (const auto byte : input.data.bytes())
            out.push_back(std::byte(byte == std::byte(0)));
        return makeTensor(DataType::Bool, input.shape, Blob(std::move(out)));
    }
    switch (input.type) {
    case DataType::Int64:
        return typedUnary<std::int64_t>(node, input);
    case DataType::Int32:
        return typedUnary<std::int32_t>(node, input);
    case DataType::Float:
        return typedUnary<float>(node, input);
    case DataType::Double:
        return typedUnary<double>(node, input);
    default:
        return nullptr;
    }
}

} // namespace lapidary
