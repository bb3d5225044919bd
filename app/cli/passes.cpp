// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include <iostream>

namespace lapidary::cli {

namespace {

Json describe(const PassInfo& info) {
    Json json;
    json.set("id", info.id);
    json.set("version", info.version);
    json.set("title", info.title);
    json.set("summary", info.summary);
    json.set("technique", techniqueName(info.technique));
    json.set("lossless", info.lossless);
    json.set("uses_calibration", info.usesCalibration);
    json.set("schema", info.schema.toJson());
    return json;
}

std::string limits(const ParamSpec& spec) {
    std::string text;
    if (!spec.options.empty()) {
        for (const auto& option : spec.options)
            text += (text.empty() ? "" : " | ") + option.key;
        return text;
    }
    if (spec.minimum || spec.maximum)
        text = (spec.minimum ? Json(*spec.minimum).dump() : "") + ".." + (spec.maximum ? Json(*spec.maximum).dump() : "");
    return text + (spec.unit.empty() ? "" : " " + spec.unit);
}

void printPass(const PassInfo& info) {
    std::cout << info.id << "  " << info.title << (info.lossless ? " (lossless)" : "") << "\n    " << info.summary << '\n';
    for (const auto& spec : info.schema.specs())
        std::cout << "    -p " << spec.key << '=' << spec.defaultValue.dump() << "  " << limits(spec) << "\n        "
                  << spec.help << '\n';
}

} // namespace

void addPasses(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("passes", "Every pass with its parameters, and plugins that were refused");
    commands.emplace_back(command, [&context] {
        const auto& engine = context.engine();
        Json json;
        Json::Array passes;
        for (const auto& pass : engine.passes().all())
            passes.push_back(describe(pass->info()));
        json.set("passes", std::move(passes));
        Json::Array plugins;
        for (const auto& record : engine.plugins().records()) {
            Json entry;
            entry.set("id", record.id);
            entry.set("path", record.path.toStdString());
            const char* states[] = {"found", "loaded", "shadowed", "rejected"};
            entry.set("state", states[int(record.state)]);
            if (!record.reason.message.empty())
                entry.set("reason", record.reason.message);
            plugins.push_back(std::move(entry));
        }
        json.set("plugins", std::move(plugins));
        context.print(json, [&] {
            for (const auto& pass : engine.passes().all())
                printPass(pass->info());
        });
        for (const auto& record : engine.plugins().records())
            if (record.state == PluginState::Rejected)
                std::cerr << "plugin refused: " << record.path.toStdString() << ": " << record.reason.message << '\n';
        return 0;
    });
}

} // namespace lapidary::cli
