// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"
#include "ui/models/nodevalues.h"

#include <memory>
#include <optional>

namespace lapidary {

/// What the steps that made a variant did to one layer.
struct CutLayer {
    std::string name, opType;
    std::string what;                                     ///< in the pass's words
    NodeId before;                                        ///< in the parent; invalid if it has no such node
    NodeId after;                                         ///< in the variant
    std::int64_t channelsBefore = -1, channelsAfter = -1; ///< output channels of the weight; -1: none
    std::optional<std::vector<std::uint32_t>> removed;    ///< output channels, sorted; nothing: not reported
    std::string precisionBefore, precisionAfter;          ///< element type of the weight as stored; empty: none
    std::optional<std::uint64_t> bytesBefore, bytesAfter; ///< of its constants as stored; nothing: it has none
    std::optional<double> weightSqnrDb;                   ///< of the weight that is stored instead of the old one
    std::uint64_t parametersBefore = 0, parametersAfter = 0;
    std::uint64_t macsBefore = 0, macsAfter = 0;
    std::optional<double> errorBefore;   ///< percent of the layer's output energy, before repair or compensation
    std::optional<double> error;         ///< the same in the variant
    TensorPtr weightBefore, weightAfter; ///< as stored (codes where it is quantized); may be null
    std::vector<bool> removedRows, removedColumns; ///< positions on the first two axes of weightBefore that went
};

/// The report of a variant: what was cut where, and the error it caused. Immutable; any thread.
struct CutReport {
    std::string title; ///< titles of the passes
    AnalysedModelPtr before, after;
    std::vector<CutLayer> layers; ///< in graph order of the parent
    Diagnostics notes;            ///< of the steps: what calibration held in memory, what was left out
};
using CutReportPtr = std::shared_ptr<const CutReport>;

/// From what the project keeps of the variant. A source has no layers. For a job: loads the parent, finds its coupled
/// channels. Fails as ProjectSession::model does.
Result<CutReportPtr> readCutReport(const ProjectSession& session, const VariantRecord& variant, const Work& work);

/// Only the errors, by nodes of the variant's graph, titled with the passes that caused them; nothing if none was
/// reported. Quick.
std::optional<NodeValues> reportedErrors(const VariantRecord& variant, const Engine& engine, const Graph& graph);

} // namespace lapidary
