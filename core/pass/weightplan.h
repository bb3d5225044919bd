// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/weightmatrix.h"
#include "base/result.h"
#include "pass/pass.h"

#include <functional>
#include <string>
#include <vector>

namespace lapidary {

/// What passes share that go layer by layer over matrices of weights.

/// Gives every matrix of the pass's scope to `consider`, which may add to `fenced`. Those that cannot be read are in
/// `fenced` before it is called; afterwards all of them are in graph order.
void considerWeights(const PassInput& input, std::vector<FencedNode>& fenced,
                     const std::function<void(WeightMatrix)>& consider);

/// Refuses a name a parameter gives which no node answers to (`fits`: whether this node does). Error "param.node".
Status needNodeNamed(const Graph& graph, const std::string& name, const std::function<bool(const Node&)>& fits);

/// Why a pass finds nothing to do: no layer at all, or `what` ("No layer can be split here") and the first reason of
/// `fenced`. Code "pass.not_applicable".
Diagnostic noWeightsLeft(const PassInput& input, const std::vector<FencedNode>& fenced, const std::string& what);

} // namespace lapidary
