// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/float16.h"
#include "tests/support/testsupport.h"

#include <QFloat16>
#include <QTest>

#include <bit>
#include <cmath>
#include <limits>

using namespace lapidary;

namespace {

/// The value of a small float by its definition, in double precision: sign, exponent with bias, mantissa.
double byDefinition(unsigned bits, int exponentBits, int mantissaBits, int bias) {
    const unsigned mantissa = bits & ((1u << mantissaBits) - 1);
    const unsigned exponent = (bits >> mantissaBits) & ((1u << exponentBits) - 1);
    const double sign = (bits >> (mantissaBits + exponentBits)) & 1 ? -1.0 : 1.0;
    if (exponent == 0)
        return sign * double(mantissa) * std::pow(2.0, 1 - bias - mantissaBits);
    return sign * (1.0 + double(mantissa) / double(1u << mantissaBits)) * std::pow(2.0, int(exponent) - bias);
}

} // namespace

class TestFloat16 : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void everyHalfByDefinition();
    void everyHalfRoundTrips();
    void halfRoundsToNearestEven();
    void halfAgreesWithAnotherImplementation();
    void bfloat16();
    void float8();
    void float4AndScale();
};

void TestFloat16::everyHalfByDefinition() {
    for (unsigned bits = 0; bits < 65536; ++bits) {
        const float value = halfToFloat(std::uint16_t(bits));
        if ((bits & 0x7c00) == 0x7c00) {
            QVERIFY((bits & 0x3ff) ? std::isnan(value) : std::isinf(value) && std::signbit(value) == (bits >= 0x8000));
            continue;
        }
        QCOMPARE(double(value), byDefinition(bits, 5, 10, 15));
        QCOMPARE(std::signbit(value), bits >= 0x8000);
    }
}

void TestFloat16::everyHalfRoundTrips() {
    for (unsigned bits = 0; bits < 65536; ++bits) {
        const auto back = floatToHalf(halfToFloat(std::uint16_t(bits)));
        if ((bits & 0x7c00) == 0x7c00 && (bits & 0x3ff))
            QVERIFY(std::isnan(halfToFloat(back)));
        else
            QCOMPARE(unsigned(back), bits);
    }
}

void TestFloat16::halfRoundsToNearestEven() {
    // Between every two neighbours: the middle goes to the even one, a touch beside it to the nearer one.
    for (unsigned bits = 0; bits < 0x7bff; ++bits) {
        const float low = halfToFloat(std::uint16_t(bits)), high = halfToFloat(std::uint16_t(bits + 1));
        const float middle = low + (high - low) / 2; // exact: halves have 13 bits to spare in a float
        QCOMPARE(unsigned(floatToHalf(middle)), bits % 2 == 0 ? bits : bits + 1);
        QCOMPARE(unsigned(floatToHalf(std::nextafter(middle, low))), bits);
        QCOMPARE(unsigned(floatToHalf(std::nextafter(middle, high))), bits + 1);
        QCOMPARE(unsigned(floatToHalf(-middle)), (bits % 2 == 0 ? bits : bits + 1) | 0x8000u);
    }
    QCOMPARE(floatToHalf(65504.0f), std::uint16_t(0x7bff));
    QCOMPARE(floatToHalf(65519.996f), std::uint16_t(0x7bff));
    QCOMPARE(floatToHalf(65520.0f), std::uint16_t(0x7c00));
    QCOMPARE(floatToHalf(-std::numeric_limits<float>::infinity()), std::uint16_t(0xfc00));
}

void TestFloat16::halfAgreesWithAnotherImplementation() {
    std::uint32_t bits = 1;
    for (int i = 0; i < 200000; ++i) {
        bits = bits * 1664525u + 1013904223u;
        const auto value = std::bit_cast<float>(bits);
        // Qt's tables cut off instead of rounding where the processor has no conversion, so one step apart is right
        // too.
        if (!std::isfinite(value) || std::abs(value) > 65000.0f || std::abs(value) < 6.2e-5f)
            continue;
        const auto mine = floatToHalf(value);
        const auto theirs = std::bit_cast<std::uint16_t>(qfloat16(value));
        QVERIFY(std::abs(int(mine) - int(theirs)) <= 1);
        QVERIFY(std::abs(double(halfToFloat(mine)) - double(value)) <= std::ldexp(1.0, std::ilogb(value) - 11));
    }
}

void TestFloat16::bfloat16() {
    for (unsigned bits = 0; bits < 65536; ++bits) {
        const float value = bfloat16ToFloat(std::uint16_t(bits));
        if (std::isnan(value))
            QVERIFY(std::isnan(bfloat16ToFloat(floatToBfloat16(value))));
        else
            QCOMPARE(unsigned(floatToBfloat16(value)), bits);
    }
    QCOMPARE(unsigned(floatToBfloat16(std::bit_cast<float>(0x3f808000u))), 0x3f80u); // a tie goes to even
    QCOMPARE(unsigned(floatToBfloat16(std::bit_cast<float>(0x3f818000u))), 0x3f82u);
    QCOMPARE(unsigned(floatToBfloat16(std::bit_cast<float>(0x3f808001u))), 0x3f81u);
    QVERIFY(std::isinf(bfloat16ToFloat(floatToBfloat16(std::numeric_limits<float>::max()))));
}

void TestFloat16::float8() {
    for (unsigned bits = 0; bits < 256; ++bits) {
        const auto byte = std::uint8_t(bits);
        if ((bits & 0x7f) == 0x7f)
            QVERIFY(std::isnan(float8e4m3fnToFloat(byte)));
        else
            QCOMPARE(double(float8e4m3fnToFloat(byte)), byDefinition(bits, 4, 3, 7));
        if (bits == 0x80) {
            QVERIFY(std::isnan(float8e4m3fnuzToFloat(byte)) && std::isnan(float8e5m2fnuzToFloat(byte)));
        } else {
            QCOMPARE(double(float8e4m3fnuzToFloat(byte)), byDefinition(bits, 4, 3, 8));
            QCOMPARE(double(float8e5m2fnuzToFloat(byte)), byDefinition(bits, 5, 2, 16));
        }
        if ((bits & 0x7c) == 0x7c)
            QVERIFY((bits & 3) ? std::isnan(float8e5m2ToFloat(byte)) : std::isinf(float8e5m2ToFloat(byte)));
        else
            QCOMPARE(double(float8e5m2ToFloat(byte)), byDefinition(bits, 5, 2, 15));
    }
    QCOMPARE(float8e4m3fnToFloat(0x7e), 448.0f);
    QCOMPARE(float8e5m2ToFloat(0x7b), 57344.0f);
    QCOMPARE(float8e4m3fnuzToFloat(0x7f), 240.0f);
}

void TestFloat16::float4AndScale() {
    const float positive[8] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
    for (int i = 0; i < 8; ++i) {
        QCOMPARE(float4e2m1ToFloat(std::uint8_t(i)), positive[i]);
        QCOMPARE(float4e2m1ToFloat(std::uint8_t(i + 8)), -positive[i]);
    }
    QCOMPARE(float8e8m0ToFloat(127), 1.0f);
    QCOMPARE(float8e8m0ToFloat(0), std::ldexp(1.0f, -127));
    QCOMPARE(float8e8m0ToFloat(254), std::ldexp(1.0f, 127));
    QVERIFY(std::isnan(float8e8m0ToFloat(255)));
}

QTEST_APPLESS_MAIN(TestFloat16)
#include "tst_float16.moc"
