// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/elementreader.h"
#include "ui/panels/inspectedgraph.h"

#include <QCoreApplication>

#include <vector>

namespace lapidary {

/// A tensor the inspector offers to look at, with what the node that uses it makes of it.
struct InspectedTensor {
    std::string name;
    std::string role; ///< "W", "bias": the operator's name for the input; or an attribute's name
    TensorPtr tensor;
    ValueId value;               ///< invalid for tensors of attributes
    Dequantization quantization; ///< scale set: whole numbers that stand for real ones
    int outputAxis = -1;         ///< axis that makes output channels
    int inputAxis = -1;          ///< axis that meets input channels
    bool bounds = false;         ///< positions of a Slice: numbers beyond any extent are open ends

    bool isQuantized() const { return quantization.scale != nullptr; }
};

/// The constants of a node, of each of its inputs, and those behind a DequantizeLinear before it; the weight first.
/// Reads no element of any.
class InspectedTensors {
    Q_DECLARE_TR_FUNCTIONS(lapidary::InspectedTensors)

public:
    static std::vector<InspectedTensor> ofNode(const InspectedGraph& place, const Node& node);
    /// The constant behind a value, as its first user sees it; empty if the value is computed.
    static std::vector<InspectedTensor> ofValue(const InspectedGraph& place, ValueId id);
    static QString axisText(const InspectedTensor& tensor, int axis); ///< "Output channels", "Axis 2"
};

} // namespace lapidary
