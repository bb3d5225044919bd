// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "eval/evaluator.h"
#include "graph/graphdiff.h"

namespace lapidary {

/// How far B's outputs are from A's on the same inputs.
struct OutputDifference {
    std::string output;
    bool comparable = false; ///< false: B has no such output, or its shape differs (see reason)
    std::string reason;
    double maxAbsolute = 0, meanAbsolute = 0, sqnrDb = 0, cosine = 0;
    double argmaxAgreement = -1; ///< percent of rows with the same largest class; -1: no class axis
};

/// Costs of one node on both sides; zero where it is not.
struct NodeCosts {
    std::uint64_t macsA = 0, macsB = 0, parametersA = 0, parametersB = 0;
};

struct ModelComparison {
    GraphDiff diff;
    std::vector<NodeCosts> costs; ///< of diff.nodes, in their order
    ModelTotals totalsA, totalsB;
    std::uint64_t fileBytesA = 0, fileBytesB = 0;
    std::vector<OutputDifference> outputs;
    std::string numericProblem; ///< why there are no numbers, if there are none
    std::size_t samples = 0;
    bool randomInputs = false;
    Json toJson() const;
};

struct CompareOptions {
    DatasetPtr data;            ///< null: random inputs from the declared shapes, seeded
    std::size_t samples = 32;
    bool sameLineage = false;
    std::uint64_t seed = 1;
    bool numeric = true;
};

/// Structure and numbers. A numeric part that cannot run leaves `numericProblem`; it does not fail the comparison.
Result<ModelComparison> compareModels(const AnalysedModel& a, const AnalysedModel& b, const CompareOptions& options,
                                      const Work& work = {});

/// The part of compareModels that runs nothing.
ModelComparison compareStructure(const AnalysedModel& a, const AnalysedModel& b, bool sameLineage = false);
/// The part that runs both models; fails only when cancelled.
Status compareOutputs(ModelComparison& result, const AnalysedModel& a, const AnalysedModel& b,
                      const CompareOptions& options, const Work& work = {});

/// Uniform [0, 1) floats (integers: 0 or 1) of the declared shapes, symbols as 1; the same for the same seed.
Result<std::vector<TensorPtr>> randomInputs(const std::vector<PortInfo>& ports, std::uint64_t seed);

} // namespace lapidary
