// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "device/link/bytestream.h"

#include <vector>

namespace lapidary {

/// Where an agent is: "ssh://[USER@]HOST[:PORT]", "serial://DEVICE[@BAUD]", "tcp://HOST[:PORT]", "exec:COMMAND".
class AgentAddress {
public:
    enum class Kind { Ssh, Serial, Tcp, Exec };

    /// True if the text begins as one of these do, right or wrong.
    static bool looksLikeOne(const std::string& text);
    /// Fails with "device.address" and what is expected.
    static Result<AgentAddress> parse(const std::string& text);

    Kind kind() const { return m_kind; }
    const std::string& text() const { return m_text; } ///< as it was given; a device's id
    std::string name() const;                          ///< for people: "user@host", "ttyACM0"
    /// Program and arguments that run `command` on the host of an ssh address.
    std::vector<std::string> sshCommand(const std::string& command) const;

    /// Opens the stream; nothing of the protocol is spoken yet. `pairingKey` is for tcp. Fails as the kinds of stream
    /// do: "link.start", "link.serial", "link.connect", "link.pairing", …
    Result<ByteStreamPtr> open(const std::string& pairingKey, const Work& work) const;

private:
    Kind m_kind = Kind::Exec;
    std::string m_text, m_rest; ///< what follows the scheme
    std::string m_host, m_port; ///< of ssh
};

/// Where the deployed agent is on a board, relative to the home folder.
inline constexpr char agentFolderOnDevice[] = ".local/share/lapidary/agent";

} // namespace lapidary
