// SPDX-License-Identifier: GPL-3.0-or-later
// Variants of a project in columns.
#include "format.h"
#include "projectcommands.h"

#include "device/hostenvironment.h"
#include "engine/manycomparison.h"

#include <iostream>

namespace lapidary::cli {

namespace {

constexpr std::size_t shownLayers = 12;

struct Options {
    std::string folder;
    std::vector<VariantId> variants;
    std::size_t limit = 0;
};

using Row = std::vector<std::string>;

template <typename Read>
Row rowOf(const std::string& name, const ManyComparison& result, Read read) {
    Row row{name};
    for (const auto& variant : result.variants)
        row.push_back(read(variant));
    return row;
}

std::string interval(double value, double low, double high, int digits) {
    return fixed(value, digits) + " (" + fixed(low, digits) + " to " + fixed(high, digits) + ")";
}

std::string verdictText(const ComparedVariant& variant) {
    if (!variant.adjustedP)
        return "-";
    return fixed(*variant.adjustedP, 3) + (*variant.adjustedP < 0.05 ? ", significant" : ", may be chance");
}

void printNumbers(const ManyComparison& result) {
    const auto share = [](const std::optional<Proportion>& one) {
        return one ? interval(one->percent, one->low, one->high, 2) : std::string("-");
    };
    printTable({rowOf("", result, [](const auto& v) { return v.summary.record.name; }),
                rowOf("top-1 %", result, [&](const auto& v) { return share(v.summary.top1); }),
                rowOf("against reference", result,
                      [](const auto& v) {
                          const auto difference = v.paired ? v.paired->difference : std::nullopt;
                          return difference ? interval(difference->points, difference->low, difference->high, 2) : "-";
                      }),
                rowOf("p (Holm)", result, verdictText),
                rowOf("agreement %", result,
                      [&](const auto& v) { return share(v.paired ? v.paired->agreement : std::nullopt); }),
                rowOf("file bytes", result, [](const auto& v) { return countText(v.summary.record.fileBytes); }),
                rowOf("MACs", result, [](const auto& v) { return countText(v.summary.record.macs); }),
                rowOf("latency ms", result, [](const auto& v) {
                    const auto& latency = v.summary.latency;
                    return latency ? interval(latency->median, latency->ciLow, latency->ciHigh, 3) : "-";
                })});
    for (const auto& problem : {result.pairedProblem, result.timesProblem})
        if (!problem.empty())
            std::cout << problem << '\n';
}

void printLayers(const ManyComparison& result) {
    std::vector<Row> rows{rowOf("layer, ms", result, [](const auto& v) { return v.summary.record.name; })};
    for (const auto& layer : result.layers) {
        if (rows.size() > shownLayers)
            break;
        Row row{layer.name};
        bool any = false;
        for (const auto& ms : layer.ms) {
            row.push_back(ms ? fixed(*ms, 4) : "-");
            any = any || ms;
        }
        if (any)
            rows.push_back(std::move(row));
    }
    if (rows.size() > 1) {
        std::cout << '\n';
        printTable(rows);
    }
}

void printSteps(const ManyComparison& result) {
    std::vector<Row> rows{rowOf("step", result, [](const auto& v) { return v.summary.record.name; })};
    for (const auto& step : result.steps) {
        Row row{(step.differs() ? "~ " : "  ") + step.pass};
        for (const auto& settings : step.settings)
            row.push_back(!settings ? "-" : settings->empty() ? "defaults" : *settings);
        rows.push_back(std::move(row));
    }
    std::cout << '\n';
    printTable(rows);
}

int compare(const Options& options, Context& context) {
    auto session = openSession(options.folder, context); // what is compared is kept, if it can be
    if (!session)
        session = openSession(options.folder, context, ProjectAccess::ReadOnly);
    if (!session)
        return fail(session.error());
    ManyRequest request{options.variants, options.limit, {}};
    request.options.threads = hostCores();
    const auto result = compareMany(**session, request, context.work());
    if (!result)
        return fail(result.error());
    context.print(result->toJson(), [&] {
        printNumbers(*result);
        printLayers(*result);
        printSteps(*result);
    });
    return 0;
}

} // namespace

void addProjectCompare(CLI::App& group, Context& context, Commands& commands) {
    const auto options = std::make_shared<Options>();
    auto* command = group.add_subcommand("compare", "Two or more variants in columns, each against the first");
    command->add_option("FOLDER", options->folder, "Project folder")->required();
    command->add_option("VARIANTS", options->variants, "Variant numbers, the reference first")
        ->required()
        ->expected(2, 1000);
    command->add_option("--limit", options->limit, "Samples at most (default: all)");
    commands.emplace_back(command, [&context, options] { return compare(*options, context); });
}

} // namespace lapidary::cli
