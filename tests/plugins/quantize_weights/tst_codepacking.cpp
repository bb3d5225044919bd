// SPDX-License-Identifier: GPL-3.0-or-later
#include "codepacking.h"
#include "testsupport.h"

#include <QTest>

using namespace lapidary;

class TestCodePacking : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void wordsComeApartByShifts_data();
    void wordsComeApartByShifts();
    void wordsWasteLittle();
    void integersReadBack();
};

void TestCodePacking::wordsComeApartByShifts_data() {
    QTest::addColumn<int>("bits");
    for (int bits = 1; bits < 8; ++bits)
        QTest::addRow("%d bits", bits) << bits;
}

/// As the model does it: left so that what is above falls off, then right.
void TestCodePacking::wordsComeApartByShifts() {
    QFETCH(int, bits);
    const CodeWords words(bits);
    std::vector<std::uint8_t> codes;
    for (std::size_t i = 0; i < 101; ++i)
        codes.push_back(std::uint8_t(i * 37 % (std::size_t(1) << bits)));
    const TensorPtr packed = packWords(words, codes);
    QCOMPARE(packed->type, words.type());
    QVERIFY((packed->shape == Shape{std::int64_t(words.words(101)), 1}));
    QCOMPARE(packed->bytes(), std::uint64_t(words.words(101)) * std::uint64_t(words.wordBits) / 8);
    const auto shifts = words.topShifts();
    QCOMPARE(shifts.size(), words.perWord);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        std::uint64_t word = 0;
        const std::size_t width = std::size_t(words.wordBits) / 8, at = i / words.perWord * width;
        for (std::size_t b = 0; b < width; ++b)
            word |= std::uint64_t(packed->data.bytes()[at + b]) << (8 * b);
        word <<= shifts[i % words.perWord];
        if (words.wordBits == 8)
            word &= 255;
        QCOMPARE(int(word >> (words.wordBits - bits)), int(codes[i]));
    }
}

void TestCodePacking::wordsWasteLittle() {
    for (int bits = 2; bits < 8; ++bits) {
        const CodeWords words(bits);
        QVERIFY(double(words.wordBits) / double(words.perWord) < 1.07 * bits);
    }
}

void TestCodePacking::integersReadBack() {
    const std::vector<std::int16_t> codes = {-8, 7, 0, -1, 3};
    for (const DataType type : {DataType::Int4, DataType::Int8}) {
        const auto back = toIntegers(*packIntegers(type, {5}, codes));
        LAPIDARY_VERIFY_OK(back);
        for (std::size_t i = 0; i < codes.size(); ++i)
            QCOMPARE((*back)[i], std::int64_t(codes[i]));
    }
    const std::vector<std::int16_t> positive = {15, 0, 9};
    const auto back = toIntegers(*packIntegers(DataType::UInt4, {3}, positive));
    LAPIDARY_VERIFY_OK(back);
    QVERIFY((*back == std::vector<std::int64_t>{15, 0, 9}));
}

QTEST_GUILESS_MAIN(TestCodePacking)
#include "tst_codepacking.moc"
