// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "project/atomicfile.h"
#include "ui/graphview/graphpainter.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/svgwriter.h"
#include "ui/models/graphpicturebuilder.h"

#include <QBuffer>
#include <QGuiApplication>

#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, svg, png;
    bool horizontal = false, dark = false;
};

Status writePng(const LaidPicture& picture, const Options& options) {
    const auto image = renderPicture(picture, options.dark ? GraphStyle::night() : GraphStyle::light());
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (image.isNull() || !image.save(&buffer, "PNG"))
        return errorDiagnostic("layout.image", "The picture is too large for an image", "Write it as SVG instead.");
    return writeFileAtomically(options.png, std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

int run(const Options& options, Context& context) {
    const auto model = Engine::open(options.model, context.work());
    if (!model)
        return fail(model.error());
    const auto direction = options.horizontal ? LayoutDirection::LeftRight : LayoutDirection::TopDown;
    const auto picture = LaidPicture::make(buildGraphPicture(**model, direction), {}, context.work().stop);
    if (!picture)
        return fail(context.work().stopRequested() ? cancelledDiagnostic()
                                                   : errorDiagnostic("layout.memory", "The picture does not fit into memory"));
    if (!options.svg.empty()) {
        SvgOptions settings;
        settings.dark = options.dark;
        if (auto status = writeFileAtomically(options.svg, writeSvg(*picture, settings)); !status)
            return fail(status.error());
    }
    if (!options.png.empty())
        if (auto status = writePng(*picture, options); !status)
            return fail(status.error());
    const auto& layout = picture->layout();
    Json json;
    json.set("layout_ms", picture->layoutMs());
    json.set("nodes", std::int64_t(picture->nodeCount()));
    json.set("width", layout.width);
    json.set("height", layout.height);
    json.set("crossings", std::int64_t(layout.crossings));
    context.print(json, [&] {
        std::cout << picture->nodeCount() << " nodes laid out in " << fixed(picture->layoutMs(), 1) << " ms, "
                  << fixed(layout.width, 0) << " x " << fixed(layout.height, 0) << ", " << layout.crossings << " crossings\n";
    });
    return 0;
}

} // namespace

void addLayout(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("layout", "Draw the graph: time, size and crossings of the layout; SVG or PNG");
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->model, "ONNX file")->required();
    command->add_option("--svg", options->svg, "SVG file to write");
    command->add_option("--png", options->png, "PNG file to write");
    command->add_flag("--horizontal", options->horizontal, "Left to right");
    command->add_flag("--dark", options->dark, "Light on dark");
    commands.emplace_back(command, [&context, options] { return run(*options, context); });
}

} // namespace lapidary::cli
