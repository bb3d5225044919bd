// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "graph/shapetable.h"

namespace lapidary {

struct OnnxShapeOptions {
    /// Symbolic batch extents of the graph inputs (first axis) become this number; 0 keeps them unknown.
    std::int64_t batch = 1;
};

/// Shapes by ONNX's own inference with data propagation; large weights take part by shape only. Models of newer opsets
/// than the ONNX library knows are inferred node by node as far as it goes. Symbolic or missing extents are -1.
/// Bodies of control flow have tables of their own, without what only holds in one round of a loop.
/// Never fails on a readable model: what cannot be inferred is absent from the table. Any thread.
Result<ShapeTable> inferOnnxShapes(const Model& model, const OnnxShapeOptions& options = {});

} // namespace lapidary
