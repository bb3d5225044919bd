// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/fdstream.h"
#include "loopbackagent.h"

namespace lapidary::test {

/// Message types as numbers, written down here once more: a test of the protocol must not move with the code.
inline constexpr int helloType = 1, welcomeType = 2, problemType = 3, pingType = 4, offerType = 5, profileType = 12,
                     goodbyeType = 17;

/// A peer of an agent that sends what it likes. Messages are put together byte by byte, as another implementation
/// would.
class RawPeer {
public:
    explicit RawPeer(LoopbackAgent& agent);

    void send(int type, const std::string& payload);
    Status write(const std::string& bytes) { return m_stream->write(bytes, Milliseconds(1000)); }
    void sendHello(int low, int high);
    /// Hello, and the welcome.
    void greet();
    void sendOffer(const std::string& hash, std::uint64_t size, std::uint32_t chunks);
    void sendProfile(const std::string& model);
    /// The next message but heartbeats; nothing at the end of the stream, or after 3 s.
    std::optional<Frame> receive();
    static std::string problemCode(const Frame& frame);
    /// Plays an agent that takes a hello and answers with this protocol.
    static void answerHello(ByteStream& stream, int protocol);

private:
    ByteStreamPtr m_stream;
    FrameDecoder m_decoder;
    std::uint32_t m_number = 0;
};

} // namespace lapidary::test
