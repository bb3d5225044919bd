// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agentdeploy.h"

#include "engine/saveddevices.h"

#include <QCoreApplication>

#include <fstream>
#include <sys/utsname.h>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr char programName[] = "lapidary-agent";
constexpr char libraryName[] = "libonnxruntime.so.1";

/// The name our builds use for what uname calls otherwise; empty: we have none for it.
std::string shortName(const std::string& architecture) {
    if (architecture == "aarch64" || architecture == "arm64")
        return "arm64";
    return architecture == "x86_64" ? "x64" : "";
}

/// ONNX Runtime's library as this process has it.
fs::path loadedRuntime() {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);)
        if (const auto at = line.find('/');
            at != std::string::npos && line.find("libonnxruntime.so") != std::string::npos)
            return line.substr(at);
    return {};
}

bool isFile(const fs::path& path) {
    std::error_code error;
    return !path.empty() && fs::is_regular_file(path, error);
}

} // namespace

Result<AgentFiles> findAgentFiles(const std::string& architecture) {
    const auto name = shortName(architecture);
    if (name.empty())
        return errorDiagnostic(
            "deploy.files", "There is no agent for the device's architecture " + architecture,
            "ONNX Runtime is published for x86_64 and aarch64; 32-bit systems on 64-bit boards need a 64-bit system.");
    const fs::path own = QCoreApplication::applicationDirPath().toStdString();
    std::vector<fs::path> folders;
    if (const auto given = qEnvironmentVariable("LAPIDARY_AGENTS"); !given.isEmpty())
        folders.push_back(fs::path(given.toStdString()) / name);
    folders.push_back(own / ".." / "lib" / "lapidary" / "agents" / name);
    folders.push_back(own / ".." / ".." / ("agent-" + name));
    for (const auto& folder : folders)
        if (isFile(folder / programName) && isFile(folder / libraryName))
            return AgentFiles{folder / programName, folder / libraryName};
    utsname names{};
    if (::uname(&names) == 0 && shortName(names.machine) == name && isFile(own / programName) &&
        isFile(loadedRuntime()))
        return AgentFiles{own / programName, loadedRuntime()};
    return errorDiagnostic("deploy.files", "The agent for " + architecture + " was not built on this computer",
                           "Build it with ./run --agent " + name + ", or set LAPIDARY_AGENTS to a folder with " + name +
                               "/" + programName + " and " + name + "/" + libraryName + ".");
}

Result<AgentInfo> addDeviceOverSsh(const std::string& address, const std::function<void(const DeployStep&)>& step,
                                   const Work& work) {
    const auto parsed = AgentAddress::parse(address);
    if (!parsed)
        return parsed.status();
    auto info = deployAgent(*parsed, findAgentFiles, step, work);
    if (!info)
        return info;
    if (auto saved = saveDevice({address, {}}); !saved)
        return saved;
    return info;
}

} // namespace lapidary
