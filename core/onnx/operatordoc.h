// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

/// What the ONNX library on this computer says about an operator, in its own (English, Markdown-like) words.
struct OperatorDoc {
    struct Port {
        std::string name;
        std::string description;
        std::string types; ///< "float16, float32 …", as the definition allows; ONNX's names without "tensor()"
        bool optional = false;
        bool variadic = false;
    };
    struct Attribute {
        std::string name;
        std::string description;
        std::string type; ///< "int", "floats", "string", "tensor", "graph" …
        bool required = false;
        std::optional<std::string> fallback; ///< the value when it is absent, "[1, 2]" for lists
    };
    std::string name;
    std::string domain;
    std::string summary; ///< first sentence of the description
    std::string description;
    std::vector<Port> inputs, outputs;
    std::vector<Attribute> attributes; ///< by name
    std::int64_t sinceVersion = 0;     ///< opset in which this definition appeared
    std::int64_t askedVersion = 0;     ///< the model's opset; newer than knownVersion: details may have changed
    std::int64_t knownVersion = 0;     ///< newest opset the library knows in this domain
    bool deprecated = false;

    const Attribute* attribute(std::string_view name) const;
    /// Input by position; the variadic last one for all that follow. Null if there is none.
    const Port* input(std::size_t index) const;
    const Port* output(std::size_t index) const;
};

/// Definition of an operator in an opset; for opsets newer than the library, its newest one. nullopt if the library
/// does not know it. Any thread; a few microseconds.
std::optional<OperatorDoc> operatorDoc(std::string_view opType, std::string_view domain, std::int64_t opset);

} // namespace lapidary
