// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/address.h"

#include "device/link/childstream.h"
#include "device/link/serialport.h"
#include "device/link/tcpsocket.h"
#include "device/link/tlsstream.h"

#include <array>

namespace lapidary {

namespace {

struct Scheme {
    std::string_view text;
    AgentAddress::Kind kind;
};
constexpr std::array schemes = {Scheme{"ssh://", AgentAddress::Kind::Ssh},
                                Scheme{"serial://", AgentAddress::Kind::Serial},
                                Scheme{"tcp://", AgentAddress::Kind::Tcp}, Scheme{"exec:", AgentAddress::Kind::Exec}};

Diagnostic wrong(const std::string& text, const std::string& why) {
    return errorDiagnostic("device.address", "'" + text + "' is no address of a device: " + why,
                           "Write ssh://user@host, serial:///dev/ttyACM0@921600, tcp://host:5577 or exec:COMMAND.");
}

constexpr Milliseconds connectPatience{15'000};

} // namespace

bool AgentAddress::looksLikeOne(const std::string& text) {
    for (const auto& scheme : schemes)
        if (text.starts_with(scheme.text))
            return true;
    return false;
}

Result<AgentAddress> AgentAddress::parse(const std::string& text) {
    AgentAddress address;
    address.m_text = text;
    for (const auto& scheme : schemes)
        if (text.starts_with(scheme.text)) {
            address.m_kind = scheme.kind;
            address.m_rest = text.substr(scheme.text.size());
        }
    const auto& rest = address.m_rest;
    if (!looksLikeOne(text))
        return wrong(text, "it begins as none of the known ones");
    if (rest.find_first_not_of(" \t") == std::string::npos)
        return wrong(text, "nothing follows the scheme");
    if (address.m_kind == Kind::Serial && !parseSerialAddress(rest))
        return wrong(text, "the part after '@' is no rate");
    if (address.m_kind == Kind::Tcp && !parseTcpAddress(rest, defaultAgentPort))
        return wrong(text, "the port is no number");
    if (address.m_kind == Kind::Ssh) {
        // ssh must not take the host for an option, nor a shell for a command.
        const auto colon = rest.rfind(':');
        address.m_host = rest.substr(0, colon);
        address.m_port = colon == std::string::npos ? "" : rest.substr(colon + 1);
        if (address.m_host.empty() || address.m_host.front() == '-' ||
            address.m_host.find_first_of(" \t\n'\"$`;|&<>()\\/") != std::string::npos)
            return wrong(text, "this is no host name");
        if (address.m_port.find_first_not_of("0123456789") != std::string::npos ||
            (colon != std::string::npos && address.m_port.empty()))
            return wrong(text, "the port is no number");
    }
    return address;
}

std::string AgentAddress::name() const {
    switch (m_kind) {
    case Kind::Ssh:
        return m_host;
    case Kind::Serial:
        return m_rest.substr(m_rest.rfind('/') + 1, m_rest.rfind('@') - m_rest.rfind('/') - 1);
    case Kind::Tcp:
    case Kind::Exec:
        break;
    }
    return m_rest;
}

std::vector<std::string> AgentAddress::sshCommand(const std::string& command) const {
    std::vector<std::string> words = {
        "ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5"};
    if (!m_port.empty())
        words.insert(words.end(), {"-p", m_port});
    words.insert(words.end(), {"--", m_host, command});
    return words;
}

Result<ByteStreamPtr> AgentAddress::open(const std::string& pairingKey, const Work& work) const {
    switch (m_kind) {
    case Kind::Exec:
        return startProgram({"/bin/sh", "-c", m_rest});
    case Kind::Serial:
        return openSerial(*parseSerialAddress(m_rest));
    case Kind::Ssh: {
        const std::string deployed = std::string("\"$HOME/") + agentFolderOnDevice + "/lapidary-agent\"";
        return startProgram(sshCommand("if [ -x " + deployed + " ]; then exec " + deployed +
                                       " --stdio; else exec lapidary-agent --stdio; fi"));
    }
    case Kind::Tcp:
        break;
    }
    if (pairingKey.empty())
        return errorDiagnostic("link.key", "The device " + m_text + " needs a pairing key",
                               "The agent prints it when it starts with --tcp; give it when adding the device.");
    const auto key = PairingKey::parse(pairingKey);
    if (!key)
        return key.status();
    auto socket =
        connectTcp(*parseTcpAddress(m_rest, defaultAgentPort), connectPatience, [&] { return work.stopRequested(); });
    if (!socket)
        return socket.status();
    return startTls(std::move(*socket), TlsRole::Client, *key, connectPatience);
}

} // namespace lapidary
