// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/channel.h"

#include "link.pb.h"

#include <algorithm>

namespace lapidary {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t readBytes = 128 << 10;
constexpr std::size_t slowestBytesPerSecond = 512;

} // namespace

Channel::Channel(ByteStreamPtr stream, const LinkTiming& timing)
    : m_stream(std::move(stream)), m_timing(timing), m_sent(Clock::now()), m_received(m_sent) {}

Status Channel::send(int type, const google::protobuf::MessageLite& message) {
    if (message.ByteSizeLong() > maxFramePayload)
        return errorDiagnostic("link.protocol",
                               "A message of " + std::to_string(message.ByteSizeLong()) + " bytes is too large");
    return sendRaw(type, message.SerializeAsString());
}

Status Channel::sendRaw(int type, std::string_view payload) {
    auto status = m_stream->write(encodeFrame(std::uint8_t(type), m_number++ & 0xffffff, payload), m_timing.silence);
    m_sent = Clock::now();
    return status;
}

Status Channel::keepAlive() {
    const auto now = Clock::now();
    // A frame may take long on a slow line, but a trickle of bytes is not a frame on its way.
    const auto waited = std::chrono::duration_cast<Milliseconds>(now - m_received);
    if (waited > m_timing.silence && m_partial < slowestBytesPerSecond * std::size_t(waited.count()) / 1000)
        return errorDiagnostic("link.silent", "The other side has said nothing for " +
                                                  std::to_string(m_timing.silence.count() / 1000) + " s");
    return !m_quiet && now - m_sent >= m_timing.heartbeat ? sendRaw(wire::PING, {}) : Status();
}

Result<std::optional<Frame>> Channel::receive(Milliseconds wait) {
    const auto until = Clock::now() + wait;
    while (true) {
        auto frame = m_decoder.next();
        if (!frame)
            return frame;
        if (*frame) {
            m_received = Clock::now();
            m_partial = 0;
        }
        if (*frame && (*frame)->type != wire::PING)
            return frame;
        if (*frame)
            continue;
        if (auto status = keepAlive(); !status)
            return status;
        const auto left = std::chrono::ceil<Milliseconds>(until - Clock::now());
        const auto bytes = m_stream->read(readBytes, std::clamp(left, Milliseconds(0), m_timing.heartbeat));
        if (!bytes)
            return bytes.status();
        if (bytes->empty()) {
            if (left <= m_timing.heartbeat)
                return std::optional<Frame>();
            continue;
        }
        m_partial += bytes->size();
        m_decoder.feed(*bytes);
    }
}

} // namespace lapidary
