// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/bytestream.h"
#include "device/link/frame.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace lapidary::fuzz {

/// A stream whose other side says what it was given, in frames that are right, and then hangs up. The input is cut into
/// messages: a type byte, two bytes of length, the payload..
class ScriptedStream final : public ByteStream {
public:
    using Answer = std::string (*)(std::string_view frame); ///< something to say before the script; empty: nothing

    ScriptedStream(const std::uint8_t* data, std::size_t size, Answer answer = nullptr) : m_answer(answer) {
        for (std::size_t at = 0; at + 3 <= size;) {
            const std::size_t length = std::min<std::size_t>(data[at + 1] | data[at + 2] << 8, size - at - 3);
            m_messages.emplace_back(std::uint8_t(data[at]),
                                    std::string(reinterpret_cast<const char*>(data) + at + 3, length));
            at += 3 + length;
        }
    }

    /// Said before everything else.
    void say(std::uint8_t type, const std::string& payload) { m_waiting += encodeFrame(type, m_number++, payload); }

    Result<std::string> read(std::size_t most, Milliseconds) override {
        if (m_waiting.empty() && m_answer)
            return streamClosed();
        if (m_waiting.empty() && m_next < m_messages.size()) {
            const auto& [type, payload] = m_messages[m_next++];
            m_waiting = encodeFrame(type, m_number++, payload);
        }
        if (m_waiting.empty())
            return streamClosed();
        auto bytes = m_waiting.substr(0, most);
        m_waiting.erase(0, bytes.size());
        return bytes;
    }

    Status write(std::string_view bytes, Milliseconds) override {
        if (!m_answer)
            return {};
        m_waiting += m_answer(bytes);
        ++m_number;
        m_answer = nullptr;
        return {};
    }

    void interrupt() override {}

private:
    std::vector<std::pair<std::uint8_t, std::string>> m_messages;
    std::size_t m_next = 0;
    std::string m_waiting;
    std::uint32_t m_number = 0;
    Answer m_answer;
};

} // namespace lapidary::fuzz
