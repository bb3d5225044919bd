// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "graph/shapetable.h"

#include <array>
#include <optional>

namespace lapidary {

/// What decides how long one node takes, as numbers. Counts for the shapes given; bytes of the element types given.
struct LayerFeatures {
    static constexpr std::size_t count = 10;

    std::string family;    ///< nodes of one kind of kernel: "Conv spatial float32", "Relu float32"
    std::string signature; ///< equal for nodes that do exactly the same: operator, attributes, types and shapes
    bool layer = false;    ///< has weights
    bool depthwise = false;
    double macs = 0, operations = 0;
    double inputBytes = 0, outputBytes = 0, weightBytes = 0;
    double inputChannels = 1, outputChannels = 1;
    double kernelVolume = 1, positions = 1; ///< of the kernel; outputs per channel

    /// Multiplications and other operations, elements moved at least: never 0.
    double work() const;
    /// Logarithms that a model of the time per operation may depend on, sizes in blocks of 16 channels included.
    std::array<double, count> logs() const;
    /// As if only these shares of the channels were left.
    LayerFeatures narrowed(double inputShare, double outputShare) const;
};

/// "int8" if the node computes between Q/DQ or on 8-bit values, else "float16", "float32" or the name of its input's
/// type.
std::string computePrecision(const Graph& graph, const Node& node, const ShapeTable& shapes);
/// Nullopt if a shape is unknown or the node only names constants.
std::optional<LayerFeatures> layerFeatures(const Graph& graph, const Node& node, const ShapeTable& shapes);

} // namespace lapidary
