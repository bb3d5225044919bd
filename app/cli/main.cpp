// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include <QGuiApplication>

#include <algorithm>
#include <clocale>
#include <string_view>

namespace {

/// Only drawing text into images needs fonts, and so a GUI application; everything else starts faster without.
std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv) {
    const bool draws = std::any_of(argv, argv + argc, [](std::string_view word) { return word == "layout" || word.starts_with("--png") || word.ends_with(".pdf"); });
    if (!draws)
        return std::make_unique<QCoreApplication>(argc, argv);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return std::make_unique<QGuiApplication>(argc, argv);
}

} // namespace

int main(int argc, char** argv) {
    using namespace lapidary;
    cli::watchSignals();
    const auto application = makeApplication(argc, argv);
    std::setlocale(LC_NUMERIC, "C"); // Qt took the user's; files and tables have decimal points
    QCoreApplication::setApplicationName(QStringLiteral("lapidary"));
    QCoreApplication::setApplicationVersion(QStringLiteral(LAPIDARY_VERSION));

    CLI::App app("Lapidary makes neural networks small and fast enough for the edge.", "lapidary-cli");
    app.set_version_flag("--version", versionText());
    app.require_subcommand(1);
    app.fallthrough();
    cli::Context context;
    app.add_flag("--json", context.json, "Print one JSON object on stdout and nothing else there");
    app.add_option("--provider-library", context.providerLibraries,
                   "Library of a plug-in execution provider of ONNX Runtime; its devices become devices here")
        ->allow_extra_args(false);
    app.add_flag("-q,--quiet", context.quiet, "No progress on stderr");

    cli::Commands commands;
    cli::addInspect(app, context, commands);
    cli::addFind(app, context, commands);
    cli::addLayout(app, context, commands);
    cli::addTensor(app, context, commands);
    cli::addPasses(app, context, commands);
    cli::addApply(app, context, commands);
    cli::addSensitivity(app, context, commands);
    cli::addGuard(app, context, commands);
    cli::addCulprits(app, context, commands);
    cli::addEvaluate(app, context, commands);
    cli::addDevices(app, context, commands);
    cli::addProfile(app, context, commands);
    cli::addLatency(app, context, commands);
    cli::addCompare(app, context, commands);
    cli::addProject(app, context, commands);
    cli::addReport(app, context, commands);
    cli::addBundle(app, context, commands);
    cli::addSample(app, context, commands);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        const int code = app.exit(problem);
        return code == 0 ? 0 : 2;
    }
    for (const auto& [subcommand, run] : commands)
        if (subcommand->parsed())
            return context.loadProviders() ? run() : 1;
    return 2;
}
