// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"
#include "nodelist.h"

#include "graph/query/queryfields.h"

#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, query;
    bool fields = false;
};

Json choicesJson(std::span<const QueryChoice> choices) {
    Json::Object words;
    for (const auto& choice : choices)
        words.emplace(std::string(choice.name), std::string(choice.help));
    return words;
}

Json fieldsJson() {
    Json::Array list;
    for (const auto& info : queryFields()) {
        Json entry;
        entry.set("name", std::string(info.name));
        entry.set("what", std::string(info.help));
        entry.set("example", std::string(info.example));
        if (info.field == QueryField::Has)
            entry.set("words", choicesJson(queryHasChoices()));
        if (info.field == QueryField::Is)
            entry.set("words", choicesJson(queryIsChoices()));
        list.push_back(std::move(entry));
    }
    Json json;
    json.set("fields", std::move(list));
    return json;
}

void printFields() {
    std::vector<std::vector<std::string>> rows{{"field", "what it looks at", "example"}};
    for (const auto& info : queryFields()) {
        rows.push_back({std::string(info.name), std::string(info.help), std::string(info.example)});
        if (info.field == QueryField::Has || info.field == QueryField::Is)
            for (const auto& choice : info.field == QueryField::Has ? queryHasChoices() : queryIsChoices())
                rows.push_back(
                    {"", "  " + std::string(choice.help), std::string(info.name) + ":" + std::string(choice.name)});
    }
    printTable(rows);
    std::cout
        << "\nA word alone looks everywhere. Terms side by side must all hold; or, not (or -) and parentheses join "
           "them.\n"
           "Text: part of it, a glob with * and ?, /a regular expression/, \"as it stands\", or = for the whole.\n"
           "Numbers: < <= = != >= >, 64..128, and K M G behind them.\n";
}

int run(const Options& options, Context& context) {
    if (options.fields) {
        context.print(fieldsJson(), printFields);
        return 0;
    }
    const auto model = Engine::open(options.model, context.work());
    if (!model)
        return fail(model.error());
    const auto found = findNodes(**model, options.query, context.work());
    if (!found)
        return fail(found.error());
    context.print(*found, [&] { printFound(*found); });
    return 0;
}

} // namespace

void addFind(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("find", "Nodes and tensors that a query finds, such as 'op:Conv channels>256'");
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->model, "ONNX file");
    command->add_option("QUERY", options->query,
                        "What to look for; quote it for the shell, and write -- before one that begins with -");
    command->add_flag("--fields", options->fields, "Show what queries are made of");
    command->callback([options] {
        if (!options->fields && options->model.empty())
            throw CLI::RequiredError("MODEL");
    });
    commands.emplace_back(command, [&context, options] { return run(*options, context); });
}

} // namespace lapidary::cli
