// SPDX-License-Identifier: GPL-3.0-or-later
// NumPy array files: by our own reader, and byte by byte against NEP 1.
#include "tensor/float16.h"
#include "tensor/npyfile.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cstring>

using namespace lapidary;
using namespace lapidary::test;

namespace {

std::string withHeader(const std::string& dictionary, char version = 1) {
    std::string bytes("\x93NUMPY", 6);
    bytes += {version, '\0', char(dictionary.size()), char(dictionary.size() >> 8)};
    if (version > 1)
        bytes += std::string(2, '\0');
    return bytes + dictionary;
}

std::string arrayOf(const std::string& descr, const std::string& shape, const std::string& data) {
    return withHeader("{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n") + data;
}

std::string codeOf(const Result<TensorPtr>& result) {
    return result ? std::string() : result.error().code;
}

} // namespace

class NpyFileTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void bytesAreAsThePaperSays();
    void everyTypeComesBack_data();
    void everyTypeComesBack();
    void convertsWhatNumPyLacks();
    void textsAreUtf32();
    void longShapesNeedVersion2();
    void refusesWithReason();
    void failsWhole();

private:
    TempDir m_dir;
};

void NpyFileTest::bytesAreAsThePaperSays() {
    const auto tensor = makeTensor<float>({2, 3}, {1, 2, 3, -4, 5, 0.5f});
    LAPIDARY_VERIFY_OK(writeNpy(*tensor, m_dir / "a.npy"));
    const auto bytes = readFile(m_dir / "a.npy");
    QCOMPARE(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
    const auto length = std::size_t(std::uint8_t(bytes[8])) + 256 * std::size_t(std::uint8_t(bytes[9]));
    QCOMPARE((10 + length) % 64, std::size_t(0));
    const auto header = bytes.substr(10, length);
    const std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    QCOMPARE(header.substr(0, dictionary.size()), dictionary);
    QCOMPARE(header.find_first_not_of(' ', dictionary.size()), length - 1);
    QCOMPARE(header.back(), '\n');
    // IEEE 754 single precision, least byte first.
    QCOMPARE(bytes.substr(10 + length), std::string("\0\0\x80\x3f"
                                                    "\0\0\0\x40"
                                                    "\0\0\x40\x40"
                                                    "\0\0\x80\xc0"
                                                    "\0\0\xa0\x40"
                                                    "\0\0\0\x3f",
                                                    24));
    LAPIDARY_VERIFY_OK(writeNpy(*makeScalar<std::int64_t>(-2), m_dir / "s.npy"));
    const auto scalar = readFile(m_dir / "s.npy");
    QVERIFY(scalar.find("'<i8', 'fortran_order': False, 'shape': (), }") != std::string::npos);
    QCOMPARE(scalar.substr(scalar.size() - 8), std::string("\xfe\xff\xff\xff\xff\xff\xff\xff"));
    LAPIDARY_VERIFY_OK(writeNpy(*makeTensor<float>({1}, {1}), m_dir / "v.npy"));
    QVERIFY(readFile(m_dir / "v.npy").find("'shape': (1,), }") != std::string::npos);
    QVERIFY(!std::filesystem::exists(m_dir / "a.npy.part"));
}

void NpyFileTest::everyTypeComesBack_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("descr");
    const auto add = [](DataType type, const char* descr) {
        QTest::newRow(dataTypeName(type).c_str()) << int(type) << QString::fromLatin1(descr);
    };
    add(DataType::Bool, "|b1");
    add(DataType::Int8, "|i1");
    add(DataType::UInt8, "|u1");
    add(DataType::Int16, "<i2");
    add(DataType::UInt16, "<u2");
    add(DataType::Int32, "<i4");
    add(DataType::UInt32, "<u4");
    add(DataType::Int64, "<i8");
    add(DataType::UInt64, "<u8");
    add(DataType::Float16, "<f2");
    add(DataType::Float, "<f4");
    add(DataType::Double, "<f8");
    add(DataType::Complex64, "<c8");
    add(DataType::Complex128, "<c16");
}

