// SPDX-License-Identifier: GPL-3.0-or-later
#include "clirunner.h"

#include <QElapsedTimer>
#include <QProcess>

#include <csignal>

namespace lapidary::test {

namespace {

constexpr int limitMs = 60000;

CliResult finish(QProcess& process, const QElapsedTimer& clock) {
    CliResult result;
    if (!process.waitForFinished(limitMs)) {
        process.kill();
        process.waitForFinished();
        return result;
    }
    result.seconds = double(clock.nsecsElapsed()) / 1e9;
    if (process.exitStatus() == QProcess::NormalExit)
        result.exitCode = process.exitCode();
    result.out = process.readAllStandardOutput().toStdString();
    result.err = process.readAllStandardError().toStdString();
    return result;
}

} // namespace

Json CliResult::json(std::string* problem) const {
    auto parsed = Json::parse(out);
    const bool good = parsed.ok() && parsed->isObject();
    if (!good && problem)
        *problem = "stdout is no single JSON object: " + out.substr(0, 300) + "\nstderr: " + err.substr(0, 500);
    return good ? *parsed : Json();
}

CliResult runCli(const QStringList& arguments) {
    QProcess process;
    QElapsedTimer clock;
    clock.start();
    process.start(QStringLiteral(LAPIDARY_CLI), arguments);
    return finish(process, clock);
}

CliResult interruptCli(const QStringList& arguments, int afterMs, int signal) {
    QProcess process;
    process.start(QStringLiteral(LAPIDARY_CLI), arguments);
    if (process.waitForStarted() && !process.waitForFinished(afterMs))
        ::kill(pid_t(process.processId()), signal);
    QElapsedTimer clock;
    clock.start();
    return finish(process, clock);
}

} // namespace lapidary::test
