// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"
#include "ui/graphview/graphdecor.h"
#include "ui/models/nodefacts.h"

#include <QCoreApplication>

namespace lapidary {

/// What "Colour by" offers.
enum class Overlay { Operator, Time, Macs, Parameters, Bytes, Sparsity, Precision };

struct DecorInput {
    AnalysedModelPtr model;
    Overlay overlay = Overlay::Operator;
    std::vector<std::optional<double>> values; ///< of the overlay, by NodeId::number
    std::optional<PassPreview> preview;
    double threshold = 0;                      ///< 0..1 of the scale
};

/// Decorations for the graph view: the overlay's colours and legend, the preview's hatched channels, groups, fences and
/// badges. Pure and quick; texts are translated.
class DecorBuilder {
    Q_DECLARE_TR_FUNCTIONS(lapidary::DecorBuilder)

public:
    static GraphDecor build(const DecorInput& input);
    static QString overlayName(Overlay overlay);
    /// A number of the overlay as a colour, 0..1: zero stays zero, the largest is one.
    static float scaled(double value, double largest, Overlay overlay);
    /// A number of the overlay with its unit.
    static QString valueText(Overlay overlay, double value);
};

} // namespace lapidary