void NpyFileTest::everyTypeComesBack() {
    QFETCH(int, type);
    QFETCH(QString, descr);
    std::string bytes;
    for (std::size_t i = 0; i < packedBytes(DataType(type), 70'000); ++i)
        bytes += char(DataType(type) == DataType::Bool ? i % 2 : i * 31 + 7);
    const auto tensor = makeTensor(DataType(type), {700, 100}, Blob(bytes));
    QCOMPARE(npyFormOf(*tensor)->descr, descr.toStdString());
    LAPIDARY_VERIFY_OK(writeNpy(*tensor, m_dir / "t.npy"));
    const auto back = readNpy(m_dir / "t.npy");
    LAPIDARY_VERIFY_OK(back);
    QCOMPARE(int((*back)->type), type);
    QCOMPARE((*back)->shape, tensor->shape);
    QVERIFY(std::memcmp((*back)->data.bytes().data(), bytes.data(), bytes.size()) == 0);
}

void NpyFileTest::convertsWhatNumPyLacks() {
    const auto convert = [&](const TensorPtr& tensor) {
        const auto form = npyFormOf(*tensor);
        if (!form || form->conversion.empty() || !writeNpy(*tensor, m_dir / "c.npy"))
            return TensorPtr();
        return *readNpy(m_dir / "c.npy");
    };
    std::vector<float> values{1, -2.5f, 0.15625f};
    auto array = convert(*fromFloats(DataType::BFloat16, {3}, values));
    QVERIFY(array && array->type == DataType::Float);
    QCOMPARE(*toFloats(*array), values);
    array = convert(makeTensor(DataType::Int4, {5}, Blob::ofValues(std::vector<std::uint8_t>{0x8f, 0x70, 0x03})));
    QVERIFY(array && array->type == DataType::Int8);
    QCOMPARE(*toIntegers(*array), (std::vector<std::int64_t>{-1, -8, 0, 7, 3}));
    array = convert(makeTensor(DataType::UInt4, {3}, Blob::ofValues(std::vector<std::uint8_t>{0x8f, 0x03})));
    QVERIFY(array && array->type == DataType::UInt8);
    QCOMPARE(*toIntegers(*array), (std::vector<std::int64_t>{15, 8, 3}));
    array = convert(makeTensor(DataType::Float8E4M3FN, {2}, Blob::ofValues(std::vector<std::uint8_t>{0x38, 0xb8})));
    QVERIFY(array && array->type == DataType::Float);
    QCOMPARE(*toFloats(*array), (std::vector<float>{1, -1}));
}

void NpyFileTest::textsAreUtf32() {
    auto tensor = std::make_shared<Tensor>();
    tensor->type = DataType::String;
    tensor->shape = {2};
    tensor->strings = {"a", "b\xc3\xa9"};
    LAPIDARY_VERIFY_OK(writeNpy(*tensor, m_dir / "u.npy"));
    const auto bytes = readFile(m_dir / "u.npy");
    QVERIFY(bytes.find("'descr': '<U2'") != std::string::npos);
    QCOMPARE(bytes.substr(bytes.size() - 16), std::string("a\0\0\0"
                                                          "\0\0\0\0"
                                                          "b\0\0\0"
                                                          "\xe9\0\0\0",
                                                          16));
}

void NpyFileTest::longShapesNeedVersion2() {
    const auto tensor = makeTensor<float>(Shape(22'000, 1), {1});
    LAPIDARY_VERIFY_OK(writeNpy(*tensor, m_dir / "long.npy"));
    const auto bytes = readFile(m_dir / "long.npy");
    QCOMPARE(bytes.substr(6, 2), std::string("\2\0", 2));
    std::uint32_t length = 0;
    std::memcpy(&length, bytes.data() + 8, 4);
    QCOMPARE(bytes.size(), 12 + std::size_t(length) + 4);
}

void NpyFileTest::refusesWithReason() {
    const auto parse = [](const std::string& bytes) { return codeOf(parseNpy(Blob(bytes))); };
    QCOMPARE(parse("no array"), std::string("npy.format"));
    QCOMPARE(parse(arrayOf("<f4", "(2,)", std::string(8, 'x'))), std::string());
    QCOMPARE(parse(arrayOf(">f4", "(2,)", std::string(8, 'x'))), std::string("npy.format"));
    QCOMPARE(parse(arrayOf("|O", "(2,)", std::string(8, 'x'))), std::string("npy.format"));
    QCOMPARE(parse(arrayOf("<f4", "(2, 2)", std::string(8, 'x'))), std::string("npy.size"));
    QCOMPARE(parse(arrayOf("<f4", "(4611686018427387904, 4)", "")), std::string("npy.size"));
    QCOMPARE(parse(arrayOf("<f4", "2", std::string(8, 'x'))), std::string("npy.format"));
    QCOMPARE(parse(withHeader("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }")), std::string("npy.format"));
    QCOMPARE(parse(withHeader("{", 4)), std::string("npy.format"));
}

void NpyFileTest::failsWhole() {
    const auto tensor = makeTensor<float>({2}, {1, 2});
    const auto status = writeNpy(*tensor, m_dir / "no" / "such" / "folder.npy");
    QVERIFY(!status.ok());
    QCOMPARE(status.error().code, std::string("npy.write"));
    writeFile(m_dir / "kept.npy", "old");
    std::stop_source stop;
    stop.request_stop();
    Work work;
    work.stop = stop.get_token();
    QVERIFY(!writeNpy(*tensor, m_dir / "kept.npy", work).ok());
    QCOMPARE(readFile(m_dir / "kept.npy"), std::string("old"));
    auto unknown = makeTensor(DataType(99), {1}, {});
    QCOMPARE(npyFormOf(*unknown).error().code, std::string("npy.type"));
}

QTEST_GUILESS_MAIN(NpyFileTest)
#include "tst_npyfile.moc"
