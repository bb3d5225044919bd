// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "project/atomicfile.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/pictureexport.h"
#include "ui/models/decorbuilder.h"
#include "ui/models/graphpicturebuilder.h"
#include "ui/models/picturetexts.h"

#include <QGuiApplication>

#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, svg, png, pdf, colorBy, view = "light", direction = "tb", pages = "fit";
    double scale = 1;
    bool horizontal = false, dark = false, names = false;
};

const std::map<std::string, Overlay> overlays{{"macs", Overlay::Macs},
                                              {"params", Overlay::Parameters},
                                              {"bytes", Overlay::Bytes},
                                              {"sparsity", Overlay::Sparsity},
                                              {"precision", Overlay::Precision}};
const std::map<std::string, ExportPages> pageChoices{{"fit", ExportPages::Fitted},
                                                     {"a4", ExportPages::A4Page},
                                                     {"a3", ExportPages::A3Page},
                                                     {"a4-tiles", ExportPages::A4Tiles},
                                                     {"a3-tiles", ExportPages::A3Tiles}};

NodeMetric metricOf(Overlay overlay) {
    return overlay == Overlay::Macs         ? NodeMetric::Macs
           : overlay == Overlay::Parameters ? NodeMetric::Parameters
           : overlay == Overlay::Bytes      ? NodeMetric::Bytes
                                            : NodeMetric::Sparsity;
}

/// Badges always, colours as asked for. Warnings go to stderr.
Result<GraphDecorPtr> decorOf(const AnalysedModelPtr& model, const Options& options) {
    DecorInput input;
    input.model = model;
    input.badges = true;
    input.sparsity = nodeSparsity(*model);
    if (const auto it = overlays.find(options.colorBy); it != overlays.end()) {
        input.overlay = it->second;
        if (hasNumbers(input.overlay))
            input.values = nodeMetric(*model, metricOf(input.overlay), nullptr, input.sparsity);
    } else if (!options.colorBy.empty()) {
        auto values = readNodeValues(options.colorBy, *model->model->graph);
        if (!values)
            return values.status();
        if (const auto& unknown = values->unknown; !unknown.empty())
            std::cerr << "warning: " << unknown.size() << " names are not in this model, such as '" << unknown.front()
                      << "'\n";
        input.overlay = Overlay::File;
        input.nodeValues = std::move(*values);
    }
    return GraphDecorPtr(std::make_shared<GraphDecor>(DecorBuilder::build(input)));
}

Status write(const LaidPicture& picture, const std::string& file, ExportFormat format, const Options& options,
             const GraphDecorPtr& decor, const Work& work) {
    if (file.empty())
        return {};
    ExportOptions settings;
    settings.format = format;
    settings.scale = options.scale;
    settings.pages = pageChoices.at(options.pages);
    settings.style = options.dark || options.view == "dark" ? GraphStyle::night() : GraphStyle::light();
    settings.decor = decor;
    const auto bytes = exportPicture(picture, settings, work);
    if (!bytes)
        return bytes.status();
    return writeFileAtomically(file, std::string_view(bytes->constData(), std::size_t(bytes->size())));
}

void report(const LaidPicture& picture, Context& context) {
    const auto& layout = picture.layout();
    Json json;
    json.set("layout_ms", picture.layoutMs());
    json.set("nodes", std::int64_t(picture.nodeCount()));
    json.set("width", layout.width);
    json.set("height", layout.height);
    json.set("crossings", std::int64_t(layout.crossings));
    context.print(json, [&] {
        std::cout << picture.nodeCount() << " nodes laid out in " << fixed(picture.layoutMs(), 1) << " ms, "
                  << fixed(layout.width, 0) << " x " << fixed(layout.height, 0) << ", " << layout.crossings
                  << " crossings\n";
    });
}

int run(const Options& options, Context& context) {
    const auto model = Engine::open(options.model, context.work());
    if (!model)
        return fail(model.error());
    const bool horizontal = options.horizontal || options.direction == "lr";
    auto shown = buildGraphPicture(**model, horizontal ? LayoutDirection::LeftRight : LayoutDirection::TopDown);
    PictureTexts texts;
    texts.names = options.names;
    texts.constants = false; // each is a node here
    writePictureTexts(shown, **model, texts);
    const auto widths = qApp ? measureWidths(GraphStyle::light().font) : TextWidths();
    const auto picture = LaidPicture::make(std::move(shown), widths, context.work().stop);
    if (!picture)
        return fail(context.work().stopRequested()
                        ? cancelledDiagnostic()
                        : errorDiagnostic("layout.memory", "The picture does not fit into memory"));
    const auto decor = decorOf(*model, options);
    if (!decor)
        return fail(decor.error());
    for (const auto& [file, format] :
         {std::pair(&options.svg, ExportFormat::Svg), std::pair(&options.png, ExportFormat::Png),
          std::pair(&options.pdf, ExportFormat::Pdf)})
        if (auto status = write(*picture, *file, format, options, *decor, context.work()); !status)
            return fail(status.error());
    report(*picture, context);
    return 0;
}

} // namespace

void addLayout(CLI::App& app, Context& context, Commands& commands) {
    auto* command =
        app.add_subcommand("layout", "Draw the graph: time, size and crossings of the layout; SVG, PNG or PDF");
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->model, "ONNX file")->required();
    command->add_option("--svg", options->svg, "SVG file to write");
    command->add_option("--png", options->png, "PNG file to write");
    command->add_option("--pdf", options->pdf, "PDF file to write");
    command->add_option("--scale", options->scale, "PNG: pixels per unit of the graph; SVG, PDF: size")
        ->check(CLI::Range(0.01, 20.0));
    command->add_option("--pages", options->pages, "PDF: one page as large as the graph, or paper")
        ->check(CLI::IsMember({"fit", "a4", "a3", "a4-tiles", "a3-tiles"}));
    command->add_option("--direction", options->direction, "Data flows from left to right or top to bottom")
        ->check(CLI::IsMember({"lr", "tb"}));
    command->add_option("--color-by", options->colorBy,
                        "macs, params, bytes, sparsity, precision, or a CSV or JSON file with values of nodes");
    command->add_option("--view", options->view, "Dark on light or light on dark")
        ->check(CLI::IsMember({"dark", "light"}));
    command->add_flag("--names", options->names, "Write the nodes' names in them");
    command->add_flag("--horizontal", options->horizontal, "The same as --direction lr");
    command->add_flag("--dark", options->dark, "The same as --view dark");
    commands.emplace_back(command, [&context, options] { return run(*options, context); });
}

} // namespace lapidary::cli
