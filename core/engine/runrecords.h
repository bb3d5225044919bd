// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/evaluator.h"

#include <span>
#include <string>
#include <string_view>

namespace lapidary {

/// How runs are kept in a project. All functions are pure; any thread.

/// What identifies a run: a hash over its parts, none of which can run into the next.
std::string runKey(std::span<const std::string_view> parts);
inline std::string runKey(std::initializer_list<std::string_view> parts) {
    return runKey(std::span(parts.begin(), parts.size()));
}

/// A share and its interval as EvaluationResult::toJson() wrote them.
Proportion storedProportion(const Json& result, const std::string& key, std::uint64_t samples);
/// What a project keeps of an evaluation: everything but predictions, labels and confusion.
EvaluationResult storedEvaluation(const Json& stored);
/// The same of one that was stopped when its answer was clear.
EvaluationResult storedEarlyEvaluation(const Json& stored);

} // namespace lapidary
