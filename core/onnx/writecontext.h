// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "onnx/onnxwriter.h"
#include "onnx/wirewriter.h"

#include <optional>

namespace lapidary {

/// Where tensors go that leave the model file. Offsets are given in the order in which tensors are written.
struct ExternalLayout {
    std::string fileName;
    bool everything = false; ///< all weights of at least `minimum` bytes, not only those that were external
    std::uint64_t minimum = 0;
    std::uint64_t end = 0; ///< size of the file so far
    struct Part {
        std::uint64_t offset;
        Blob data;
    };
    std::vector<Part> parts;

    bool takes(const Tensor& tensor, bool isInitializer) const;
    std::uint64_t place(const Blob& data);
};

/// What one writing shares. Every write… function turns a part of the model into the message's fields.
struct WriteContext {
    ExternalLayout* external = nullptr;
    /// Not zero: tensors of more bytes are written by type and shape only (for shape inference).
    std::uint64_t outlineAbove = 0;
    /// Set by the first tensor whose data is missing; it is written as it was found all the same.
    std::optional<Diagnostic> missing;

    bool outlined(const Tensor& tensor) const {
        return outlineAbove > 0 && (tensor.missing() || tensor.data.size() > outlineAbove);
    }
};

wire::Writer writeTensor(WriteContext& context, const Tensor& tensor, const std::string* name);
wire::Writer writeAttribute(WriteContext& context, const Attribute& attribute);
wire::Writer writeNode(WriteContext& context, const Graph& graph, const Node& node);
wire::Writer writeValueInfo(const Value& value);
wire::Writer writeGraph(WriteContext& context, const Graph& graph);
wire::Writer writeModel(WriteContext& context, const Model& model);
void writeMetadata(wire::Writer& writer, std::uint32_t field, const MetadataProps& metadata);

} // namespace lapidary
