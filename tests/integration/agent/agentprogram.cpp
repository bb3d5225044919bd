// SPDX-License-Identifier: GPL-3.0-or-later
#include "agentprogram.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QThread>

namespace lapidary::test {

AgentProgram::AgentProgram(const QStringList& program, const QStringList& arguments, std::function<void()> inChild) {
    if (inChild)
        m_process.setChildProcessModifier(std::move(inChild));
    m_process.start(program.front(), program.mid(1) + arguments);
    if (!m_process.waitForStarted())
        qFatal("%s does not start", qPrintable(program.front()));
}

AgentProgram::~AgentProgram() {
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(3000))
        kill();
}

std::string AgentProgram::said(const std::string& word) {
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 20'000) {
        m_text += m_process.readAllStandardError().toStdString();
        if (const auto at = m_text.find(word); at != std::string::npos)
            if (const auto end = m_text.find('\n', at); end != std::string::npos)
                return m_text.substr(at + word.size(), end - at - word.size());
        m_process.waitForReadyRead(50);
    }
    return {};
}

void AgentProgram::kill() {
    m_process.kill();
    m_process.waitForFinished();
}

QStringList ownAgent() {
    return {QStringLiteral(LAPIDARY_AGENT)};
}

/// A root for qemu with arm64's libraries and what such a processor says of itself: ONNX Runtime reads /proc/cpuinfo
/// when it is loaded, and cannot make sense of another architecture's.
QString arm64Root() {
    static const QTemporaryDir root;
    const QDir folder(root.path());
    folder.mkpath(QStringLiteral("proc"));
    QFile::link(QStringLiteral("/usr/aarch64-linux-gnu/lib"), folder.filePath(QStringLiteral("lib")));
    QFile cpus(folder.filePath(QStringLiteral("proc/cpuinfo")));
    if (cpus.open(QIODevice::WriteOnly))
        for (int core = 0; core < QThread::idealThreadCount(); ++core)
            cpus.write("processor\t: " + QByteArray::number(core) +
                       "\nFeatures\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid\nCPU implementer\t: 0x41\n"
                       "CPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd08\nCPU revision\t: 3\n\n");
    return root.path();
}

QStringList arm64Agent(std::string& reason) {
    const auto qemu = QStandardPaths::findExecutable(QStringLiteral("qemu-aarch64-static"));
    if (qemu.isEmpty()) {
        reason = "qemu-aarch64-static is not installed (Debian: qemu-user-static)";
        return {};
    }
    if (!QFileInfo::exists(QStringLiteral(LAPIDARY_AGENT_ARM64))) {
        reason = "the arm64 agent was not built: ./run --agent arm64";
        return {};
    }
    const QStringList words = {qemu,
                               QStringLiteral("-cpu"),
                               QStringLiteral("cortex-a72"),
                               QStringLiteral("-L"),
                               arm64Root(),
                               QStringLiteral(LAPIDARY_AGENT_ARM64)};
    QProcess process;
    process.start(qemu, words.mid(1) + QStringList{QStringLiteral("--version")});
    if (process.waitForFinished(20'000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return words;
    process.kill();
    process.waitForFinished();
    reason = "this qemu does not run ONNX Runtime's arm64 library: " + process.readAllStandardError().toStdString();
    return {};
}

std::string shellCommand(const QStringList& words) {
    std::string command;
    for (const auto& word : words)
        command += (command.empty() ? "'" : " '") + word.toStdString() + "'";
    return command;
}

} // namespace lapidary::test
