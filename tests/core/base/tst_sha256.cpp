// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "tests/support/testsupport.h"

#include <QCryptographicHash>
#include <QTest>

using namespace lapidary;

class TestSha256 : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void knownVectors();
    void agreesWithQtAtEveryLength();
    void piecesDoNotMatter();
    void numbersAreLittleEndian();
};

/// Examples of FIPS 180-4 and the empty message.
void TestSha256::knownVectors() {
    QCOMPARE(sha256(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    QCOMPARE(sha256("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
             std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    QCOMPARE(sha256(std::string(1000000, 'a')),
             std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

void TestSha256::agreesWithQtAtEveryLength() {
    std::string text;
    for (int length = 0; length < 300; ++length) {
        const auto expected =
            QCryptographicHash::hash(QByteArrayView(text.data(), qsizetype(text.size())), QCryptographicHash::Sha256);
        QCOMPARE(sha256(text), expected.toHex().toStdString());
        text += char(length * 37 + 11);
    }
}

void TestSha256::piecesDoNotMatter() {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += char(i * 7);
    for (const std::size_t step : {1u, 3u, 63u, 64u, 65u, 200u}) {
        Sha256 hash;
        for (std::size_t at = 0; at < text.size(); at += step)
            hash.add(std::string_view(text).substr(at, step));
        QCOMPARE(hash.finish(), sha256(text));
    }
}

void TestSha256::numbersAreLittleEndian() {
    Sha256 hash;
    hash.add(std::uint64_t(0x0102030405060708));
    QCOMPARE(hash.finish(), sha256("\x08\x07\x06\x05\x04\x03\x02\x01"));
}

QTEST_APPLESS_MAIN(TestSha256)
#include "tst_sha256.moc"
