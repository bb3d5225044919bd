// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "ui/models/graphscene.h"

namespace lapidary {

/// What is written in nodes and on edges besides the operator.
struct PictureTexts {
    bool weights = true;    ///< shapes of weights, values of small constants
    bool names = false;     ///< the node's name
    bool attributes = true; ///< one line: "3x3 s2 p1 g32"
    bool shapes = true;     ///< tensor shapes on edges
    bool constants = true;  ///< constants, dequantized ones too, as lines in the nodes that read them, not as nodes
    bool operator==(const PictureTexts&) const = default;
};

/// Writes the texts of a picture anew. Nodes that stand for no node of the model's main graph keep theirs. Pure; any
/// thread.
void writePictureTexts(GraphPicture& picture, const AnalysedModel& model, const PictureTexts& texts);

/// The same for a scene, nodes inside of bodies included.
void writePictureTexts(GraphScene& scene, const AnalysedModel& model, const PictureTexts& texts);

/// Kernel, stride, padding, dilation, group and other short attributes on one line; empty without any.
std::string attributeLine(const Node& node);

} // namespace lapidary
