// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/channelgroups.h"
#include "pass/pass.h"
#include "ui/graphview/graphdecor.h"
#include "ui/models/aggregatedecor.h"
#include "ui/models/nodefacts.h"
#include "ui/models/nodevalues.h"
#include "ui/models/valuescale.h"

#include <QCoreApplication>

#include <array>

namespace lapidary {

/// What "Colour by" offers.
enum class Overlay { Operator, Time, Macs, Parameters, Bytes, Sparsity, Precision, Sensitivity, Error, File };
/// All of them, in the order shown.
inline constexpr std::array allOverlays{Overlay::Operator, Overlay::Time,     Overlay::Macs,      Overlay::Parameters,
                                        Overlay::Bytes,    Overlay::Sparsity, Overlay::Precision, Overlay::Sensitivity,
                                        Overlay::Error,    Overlay::File};
/// Whether the overlay's nodes have numbers, so that scale and threshold mean something.
constexpr bool hasNumbers(Overlay overlay) {
    return overlay != Overlay::Operator && overlay != Overlay::Precision;
}

struct DecorInput {
    AnalysedModelPtr model;
    Overlay overlay = Overlay::Operator;
    std::vector<std::optional<double>> values; ///< of the overlay, by NodeId::number
    std::optional<PassPreview> preview;
    double threshold = 0;                      ///< 0..1 of the scale
    std::optional<NodeValues> nodeValues = {}; ///< in place of `values`, with title and unit of their own
    ScaleChoice scale = ScaleChoice::Automatic;
    bool badges = false;                                 ///< precision, and sparsity from 10 % zeros on
    std::vector<std::optional<double>> sparsity = {};    ///< for badges, by NodeId::number
    std::shared_ptr<const ChannelGroups> couplings = {}; ///< to outline those of `selected`; may be null
    std::vector<NodeId> selected = {};
};

/// Decorations for the graph view: the overlay's colours and legend, the preview's hatched channels, groups, fences and
/// badges. Pure and quick; texts are translated.
class DecorBuilder {
    Q_DECLARE_TR_FUNCTIONS(lapidary::DecorBuilder)

public:
    static GraphDecor build(const DecorInput& input);
    static QString overlayName(Overlay overlay);
    /// The overlay's numbers for closed groups, to go on with aggregateDecor().
    static OverlayValues groupValues(const DecorInput& input);
    /// A number of the overlay with its unit.
    static QString valueText(Overlay overlay, double value);
    /// How to get the values an overlay has not got yet.
    static QString missingText(Overlay overlay);
    /// A number with the unit of node values.
    static QString valueText(const NodeValues& values, double value);
};

} // namespace lapidary
