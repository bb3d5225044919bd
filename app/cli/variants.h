// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

namespace lapidary::cli {

Json variantJson(const VariantSummary& variant);
void printVariants(const std::vector<VariantSummary>& variants);

} // namespace lapidary::cli
