// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/compare.h"

#include "context.h"
#include "format.h"
#include "pairedreport.h"

#include "engine/datasets.h"
#include "project/atomicfile.h"
#include "ui/graphview/diffsvg.h"
#include "ui/models/diffpicturedecor.h"

#include <QBuffer>

#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string a, b, data, images, svg, png;
    std::size_t samples = 32, limit = 0;
    bool structureOnly = false, onlyChanges = false, dark = false, horizontal = false;
};

void printText(const ModelComparison& comparison) {
    const auto row = [](const char* label, std::uint64_t before, std::uint64_t after) {
        return std::vector<std::string>{label, countText(before), countText(after), signedPercent(double(before), double(after))};
    };
    printTable({{"", "A", "B", "change"},
                row("parameters", comparison.totalsA.parameters, comparison.totalsB.parameters),
                row("parameter bytes", comparison.totalsA.bytes, comparison.totalsB.bytes),
                row("file bytes", comparison.fileBytesA, comparison.fileBytesB),
                row("MACs", comparison.totalsA.macs, comparison.totalsB.macs)});
    const auto& diff = comparison.diff;
    std::cout << "nodes: " << diff.same << " the same, " << diff.changed << " changed, " << diff.added << " added, "
              << diff.removed << " removed";
    if (diff.attached > 0)
        std::cout << " (" << diff.attached << " of them folded or inserted around others)";
    std::cout << '\n';
    for (const auto& node : diff.nodes) {
        if (node.kind == DiffKind::Same)
            continue;
        std::cout << (node.kind == DiffKind::Added ? "+ " : node.kind == DiffKind::Removed ? "- " : "~ ") << node.name << " ("
                  << node.opType << ')';
        for (const auto& change : node.changes)
            std::cout << "\n      " << change;
        std::cout << '\n';
    }
    if (!comparison.numericProblem.empty())
        std::cout << "no numbers: " << comparison.numericProblem << '\n';
    for (const auto& output : comparison.outputs) {
        std::cout << "output " << output.output << ": ";
        if (!output.comparable)
            std::cout << output.reason << '\n';
        else
            std::cout << "SQNR " << fixed(output.sqnrDb) << " dB, cosine " << fixed(output.cosine, 6) << ", largest difference "
                      << output.maxAbsolute
                      << (output.argmaxAgreement >= 0 ? ", same class " + fixed(output.argmaxAgreement, 1) + " %" : "") << " ("
                      << comparison.samples << (comparison.randomInputs ? " random inputs)\n" : " samples)\n");
    }
}

/// The union picture, to files.
Status draw(const Options& options, const AnalysedModelPtr& a, const AnalysedModelPtr& b, const ModelComparison& comparison,
            const Work& work) {
    const ComparedModels models{a, b, comparison};
    auto picture =
        buildDiffPicture(models, options.horizontal ? LayoutDirection::LeftRight : LayoutDirection::TopDown);
    if (options.onlyChanges)
        picture = foldUnchanged(picture, 1, {});
    const auto decor = buildDiffDecor(picture, models, DiffMetric::None, {});
    const auto laid = LaidPicture::make(std::move(picture.picture), {}, work.stop);
    if (!laid)
        return work.stopRequested() ? cancelledDiagnostic()
                                    : errorDiagnostic("layout.memory", "The picture does not fit into memory");
    if (!options.svg.empty()) {
        const auto title = std::filesystem::path(options.a).filename().string() + " → " +
                           std::filesystem::path(options.b).filename().string();
        SvgOptions look;
        look.dark = options.dark;
        if (auto status = writeFileAtomically(options.svg, writeDiffSvg(*laid, decor, title, look)); !status)
            return status;
    }
    if (options.png.empty())
        return {};
    const auto image = renderDiff(*laid, decor, options.dark);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (image.isNull() || !image.save(&buffer, "PNG"))
        return errorDiagnostic("layout.image", "The picture is too large for an image", "Write it as SVG instead.");
    return writeFileAtomically(options.png, std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

} // namespace

void addCompare(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("compare", "What differs between two models: graph, weights and outputs");
    auto options = std::make_shared<Options>();
    command->add_option("A", options->a, "ONNX file")->required();
    command->add_option("B", options->b, "ONNX file")->required();
    command->add_option("--data", options->data, "Dataset file for the numbers (default: random inputs)");
    command->add_option("--samples", options->samples, "Samples at most, for the outputs as numbers")->capture_default_str();
    command->add_option("--limit", options->limit, "With --data: samples at most, for the answers (default: all)");
    command->add_option("--images", options->images, "With --data: folder for pictures of the samples on which A and B differ")
        ->needs("--data");
    command->add_flag("--structure-only", options->structureOnly, "Do not run the models");
    command->add_option("--svg", options->svg, "Draw both as one picture, as SVG");
    command->add_option("--png", options->png, "The same as PNG");
    command->add_flag("--only-changes", options->onlyChanges, "Draw what changed with its neighbours, the rest folded");
    command->add_flag("--dark", options->dark, "Light on dark");
    command->add_flag("--horizontal", options->horizontal, "Left to right");
    commands.emplace_back(command, [&context, options] {
        const auto a = Engine::open(options->a, context.work());
        if (!a)
            return fail(a.error());
        const auto b = Engine::open(options->b, context.work());
        if (!b)
            return fail(b.error());
        CompareOptions settings;
        settings.samples = options->samples;
        settings.numeric = !options->structureOnly;
        if (!options->data.empty()) {
            auto data = openCachedDataset(options->data);
            if (!data)
                return fail(data.error());
            settings.data = *data;
        }
        const auto comparison = compareModels(**a, **b, settings, context.work());
        if (!comparison)
            return fail(comparison.error());
        if (!options->svg.empty() || !options->png.empty())
            if (auto status = draw(*options, *a, *b, *comparison, context.work()); !status)
                return fail(status.error());
        std::optional<PairedAnswers> answers;
        if (settings.data && settings.numeric) {
            auto made = compareAnswers(**a, **b, *comparison, limitedTo(settings.data, options->limit), options->images,
                                       context.work());
            if (!made)
                return fail(made.error());
            answers = std::move(*made);
        }
        auto json = comparison->toJson();
        if (answers)
            answers->addTo(json);
        context.print(json, [&] {
            printText(*comparison);
            if (answers)
                answers->print();
        });
        return 0;
    });
}

} // namespace lapidary::cli
