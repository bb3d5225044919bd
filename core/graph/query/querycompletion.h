// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/query/queryfields.h"
#include "graph/shapetable.h"

#include <string>
#include <vector>

namespace lapidary {

/// The words of one graph that queries are completed with; sorted, each once.
struct QueryVocabulary {
    std::vector<std::string> operators, domains, attributes, types, names;
};

/// Linear in the graph. Any thread.
QueryVocabulary queryVocabulary(const Graph& graph, const ShapeTable& shapes);

struct QueryCompletion {
    std::string text;      ///< what stands in the query afterwards
    std::string_view help; ///< one phrase, for fields and for the words of has: and is:; otherwise empty
};

/// What the word before the cursor may become.
struct QueryCompletions {
    std::size_t begin = 0, end = 0;    ///< bytes of the text that are replaced
    std::vector<QueryCompletion> list; ///< best first: what begins so, then what contains it
};

/// Fields for a bare word, their values behind a field's sign. Nothing inside of quotes and for an empty word.
QueryCompletions completeQuery(std::string_view text, std::size_t cursor, const QueryVocabulary& vocabulary,
                               std::size_t limit = 50);

} // namespace lapidary
