// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/labelcheck.h"

namespace lapidary {

Status checkLabels(const Dataset& data, bool classifies, const std::string& output, std::size_t columns) {
    if (!classifies)
        return errorDiagnostic("eval.output",
                               "The dataset has labels, but the model's output " + output + " has no class axis.",
                               "Name the classifier's output, or evaluate without labels against a reference.");
    const auto classes = std::int64_t(columns);
    const auto names = std::int64_t(data.classes().size());
    const std::int64_t needed = names == 0 ? data.highestLabel() + 1 : names + data.labelOffset();
    if (classes == needed || (names == 0 && classes > needed))
        return {};
    std::string hint;
    if (classes > needed && names > 0)
        hint = "If the model's first class is a background class, set \"label_offset\" to " +
               std::to_string(classes - names) + " in the dataset file.";
    return errorDiagnostic(
        "eval.output",
        "The model's output " + output + " has " + std::to_string(classes) + " classes, but the dataset \"" +
            data.name() + "\" has " +
            (names ? std::to_string(names) + " classes" : "labels up to " + std::to_string(needed - 1)) +
            (data.labelOffset() && names ? " and a label_offset of " + std::to_string(data.labelOffset()) : "") + ".",
        std::move(hint));
}

} // namespace lapidary
