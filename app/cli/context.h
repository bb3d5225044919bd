// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/progress.h"
#include "engine/engine.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>

namespace lapidary::cli {

/// What every command shares: the engine (plugins are loaded at first use), --json, and the stop that Ctrl+C asks for.
class Context {
public:
    bool json = false;
    bool quiet = false;
    std::vector<std::string> providerLibraries;

    /// Registers providerLibraries; prints what is wrong and gives false if one cannot be used.
    bool loadProviders() const;

    const Engine& engine();
    Work work() const; ///< stops on Ctrl+C or SIGTERM
    /// With --json prints one object on stdout, else runs `text`.
    void print(const Json& object, const std::function<void()>& text) const;

private:
    std::unique_ptr<Engine> m_engine;
};

/// Prints "error: …" and "hint: …" on stderr; returns the exit code 1 (130 when cancelled).
int fail(const Diagnostic& problem);
/// Lets Ctrl+C and SIGTERM cancel context.work(). Call once.
void watchSignals();

/// A command registers its options on a subcommand and leaves `run`, which gives the exit code.
using Run = std::function<int()>;
using Commands = std::vector<std::pair<CLI::App*, Run>>;

void addInspect(CLI::App& app, Context& context, Commands& commands);
void addFind(CLI::App& app, Context& context, Commands& commands);
void addLayout(CLI::App& app, Context& context, Commands& commands);
void addPasses(CLI::App& app, Context& context, Commands& commands);
void addApply(CLI::App& app, Context& context, Commands& commands);
void addSensitivity(CLI::App& app, Context& context, Commands& commands);
void addGuard(CLI::App& app, Context& context, Commands& commands);
void addCulprits(CLI::App& app, Context& context, Commands& commands);
void addEvaluate(CLI::App& app, Context& context, Commands& commands);
/// Options of `devices` that change the list: --add, --remove, --deploy. What it gives does what was asked for.
using DeviceCommands = std::function<Status(Context&)>;
DeviceCommands addDeviceOptions(CLI::App& command);
void addDevices(CLI::App& app, Context& context, Commands& commands);
void addProfile(CLI::App& app, Context& context, Commands& commands);
void addLatency(CLI::App& app, Context& context, Commands& commands);
void addCompare(CLI::App& app, Context& context, Commands& commands);
void addProject(CLI::App& app, Context& context, Commands& commands);
void addReport(CLI::App& app, Context& context, Commands& commands);
void addBundle(CLI::App& app, Context& context, Commands& commands);
void addSample(CLI::App& app, Context& context, Commands& commands);
void addTensor(CLI::App& app, Context& context, Commands& commands);

} // namespace lapidary::cli
