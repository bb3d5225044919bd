// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/float16.h"
#include "tensor/mappedfile.h"
#include "tensor/tensor.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cstring>
#include <filesystem>
#include <limits>

using namespace lapidary;
using lapidary::test::randomIntegers;

namespace {

/// Elements written one by one, bit by bit, to compare the packed forms with.
class BitPacker {
public:
    void add(std::uint64_t value, int bits) {
        for (int i = 0; i < bits; ++i, ++m_count) {
            if (m_count % 8 == 0)
                m_bytes.push_back(std::byte(0));
            if (value >> i & 1)
                m_bytes.back() |= std::byte(1 << (m_count % 8));
        }
    }
    Blob blob() const { return Blob(m_bytes); }

private:
    std::vector<std::byte> m_bytes;
    std::size_t m_count = 0;
};

} // namespace

class TestTensor : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void integersOfEveryType_data();
    void integersOfEveryType();
    void floatsOfSmallTypes();
    void fromFloatsRounds();
    void wrongSizesAreRefused();
    void takesSlicesOnEveryAxis();
    void takesSlicesOfStrings();
    void hashTellsContentApart();
    void namesGoBothWays();
    void packedSizes();
    void elementCounts();
    void mapsFiles();
    void unalignedDataReads();
};

void TestTensor::integersOfEveryType_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<bool>("isSigned");
    for (const auto type : {DataType::UInt8, DataType::UInt16, DataType::UInt32, DataType::UInt4, DataType::UInt2})
        QTest::newRow(dataTypeName(type).c_str()) << int(type) << false;
    for (const auto type :
         {DataType::Int8, DataType::Int16, DataType::Int32, DataType::Int64, DataType::Int4, DataType::Int2})
        QTest::newRow(dataTypeName(type).c_str()) << int(type) << true;
}

void TestTensor::integersOfEveryType() {
    QFETCH(int, type);
    QFETCH(bool, isSigned);
    const int bits = bitsPerElement(DataType(type));
    const auto low =
        isSigned ? (bits == 64 ? std::numeric_limits<std::int64_t>::min() / 4 : -(std::int64_t(1) << (bits - 1))) : 0;
    const auto high = isSigned ? -(low + 1) : (std::int64_t(1) << bits) - 1;
    auto expected = randomIntegers(61, 5, low, high); // an odd number: the last byte of small types is half empty
    expected[0] = low;
    expected[1] = high;
    BitPacker packer;
    for (const auto value : expected)
        packer.add(std::uint64_t(value), bits);
    const auto tensor = makeTensor(DataType(type), {61}, packer.blob());
    const auto integers = toIntegers(*tensor);
    LAPIDARY_VERIFY_OK(integers);
    QVERIFY(*integers == expected);
    const auto floats = toFloats(*tensor);
    LAPIDARY_VERIFY_OK(floats);
    for (std::size_t i = 0; i < expected.size(); ++i)
        QCOMPARE((*floats)[i], float(expected[i]));
}

void TestTensor::floatsOfSmallTypes() {
    std::vector<std::byte> all;
    for (int i = 0; i < 256; ++i)
        all.push_back(std::byte(i));
    const auto check = [&](DataType type, auto convert) {
        const auto floats = toFloats(*makeTensor(type, {256}, Blob(all)));
        if (!floats.ok())
            return false;
        for (int i = 0; i < 256; ++i) {
            const float expected = convert(std::uint8_t(i));
            if (std::memcmp(&expected, &(*floats)[std::size_t(i)], sizeof expected) != 0)
                return false;
        }
        return true;
    };
    QVERIFY(check(DataType::Float8E4M3FN, float8e4m3fnToFloat));
    QVERIFY(check(DataType::Float8E4M3FNUZ, float8e4m3fnuzToFloat));
    QVERIFY(check(DataType::Float8E5M2, float8e5m2ToFloat));
    QVERIFY(check(DataType::Float8E5M2FNUZ, float8e5m2fnuzToFloat));
    QVERIFY(check(DataType::Float8E8M0, float8e8m0ToFloat));
    const auto fours =
        toFloats(*makeTensor(DataType::Float4E2M1, {3}, Blob(std::vector{std::byte(0x21), std::byte(0x0f)})));
    LAPIDARY_VERIFY_OK(fours);
    QVERIFY((*fours == std::vector<float>{0.5f, 1.0f, -6.0f}));
    QVERIFY(!toFloats(*makeTensor(DataType::Complex64, {1}, Blob(std::vector<std::byte>(8)))).ok());
    QVERIFY(!toIntegers(*makeTensor<float>({1}, {1.0f})).ok());
}

