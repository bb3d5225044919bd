// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the text is: parsing ends with a query or a diagnostic with a place; a query survives writing and reading;
// and asking it of a small graph ends in reasonable time.
#include "graph/grapheditor.h"
#include "graph/query/querymatcher.h"

#include <cstdio>
#include <cstdlib>

using namespace lapidary;

namespace {

void require(bool condition, const char* what) {
    if (condition)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

class Facts : public QueryFacts {
public:
    bool knows(QueryField field) const override { return field != QueryField::TimeMs; }
    std::optional<double> number(const Node& node, QueryField) const override { return node.id.number; }
    bool knows(QueryIs) const override { return true; }
    bool is(const Node& node, QueryIs) const override { return node.id.number % 2 == 0; }
};

void askAll(const Query& query) {
    static const GraphPtr graph = [] {
        GraphEditor editor;
        auto last = editor.addValue("x");
        editor.setType(last, TypeInfo::tensor(DataType::Float, {1, 3, 8, 8}));
        editor.addInput(last);
        for (int i = 0; i < 4; ++i) {
            const auto next = editor.addValue("/layer1/t:" + std::to_string(i));
            Attribute kernel{"kernel_shape", std::vector<std::int64_t>{3, 3}};
            Node node;
            node.name = i == 2 ? "" : "/layer1/conv" + std::to_string(i) + "/Conv";
            node.opType = i % 2 ? "Relu" : "Conv";
            node.inputs = {last};
            node.outputs = {next};
            node.attributes = {kernel};
            (void)editor.addNode(node);
            last = next;
        }
        editor.addOutput(last);
        auto made = editor.finish();
        require(made.ok(), "the graph is sound");
        return *made;
    }();
    static const ShapeTable shapes(*graph);
    const Facts facts;
    QueryProblem problem;
    auto matcher = QueryMatcher::bind(query, *graph, shapes, &facts, &problem);
    if (!matcher) {
        require(!problem.diagnostic.message.empty(), "a failure says what is wrong");
        return;
    }
    const auto found = matcher->findAll();
    require(found == matcher->findAll(), "the same question has the same answer");
    for (const auto id : graph->valueIds())
        (void)matcher->matches(*graph->value(id));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    QueryProblem problem;
    const auto query = Query::parse(text, &problem);
    if (!query) {
        require(!query.error().code.empty() && !query.error().message.empty(), "a failure says what is wrong");
        require(problem.place.begin + problem.place.length <= size, "a failure is inside of the text");
        return 0;
    }
    for (const auto& written : {query->toText(), query->toExplicitText()}) {
        const auto again = Query::parse(written);
        if (!again || !(*again == *query))
            std::fprintf(stderr, "written: %s\n", written.c_str());
        require(again.ok() && *again == *query, "a query survives writing and reading");
    }
    askAll(*query);
    return 0;
}
