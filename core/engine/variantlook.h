// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "project/project.h"

#include <map>
#include <string>
#include <vector>

namespace lapidary {

/// What the user gave a variant to tell it from others. Says nothing about the model.
struct VariantLook {
    std::string color;             ///< "#rrggbb"; empty: none
    std::vector<std::string> tags; ///< sorted, each once, not empty
    std::string note;

    bool operator==(const VariantLook&) const = default;
};
using VariantLooks = std::map<VariantId, VariantLook>;

/// The tags of a text, split at commas, trimmed, sorted, each once.
std::vector<std::string> tagsOf(std::string_view text);

/// The looks of all variants that have a colour or tags, deleted ones too, in one query; empty if the project cannot be
/// read.
VariantLooks readLooks(const Project& project);
/// Replaces the looks of these variants, notes included, and leaves the others. Fails with what the project fails with.
Status writeLooks(Project& project, const VariantLooks& looks);

} // namespace lapidary