void TestTensor::fromFloatsRounds() {
    const std::vector<float> values = {0.1f, -2.0f, 1e10f, 3.14159f};
    for (const auto type : {DataType::Float, DataType::Double, DataType::Float16, DataType::BFloat16}) {
        const auto tensor = fromFloats(type, {2, 2}, values);
        LAPIDARY_VERIFY_OK(tensor);
        QCOMPARE((*tensor)->data.size(), std::size_t(packedBytes(type, 4)));
        const auto back = toFloats(**tensor);
        LAPIDARY_VERIFY_OK(back);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float expected = type == DataType::Float16    ? halfToFloat(floatToHalf(values[i]))
                                   : type == DataType::BFloat16 ? bfloat16ToFloat(floatToBfloat16(values[i]))
                                                                : values[i];
            QCOMPARE((*back)[i], expected);
        }
    }
    QVERIFY(!fromFloats(DataType::Int8, {4}, values).ok());
    QCOMPARE(fromFloats(DataType::Float, {5}, values).error().code, std::string("tensor.size"));
}

void TestTensor::wrongSizesAreRefused() {
    QCOMPARE(toFloats(*makeTensor(DataType::Float, {3}, Blob(std::vector<std::byte>(11)))).error().code,
             std::string("tensor.size"));
    QCOMPARE(toFloats(*makeTensor(DataType::Float, {-1}, Blob())).error().code, std::string("tensor.size"));
    Tensor missing;
    missing.type = DataType::Float;
    missing.shape = {2};
    missing.missingReason = "gone";
    QCOMPARE(toFloats(missing).error().code, std::string("tensor.missing"));
}

void TestTensor::takesSlicesOnEveryAxis() {
    const Shape shape = {3, 4, 5};
    std::vector<std::int32_t> values(60);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::int32_t(i * 7);
    const auto tensor = makeTensor<std::int32_t>(shape, values);
    const std::vector<std::int64_t> keep = {2, 0, 2};
    for (int axis = 0; axis < 3; ++axis) {
        const auto taken = takeSlices(*tensor, axis, keep);
        LAPIDARY_VERIFY_OK(taken);
        Shape expectedShape = shape;
        expectedShape[std::size_t(axis)] = 3;
        QVERIFY((*taken)->shape == expectedShape);
        const auto got = toIntegers(**taken);
        LAPIDARY_VERIFY_OK(got);
        std::size_t at = 0;
        for (std::int64_t i = 0; i < expectedShape[0]; ++i)
            for (std::int64_t j = 0; j < expectedShape[1]; ++j)
                for (std::int64_t k = 0; k < expectedShape[2]; ++k) {
                    std::int64_t index[3] = {i, j, k};
                    index[axis] = keep[std::size_t(index[axis])];
                    QCOMPARE((*got)[at++], std::int64_t(values[std::size_t((index[0] * 4 + index[1]) * 5 + index[2])]));
                }
    }
    const std::vector<std::int64_t> none;
    QCOMPARE((*takeSlices(*tensor, 1, none))->count(), std::int64_t(0));
    QCOMPARE(takeSlices(*makeTensor(DataType::Int4, {2}, Blob(std::vector<std::byte>(1))), 0, keep).error().code,
             std::string("tensor.type"));
}

void TestTensor::takesSlicesOfStrings() {
    Tensor tensor;
    tensor.type = DataType::String;
    tensor.shape = {2, 2};
    tensor.strings = {"a", "b", "c", "d"};
    const std::vector<std::int64_t> keep = {1};
    const auto taken = takeSlices(tensor, 1, keep);
    LAPIDARY_VERIFY_OK(taken);
    QVERIFY(((*taken)->strings == std::vector<std::string>{"b", "d"}));
    QCOMPARE(tensor.bytes(), std::uint64_t(4));
}

