// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/frame.h"

#include "device/link/crc32c.h"

#include <algorithm>
#include <cassert>

namespace lapidary {

namespace {

constexpr std::string_view magic = "LPDA";
constexpr std::size_t noiseKept = 200;

void putNumber(std::string& to, std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8)
        to += char((number >> shift) & 0xff);
}

std::uint32_t numberAt(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number |= std::uint32_t(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return number;
}

/// Empty if the header is one; otherwise what is wrong with it. `header` has frameHeaderBytes.
std::string headerProblem(std::string_view header) {
    if (header.substr(0, 4) != magic)
        return "no frame begins here";
    if (numberAt(header, 16) != crc32c(header.substr(0, 16)))
        return "the checksum of a frame's header is wrong";
    if (numberAt(header, 8) > maxFramePayload)
        return "a frame of " + std::to_string(numberAt(header, 8)) + " bytes is larger than allowed";
    return {};
}

/// All of the frame is there and its checksum is right. Precondition: the header is one.
bool isWhole(std::string_view frame) {
    const std::size_t length = numberAt(frame, 8);
    return frame.size() >= frameHeaderBytes + length &&
           crc32c(frame.substr(frameHeaderBytes, length)) == numberAt(frame, 12);
}

} // namespace

std::string encodeFrame(std::uint8_t type, std::uint32_t number, std::string_view payload) {
    assert(payload.size() <= maxFramePayload);
    std::string bytes;
    bytes.reserve(frameHeaderBytes + payload.size());
    bytes += magic;
    bytes += char(type);
    for (int shift = 0; shift < 24; shift += 8)
        bytes += char((number >> shift) & 0xff);
    putNumber(bytes, std::uint32_t(payload.size()));
    putNumber(bytes, crc32c(payload));
    putNumber(bytes, crc32c(bytes));
    bytes += payload;
    return bytes;
}

void FrameDecoder::feed(std::string_view bytes) {
    if (m_problem)
        return;
    if (m_at > 0) {
        m_buffer.erase(0, m_at);
        m_at = 0;
    }
    m_buffer += bytes;
}

Result<std::optional<Frame>> FrameDecoder::fail(std::string what) {
    m_problem = errorDiagnostic("link.frame", "The other side does not keep to the protocol: " + what);
    m_buffer.clear();
    m_at = 0;
    return *m_problem;
}

/// Moves to the first frame that is whole and right, if there is one. A header whose frame does not come is passed over
/// when another frame follows it: it may be what a session that was cut left behind.
bool FrameDecoder::hunt() {
    const std::string_view buffer = m_buffer;
    std::size_t keep = std::string_view::npos; // where a frame may have begun
    std::size_t at = m_at;
    for (; (at = buffer.find(magic, at)) != std::string_view::npos; ++at) {
        const auto rest = buffer.substr(at);
        const bool header = rest.size() >= frameHeaderBytes;
        if (header && !headerProblem(rest.substr(0, frameHeaderBytes)).empty())
            continue;
        if (header && isWhole(rest)) {
            passOver(at);
            return true;
        }
        if (!header || rest.size() < frameHeaderBytes + numberAt(rest, 8))
            keep = std::min(keep, at);
    }
    passOver(std::min(keep, buffer.size() - std::min(magic.size() - 1, buffer.size() - m_at)));
    return false;
}

void FrameDecoder::passOver(std::size_t end) {
    const auto passed = std::string_view(m_buffer).substr(m_at, end - m_at);
    m_noise += passed.substr(0, noiseKept - std::min(noiseKept, m_noise.size()));
    m_skipped += passed.size();
    m_at = end;
}

Result<std::optional<Frame>> FrameDecoder::next() {
    if (m_problem)
        return *m_problem;
    if (!m_inStep && !hunt()) {
        if (m_skipped > maxNoise) {
            m_problem = errorDiagnostic("link.noise", "The other side talks, but not as lapidary-agent does",
                                        "Is another program using this line?");
            return *m_problem;
        }
        return std::optional<Frame>();
    }
    const auto rest = std::string_view(m_buffer).substr(m_at);
    if (rest.size() < frameHeaderBytes)
        return std::optional<Frame>();
    if (auto problem = headerProblem(rest.substr(0, frameHeaderBytes)); !problem.empty())
        return fail(std::move(problem));
    const std::size_t length = numberAt(rest, 8);
    if (rest.size() < frameHeaderBytes + length)
        return std::optional<Frame>();
    if (!isWhole(rest))
        return fail("the checksum of a frame is wrong");
    const auto number = numberAt(rest, 4) >> 8;
    if (m_inStep && number != m_number)
        return fail("a frame was lost or came twice");
    m_number = (number + 1) & 0xffffff;
    Frame frame{static_cast<std::uint8_t>(rest[4]), number, std::string(rest.substr(frameHeaderBytes, length))};
    m_at += frameHeaderBytes + length;
    m_inStep = true;
    return std::optional<Frame>(std::move(frame));
}

} // namespace lapidary
