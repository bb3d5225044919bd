// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/crc32c.h"
#include "device/link/frame.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

const std::string payload = "some bytes of a message";

/// A header whose checksum is right but whose length is what the caller says.
std::string headerOf(std::uint32_t length) {
    auto bytes = encodeFrame(3, 0, {});
    for (int i = 0; i < 4; ++i)
        bytes[std::size_t(8 + i)] = char(length >> (8 * i) & 0xff);
    const auto sum = crc32c(std::string_view(bytes).substr(0, 16));
    for (int i = 0; i < 4; ++i)
        bytes[std::size_t(16 + i)] = char(sum >> (8 * i) & 0xff);
    return bytes;
}

} // namespace

class FramesTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    /// Published values: RFC 3720 B.4 and the usual check value.
    void checksums() {
        QCOMPARE(crc32c("123456789"), 0xe3069283u);
        QCOMPARE(crc32c(std::string(32, '\0')), 0x8a9136aau);
        QCOMPARE(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
        QCOMPARE(crc32c("56789", crc32c("1234")), crc32c("123456789"));
        QCOMPARE(crc32c(""), 0u);
    }

    void byteByByte() {
        std::string bytes;
        for (std::uint32_t i = 0; i < 5; ++i)
            bytes += encodeFrame(std::uint8_t(i + 1), i, payload.substr(0, i * 3));
        FrameDecoder decoder;
        std::size_t frames = 0;
        for (const char byte : bytes) {
            decoder.feed(std::string_view(&byte, 1));
            while (true) {
                const auto frame = decoder.next();
                LAPIDARY_VERIFY_OK(frame);
                if (!*frame)
                    break;
                QCOMPARE(std::size_t((*frame)->type), frames + 1);
                QCOMPARE((*frame)->payload, payload.substr(0, frames * 3));
                ++frames;
            }
        }
        QCOMPARE(frames, std::size_t(5));
        QVERIFY(decoder.noise().empty());
    }

    void truncated() {
        const auto bytes = encodeFrame(1, 0, payload);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            FrameDecoder decoder;
            decoder.feed(std::string_view(bytes).substr(0, length));
            const auto frame = decoder.next();
            LAPIDARY_VERIFY_OK(frame);
            QVERIFY(!*frame);
        }
    }

    /// Once in step, every single bit that is not as it was sent is noticed, at once or (a length) when more comes.
    void everyBit() {
        const auto first = encodeFrame(1, 0, "hello");
        const auto second = encodeFrame(2, 1, payload);
        const auto third = encodeFrame(2, 2, std::string(1000, 'x'));
        for (std::size_t bit = 0; bit < second.size() * 8; ++bit) {
            auto other = second;
            other[bit / 8] = char(other[bit / 8] ^ 1 << (bit % 8));
            FrameDecoder decoder;
            decoder.feed(first + other + third);
            QVERIFY(decoder.next().ok());
            const auto frame = decoder.next();
            QVERIFY2(!frame.ok(), qPrintable(QString::number(bit)));
            QCOMPARE(frame.error().code, std::string("link.frame"));
            decoder.feed(first);
            QVERIFY2(!decoder.next().ok(), "an error stays");
        }
    }

    void lostAndRepeated() {
        FrameDecoder decoder;
        decoder.feed(encodeFrame(1, 7, "a") + encodeFrame(1, 9, "c"));
        QVERIFY(decoder.next().ok());
        QVERIFY(!decoder.next().ok());
        FrameDecoder other;
        other.feed(encodeFrame(1, 0xffffff, "a") + encodeFrame(1, 0, "b") + encodeFrame(1, 0, "b"));
        QVERIFY(other.next().ok());
        QVERIFY(other.next().ok());
        QVERIFY(!other.next().ok());
    }

    void tooLarge() {
        FrameDecoder decoder;
        decoder.feed(encodeFrame(1, 0, "a"));
        QVERIFY(decoder.next().ok());
        decoder.feed(headerOf(maxFramePayload + 1));
        const auto frame = decoder.next();
        QVERIFY(!frame.ok());
        QVERIFY2(frame.error().message.find("larger") != std::string::npos, frame.error().message.c_str());
    }

    /// A login banner, the end of an earlier frame, and a header that promises more than came.
    void noiseBefore() {
        const auto frame = encodeFrame(9, 4, payload);
        const auto old = encodeFrame(7, 1, std::string(300, 'y'));
        for (const auto& noise : {std::string("Welcome to the board!\r\nLPD"), old.substr(5),
                                  std::string("LPDALPDALPDA") + std::string(20, 'L'), headerOf(maxFramePayload + 9)}) {
            FrameDecoder decoder;
            decoder.feed(noise);
            const auto none = decoder.next();
            LAPIDARY_VERIFY_OK(none);
            QVERIFY(!*none);
            decoder.feed(frame);
            const auto found = decoder.next();
            LAPIDARY_VERIFY_OK(found);
            QVERIFY(found->has_value());
            QCOMPARE((*found)->payload, payload);
        }
        FrameDecoder decoder;
        decoder.feed("sh: lapidary-agent: not found\n");
        QVERIFY(decoder.next().ok());
        QCOMPARE(decoder.noise().substr(0, 18), std::string("sh: lapidary-agent"));
    }

    void noiseWithoutEnd() {
        FrameDecoder decoder;
        Result<std::optional<Frame>> last = std::optional<Frame>();
        for (int i = 0; i < 1000 && last.ok(); ++i) {
            decoder.feed(std::string(4096, 'z'));
            last = decoder.next();
        }
        QVERIFY(!last.ok());
        QCOMPARE(last.error().code, std::string("link.noise"));
    }
};

QTEST_GUILESS_MAIN(FramesTest)
#include "tst_frames.moc"