void TestTensor::hashTellsContentApart() {
    const auto a = makeTensor<float>({2, 3}, {1, 2, 3, 4, 5, 6});
    QCOMPARE(contentHash(*a), contentHash(*makeTensor<float>({2, 3}, {1, 2, 3, 4, 5, 6})));
    QVERIFY(contentHash(*a) != contentHash(*makeTensor<float>({3, 2}, {1, 2, 3, 4, 5, 6})));
    QVERIFY(contentHash(*a) != contentHash(*makeTensor<float>({2, 3}, {1, 2, 3, 4, 5, 7})));
    QVERIFY(contentHash(*a) != contentHash(*makeTensor(DataType::Int32, {2, 3}, a->data)));
}

void TestTensor::namesGoBothWays() {
    for (int number = 1; number <= 26; ++number) {
        QVERIFY(isKnown(DataType(number)));
        QVERIFY(dataTypeFromName(dataTypeName(DataType(number))) == DataType(number));
    }
    QCOMPARE(dataTypeName(DataType(99)), std::string("type 99"));
    QVERIFY(dataTypeFromName("no such type") == DataType::Undefined);
}

void TestTensor::packedSizes() {
    QCOMPARE(packedBytes(DataType::Int4, 3), std::uint64_t(2));
    QCOMPARE(packedBytes(DataType::UInt2, 5), std::uint64_t(2));
    QCOMPARE(packedBytes(DataType::Complex128, 2), std::uint64_t(32));
    QCOMPARE(packedBytes(DataType::String, 9), std::uint64_t(0));
    QCOMPARE(packedBytes(DataType(99), 9), std::uint64_t(0));
}

void TestTensor::elementCounts() {
    QCOMPARE(*elementCount({}), std::int64_t(1));
    QCOMPARE(*elementCount({2, 0, 3}), std::int64_t(0));
    QVERIFY(!elementCount({2, -1}));
    QVERIFY(!elementCount({std::int64_t(1) << 40, std::int64_t(1) << 40}));
    QVERIFY(!elementCount({-1, 0}));
    QCOMPARE(shapeText({1, -1, 3}), std::string("1x?x3"));
    QVERIFY((rowMajorStrides({2, 3, 4}) == std::vector<std::int64_t>{12, 4, 1}));
}

void TestTensor::mapsFiles() {
    test::TempDir dir;
    test::writeFile(dir / "a", "hello");
    auto blob = mapFile(dir / "a");
    LAPIDARY_VERIFY_OK(blob);
    std::filesystem::remove(dir / "a"); // the mapping holds the bytes
    QCOMPARE(std::string(reinterpret_cast<const char*>(blob->bytes().data()), blob->size()), std::string("hello"));
    const Blob part = blob->slice(1, 3);
    blob = Blob();
    QCOMPARE(char(part.bytes()[0]), 'e');
    test::writeFile(dir / "empty", "");
    QVERIFY(mapFile(dir / "empty").value().empty());
    QCOMPARE(mapFile(dir / "nothing").error().code, std::string("file.open"));
    QCOMPARE(mapFile(dir.path()).error().code, std::string("file.not_regular"));
}

void TestTensor::unalignedDataReads() {
    std::vector<std::byte> bytes(4 * 4 + 1);
    const float values[4] = {1.5f, -2.0f, 3.25f, 1e-3f};
    std::memcpy(bytes.data() + 1, values, sizeof values);
    const auto tensor = makeTensor(DataType::Float, {4}, Blob(bytes).slice(1, 16));
    const auto floats = toFloats(*tensor);
    LAPIDARY_VERIFY_OK(floats);
    QVERIFY(std::equal(floats->begin(), floats->end(), values));
    QVERIFY(!tensor->aligned<float>());
}

QTEST_APPLESS_MAIN(TestTensor)
#include "tst_tensor.moc"
