// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lapidary {

/// Frames on the wire, all numbers little-endian:
///   0  4  magic "LPDA"
///   4  1  type, a wire::MessageType
///   5  3  number of the frame in its direction, from 0, modulo 2^24: a lost frame is noticed at the next one
///   8  4  length of the payload, at most maxFramePayload
///  12  4  CRC-32C of the payload
///  16  4  CRC-32C of bytes 0 to 15
///  20     payload: one protobuf message
inline constexpr std::size_t frameHeaderBytes = 20;
inline constexpr std::size_t maxFramePayload = 256 << 10;

struct Frame {
    std::uint8_t type = 0;
    std::uint32_t number = 0;
    std::string payload;
};

/// Precondition: payload.size() <= maxFramePayload.
std::string encodeFrame(std::uint8_t type, std::uint32_t number, std::string_view payload);

/// Takes bytes as they come and gives frames. Until the first frame it looks for one: a login banner, or what an
/// earlier session left in a serial line, is passed over, up to maxNoise bytes. After that anything but a frame is an
/// error, and stays one. Memory is bounded by one frame and what was fed at once. Not thread-safe.
class FrameDecoder {
public:
    static constexpr std::size_t maxNoise = 2 * maxFramePayload;

    void feed(std::string_view bytes);
    /// Nothing: more bytes are needed. Fails with "link.frame" (what is wrong with it), "link.noise".
    Result<std::optional<Frame>> next();
    /// What was passed over before the first frame, its first 200 bytes: perhaps an error text of the other side.
    const std::string& noise() const { return m_noise; }

private:
    Result<std::optional<Frame>> fail(std::string what);
    bool hunt();
    void passOver(std::size_t end);

    std::string m_buffer;
    std::size_t m_at = 0;
    std::size_t m_skipped = 0;
    std::string m_noise;
    bool m_inStep = false;      ///< a frame was seen
    std::uint32_t m_number = 0; ///< of the next frame
    std::optional<Diagnostic> m_problem;
};

} // namespace lapidary
