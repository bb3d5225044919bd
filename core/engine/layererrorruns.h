// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layercomparison.h"
#include "engine/projectsession.h"

namespace lapidary {

/// measureLayerErrors() of two variants on the project's evaluation data, kept as a run of kind "layers" of B by both
/// models, data, number of samples and versions: what was measured before is read. A project that cannot be written is
/// measured all the same. Fails with "eval.no_data" and what measuring and storing fail with.
Status layerErrorsOf(ProjectSession& session, VariantId a, VariantId b, std::vector<LayerDelta>& layers,
                     const AnalysedModel& modelA, const AnalysedModel& modelB, std::size_t samples,
                     const Work& work = {});

} // namespace lapidary
