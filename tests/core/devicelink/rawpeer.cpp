// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawpeer.h"

namespace lapidary::test {

namespace {

std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7)
        bytes += char(value | 0x80);
    return bytes + char(value);
}

std::string number(int field, std::uint64_t value) {
    return varint(std::uint64_t(field) << 3) + varint(value);
}

std::string text(int field, const std::string& value) {
    return varint(std::uint64_t(field) << 3 | 2) + varint(value.size()) + value;
}

struct Field {
    std::uint64_t number = 0;
    std::string bytes;
};

/// The fields of a message: varints by their value, texts by their bytes.
std::map<int, Field> fieldsOf(const std::string& message) {
    std::map<int, Field> fields;
    std::size_t at = 0;
    const auto next = [&] {
        std::uint64_t value = 0;
        for (int shift = 0; at < message.size() && shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(message[at++]);
            value |= std::uint64_t(byte & 0x7f) << shift;
            if (byte < 0x80)
                break;
        }
        return value;
    };
    while (at < message.size()) {
        const auto key = next();
        const auto value = next();
        auto& field = fields[int(key >> 3)];
        field.number = value;
        if ((key & 7) == 2) {
            field.bytes = message.substr(at, value);
            at += value;
        }
    }
    return fields;
}

} // namespace

RawPeer::RawPeer(LoopbackAgent& agent) {
    auto stream = agent.opener()({});
    if (!stream)
        qFatal("%s", stream.error().toString().c_str());
    m_stream = std::move(*stream);
}

void RawPeer::send(int type, const std::string& payload) {
    (void)write(encodeFrame(std::uint8_t(type), m_number++, payload));
}

void RawPeer::sendHello(int low, int high) {
    send(helloType, number(1, std::uint64_t(low)) + number(2, std::uint64_t(high)) + text(3, "test") + number(4, 77));
}

void RawPeer::greet() {
    sendHello(1, 1);
    const auto welcome = receive();
    if (!welcome || welcome->type != welcomeType || fieldsOf(welcome->payload)[3].number != 77)
        qFatal("no welcome");
}

void RawPeer::sendOffer(const std::string& hash, std::uint64_t size, std::uint32_t chunks) {
    send(offerType, number(1, 1) + text(2, hash) + number(3, size) + number(4, chunks));
}

void RawPeer::sendProfile(const std::string& model) {
    send(profileType, number(1, 2) + text(2, model) + number(4, 1) + number(7, 10) + number(8, 20));
}

std::optional<Frame> RawPeer::receive() {
    for (int i = 0; i < 30;) {
        const auto frame = m_decoder.next();
        if (!frame)
            return std::nullopt;
        if (*frame && (*frame)->type != pingType)
            return **frame;
        if (*frame)
            continue;
        const auto bytes = m_stream->read(100'000, Milliseconds(100));
        if (!bytes)
            return std::nullopt;
        if (bytes->empty())
            ++i;
        m_decoder.feed(*bytes);
    }
    return std::nullopt;
}

std::string RawPeer::problemCode(const Frame& frame) {
    return frame.type == problemType ? fieldsOf(frame.payload)[2].bytes : std::string();
}

void RawPeer::answerHello(ByteStream& stream, int protocol) {
    FrameDecoder decoder;
    while (true) {
        const auto bytes = stream.read(10'000, Milliseconds(2000));
        if (!bytes || bytes->empty())
            return;
        decoder.feed(*bytes);
        const auto frame = decoder.next();
        if (!frame || !*frame)
            continue;
        const auto nonce = fieldsOf((*frame)->payload)[4].number;
        (void)stream.write(
            encodeFrame(welcomeType, 0,
                        number(1, std::uint64_t(protocol)) + text(2, "fake") + number(3, nonce) + number(5, 8)),
            Milliseconds(1000));
        return;
    }
}

} // namespace lapidary::test
