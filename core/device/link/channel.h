// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/bytestream.h"
#include "device/link/frame.h"

namespace google::protobuf {
class MessageLite;
}

namespace lapidary {

struct LinkTiming {
    Milliseconds heartbeat{2'000}; ///< something is sent at least this often
    Milliseconds silence{10'000};  ///< the other side is gone if nothing came for so long
    Milliseconds handshake{15'000};
};

/// Messages over a byte stream. Sends a heartbeat when nothing else was sent for a while, and takes the other side's;
/// knows the other side is gone when it is silent. One thread; only interrupt() may come from another.
class Channel {
public:
    Channel(ByteStreamPtr stream, const LinkTiming& timing);

    /// Fails as ByteStream::write does; "link.protocol" if the message is larger than a frame may be.
    Status send(int type, const google::protobuf::MessageLite& message);
    Status sendRaw(int type, std::string_view payload);
    /// The next message that is no heartbeat; nothing if none came within `wait`. Fails with "link.frame",
    /// "link.silent" and as ByteStream::read does.
    Result<std::optional<Frame>> receive(Milliseconds wait);
    /// No heartbeats go out until this is called with false: nobody may be listening yet.
    void setQuiet(bool quiet) { m_quiet = quiet; }
    void interrupt() { m_stream->interrupt(); }
    /// What came before the first frame: perhaps a text that says why there is no frame.
    const std::string& noise() const { return m_decoder.noise(); }

private:
    Status keepAlive();

    ByteStreamPtr m_stream;
    LinkTiming m_timing;
    FrameDecoder m_decoder;
    std::uint32_t m_number = 0;                               ///< of the next frame
    std::chrono::steady_clock::time_point m_sent, m_received; ///< a whole frame each
    bool m_quiet = false;
    std::size_t m_partial = 0; ///< bytes since the last whole frame
};

} // namespace lapidary
