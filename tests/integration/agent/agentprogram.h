// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QStringList>

#include <functional>
#include <string>

namespace lapidary::test {

/// lapidary-agent as a process of its own, ended with the object.
class AgentProgram {
public:
    /// `program` with its first arguments: the agent, or qemu and the agent. `inChild` is called between fork and exec.
    AgentProgram(const QStringList& program, const QStringList& arguments, std::function<void()> inChild = {});
    ~AgentProgram();

    /// What follows `word` on a line of its standard error, waited for 20 s at most.
    std::string said(const std::string& word);
    /// As if its power failed.
    void kill();
    qint64 pid() const { return m_process.processId(); }

private:
    QProcess m_process;
    std::string m_text;
};

/// How to start the agent of this computer, and the one for arm64 under qemu; the latter empty, with a reason, if
/// something for it is missing.
QStringList ownAgent();
QStringList arm64Agent(std::string& reason);
/// The words as one shell command.
std::string shellCommand(const QStringList& words);

} // namespace lapidary::test
