// SPDX-License-Identifier: GPL-3.0-or-later
// From a written term to its meaning.
#pragma once

#include "graph/query/querylexer.h"

namespace lapidary {

/// Fails with "query.field", "query.value", "query.regex" or "query.syntax"; `place` then says where.
Result<QueryTerm> readQueryTerm(const QueryToken& token, QueryPlace& place);

/// "256", "1.5K", "10M", "2Gi", "50%", with a B behind it if it counts bytes. False if it is no finite number.
bool readQueryNumber(std::string_view text, double& number);

} // namespace lapidary
