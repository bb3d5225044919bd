// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/sshdeploy.h"

#include "base/sha256.h"
#include "device/link/childstream.h"
#include "tensor/mappedfile.h"

#include <cstdio>

namespace lapidary {

namespace {

constexpr Milliseconds answerPatience{30'000};
constexpr std::size_t pieceBytes = 64 << 10;

std::string firstWord(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string::npos ? std::string()
                                      : text.substr(begin, text.find_first_of(" \t\r\n", begin) - begin);
}

std::string sizeText(std::size_t bytes) {
    char text[40];
    std::snprintf(text, sizeof text, "%.1f MiB", double(bytes) / 1048576);
    return text;
}

class Deployment {
public:
    Deployment(const AgentAddress& address, const std::function<void(const DeployStep&)>& step, const Work& work)
        : m_address(address), m_step(step), m_work(work) {}

    Result<std::string> askArchitecture() {
        begin("Connect over ssh", "deploy.connect");
        const auto answer = remote("uname -m");
        if (!answer)
            return answer;
        const auto architecture = firstWord(*answer);
        done(architecture);
        return architecture;
    }

    Status makeFolder() {
        begin("Make the folder", "deploy.folder");
        const auto answer = remote(std::string("mkdir -p \"$HOME/") + agentFolderOnDevice + "\"");
        if (!answer)
            return answer.status();
        done(std::string("~/") + agentFolderOnDevice);
        return {};
    }

    Status copy(const std::string& title, const std::filesystem::path& file, const std::string& name,
                const Work& work) {
        begin(title, "deploy.copy");
        const auto bytes = mapFile(file);
        if (!bytes)
            return failure(bytes.error().message, bytes.error().hint);
        const std::string target = std::string("\"$HOME/") + agentFolderOnDevice + "/" + name + "\"";
        const std::string hash = sha256(bytes->bytes());
        const auto there = remote("sha256sum " + target + " 2>/dev/null || true");
        if (!there)
            return there.status();
        if (firstWord(*there) == hash) {
            done(name + ", already there");
            return {};
        }
        std::size_t at = 0;
        const auto piece = [&] {
            const auto length = std::min(pieceBytes, bytes->size() - at);
            std::string text(reinterpret_cast<const char*>(bytes->bytes().data()) + at, length);
            at += length;
            work.progress.set(double(at) / double(std::max<std::size_t>(bytes->size(), 1)));
            return text;
        };
        const std::string part = target + ".part";
        const auto sum = remote("cat > " + part + " && chmod 755 " + part + " && mv -f " + part + " " + target +
                                    " && sha256sum " + target,
                                piece);
        if (!sum)
            return sum.status();
        if (firstWord(*sum) != hash)
            return failure("the file that arrived is not the one that was sent",
                           "Is the device's storage full or worn out?");
        done(name + ", " + sizeText(bytes->size()));
        return {};
    }

    Result<AgentInfo> start() {
        begin("Start the agent", "deploy.start");
        AgentLink link([this](const Work& work) { return m_address.open({}, work); }, {});
        auto info = link.contact(m_work);
        if (!info) {
            auto hint = info.error().hint;
            if (info.error().message.find("GLIBC") != std::string::npos)
                hint = "The device's system is older than the agent was built for; build the agent on a system as old "
                       "as the device's.";
            return Result<AgentInfo>(failure(info.error().message, hint));
        }
        done(info->software + ", " + info->runtime);
        return info;
    }

    Diagnostic failure(const std::string& why, const std::string& hint) const {
        return errorDiagnostic(m_code, m_name + ": " + why, hint);
    }

private:
    void begin(std::string name, std::string code) {
        m_name = std::move(name);
        m_code = std::move(code);
        m_work.progress.label(m_name);
        if (m_step)
            m_step({m_name, {}});
    }
    void done(const std::string& detail) const {
        if (m_step)
            m_step({m_name, detail.empty() ? "done" : detail});
    }

    Result<std::string> remote(const std::string& command, const InputSource& input = {}) const {
        const auto result =
            runProgram(m_address.sshCommand(command), input, answerPatience, [this] { return m_work.stopRequested(); });
        if (!result)
            return isCancelled(result.error()) ? result.error() : failure(result.error().message, result.error().hint);
        if (result->exitCode == 0)
            return result->output;
        const auto& text = result->errorOutput;
        std::string hint;
        if (text.find("Permission denied") != std::string::npos)
            hint = "ssh is not asked for passwords here; put your key on the device with ssh-copy-id first.";
        else if (text.find("Host key verification") != std::string::npos)
            hint = "Connect once with ssh in a terminal and accept the device's key.";
        else if (text.find("No space left") != std::string::npos)
            hint = "Make room on the device.";
        return failure("ended with code " + std::to_string(result->exitCode) + (text.empty() ? "" : ": " + text), hint);
    }

    const AgentAddress& m_address;
    const std::function<void(const DeployStep&)>& m_step;
    const Work& m_work;
    std::string m_name, m_code;
};

} // namespace

Result<AgentInfo> deployAgent(const AgentAddress& address, const AgentFilesFinder& files,
                              const std::function<void(const DeployStep&)>& step, const Work& work) {
    if (address.kind() != AgentAddress::Kind::Ssh)
        return errorDiagnostic("deploy.address", "The agent is deployed over ssh only", "Give ssh://user@host.");
    Deployment deployment(address, step, work);
    const auto architecture = deployment.askArchitecture();
    if (!architecture)
        return architecture.status();
    const auto found = files(*architecture);
    if (!found)
        return found.status();
    if (auto status = deployment.makeFolder(); !status)
        return status;
    if (auto status = deployment.copy("Copy the agent", found->program, "lapidary-agent", work.part(0.1, 0.3)); !status)
        return status;
    if (auto status = deployment.copy("Copy ONNX Runtime", found->runtime, "libonnxruntime.so.1", work.part(0.3, 0.9));
        !status)
        return status;
    return deployment.start();
}

} // namespace lapidary
