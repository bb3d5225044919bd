// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layercomparison.h"
#include "eval/pairedcomparison.h"

namespace lapidary::cli {

/// Two models sample by sample, and layer by layer on the first samples.
struct PairedAnswers {
    DatasetPtr data;
    PairedComparison result;
    std::vector<LayerDelta> layers;
    std::string layersProblem; ///< why their outputs were not compared

    void addTo(Json& json) const; ///< "paired", "layers"
    void print() const;
};

/// `images`: a folder for pictures of the samples on which A and B differ, made if it is not there; empty: none.
Result<PairedAnswers> compareAnswers(const AnalysedModel& a, const AnalysedModel& b, const ModelComparison& comparison,
                                     const DatasetPtr& data, const std::string& images, const Work& work);

/// The first `limit` samples; 0: all.
DatasetPtr limitedTo(DatasetPtr data, std::size_t limit);

} // namespace lapidary::cli
