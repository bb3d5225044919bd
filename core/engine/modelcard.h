// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "graph/model.h"

namespace lapidary {

/// Where an exported model came from, kept in its ONNX metadata under keys that start with "lapidary.". No dates, so
/// that the same variant gives the same bytes. Plain value.
struct ModelCard {
    std::string versions;    ///< of Lapidary and its runtime
    std::string sourceHash;  ///< SHA-256 of the model the recipe starts from
    std::string variantHash; ///< SHA-256 of the variant before this card was added
    Json recipes;            ///< from the source to here, in order
    Json accuracy;           ///< top1, top1_low, top1_high, samples, dataset …; null: not measured
};

/// The model with the card; everything else, metadata of others included, stays. An older card is replaced.
ModelPtr withModelCard(const Model& model, const ModelCard& card);
/// What the metadata says, without the prefix; values that are JSON become that. Null if there is no card.
Json modelCardOf(const Model& model);

} // namespace lapidary
