// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/missingweights.h"
#include "onnx/missingfiles.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <onnx/onnx_pb.h>

#include <QCryptographicHash>
#include <QTest>

#include <fstream>

using namespace lapidary;
using test::attr;
using test::ModelBuilder;

namespace {

/// A model of one initializer "w" that is described by hand.
onnx::ModelProto modelWith(const onnx::TensorProto& tensor) {
    onnx::ModelProto proto;
    proto.set_ir_version(8);
    proto.add_opset_import()->set_version(13);
    auto& graph = *proto.mutable_graph();
    graph.set_name("g");
    *graph.add_initializer() = tensor;
    auto& node = *graph.add_node();
    node.set_op_type("Identity");
    node.add_input("w");
    node.add_output("y");
    graph.add_output()->set_name("y");
    return proto;
}

onnx::TensorProto tensorOf(int type, std::int64_t count) {
    onnx::TensorProto tensor;
    tensor.set_name("w");
    tensor.set_data_type(type);
    tensor.add_dims(count);
    return tensor;
}

void setExternal(onnx::TensorProto& tensor, const std::string& location, const std::string& offset,
                 const std::string& length) {
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto& [key, value] : {std::pair("location", location), {"offset", offset}, {"length", length}}) {
        if (value.empty())
            continue;
        auto& entry = *tensor.add_external_data();
        entry.set_key(key);
        entry.set_value(value);
    }
}

TensorPtr weightOf(const ReadModel& read) {
    return read.model->graph->constant(read.model->graph->findValue("w")->id);
}

} // namespace

class TestOnnxData : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void typedFields();
    void weightsStayInTheFile();
    void externalDataIsMapped();
    void externalDataOfOtherKinds_data();
    void externalDataOfOtherKinds();
    void symlinkOutIsRefused();
    void writesExternalData();
    void externalStaysExternal();
    void missingDataIsNotWritten();
    void missingDataIsWrittenAsFound();
    void aChosenFileStandsIn();
    void overTwoGigabytes();
    void failureLeavesOldFile();
    void writtenHashIsOfTheFiles();
};

void TestOnnxData::typedFields() {
    const auto check = [](const onnx::TensorProto& tensor, const std::vector<float>& expected) {
        const auto bytes = modelWith(tensor).SerializeAsString();
        const auto read = readOnnx(Blob(bytes));
        if (!read.ok())
            return QByteArray(read.error().toString().c_str());
        const auto floats = toFloats(*weightOf(*read));
        if (!floats.ok())
            return QByteArray(floats.error().toString().c_str());
        if (*floats != expected)
            return QByteArray("values");
        return QByteArray(serializeOnnx(*read->model).value() == bytes ? "" : "written differently");
    };
    auto f = tensorOf(1, 2);
    f.add_float_data(1.5f);
    f.add_float_data(-2);
    QCOMPARE(check(f, {1.5f, -2}), QByteArray());
    auto half = tensorOf(10, 2);
    half.add_int32_data(0x3c00);
    half.add_int32_data(0xc000);
    QCOMPARE(check(half, {1, -2}), QByteArray());
    auto bfloat = tensorOf(16, 1);
    bfloat.add_int32_data(0x3f80);
    QCOMPARE(check(bfloat, {1}), QByteArray());
    auto i8 = tensorOf(3, 3);
    for (const int v : {-128, -1, 127})
        i8.add_int32_data(v);
    QCOMPARE(check(i8, {-128, -1, 127}), QByteArray());
    auto boolean = tensorOf(9, 2);
    boolean.add_int32_data(1);
    boolean.add_int32_data(0);
    const auto readBool = readOnnx(Blob(modelWith(boolean).SerializeAsString()));
    LAPIDARY_VERIFY_OK(readBool);
    QCOMPARE(weightOf(*readBool)->data.size(), std::size_t(2));
    auto i4 = tensorOf(22, 3); // two to an entry, the first in the low half
    i4.add_int32_data(0xf1);
    i4.add_int32_data(0x07);
    QCOMPARE(check(i4, {1, -1, 7}), QByteArray());
    auto u32 = tensorOf(12, 1);
    u32.add_uint64_data(4000000000u);
    QCOMPARE(check(u32, {4000000000.0f}), QByteArray());
    auto i64 = tensorOf(7, 2);
    i64.add_int64_data(-5);
    i64.add_int64_data(1000);
    QCOMPARE(check(i64, {-5, 1000}), QByteArray());
    auto f64 = tensorOf(11, 1);
    f64.add_double_data(0.25);
    QCOMPARE(check(f64, {0.25f}), QByteArray());
}

void TestOnnxData::weightsStayInTheFile() {
    ModelBuilder b;
    b.input("x", {64}).init("w", {64, 64}, 1).node("MatMul", {"x", "w"}, {"y"}).output("y");
    const Blob file(serializeOnnx(*b.build()).value());
    const auto read = readOnnx(file);
    LAPIDARY_VERIFY_OK(read);
    const auto weight = weightOf(*read)->data.bytes();
    QVERIFY(weight.data() >= file.bytes().data() && weight.data() + weight.size() <= file.bytes().data() + file.size());
}

void TestOnnxData::externalDataIsMapped() {
    test::TempDir dir;
    std::filesystem::create_directory(dir / "weights");
    std::string data(16 + 8, '\0');
    data.replace(16, 8, std::string("\0\0\x80\x3f\0\0\0\x40", 8));
    test::writeFile(dir / "weights/w.bin", data);
    auto tensor = tensorOf(1, 2);
    setExternal(tensor, "weights/w.bin", "16", "8");
    test::writeFile(dir / "m.onnx", modelWith(tensor).SerializeAsString());
    const auto read = readOnnx(dir / "m.onnx");
    LAPIDARY_VERIFY_OK(read);
    QVERIFY(read->problems.empty());
    QVERIFY(toFloats(*weightOf(*read)).value() == (std::vector<float>{1, 2}));
    QVERIFY(weightOf(*read)->storage == TensorStorage::External);
    // From memory, with and without the folder.
    const Blob bytes(test::readFile(dir / "m.onnx"));
    QVERIFY(!weightOf(*readOnnx(bytes, dir.path()))->missing());
    const auto alone = readOnnx(bytes);
    LAPIDARY_VERIFY_OK(alone);
    QVERIFY(weightOf(*alone)->missing());
    QCOMPARE(alone->problems[0].code, std::string("onnx.missing_data"));
    QCOMPARE(alone->problems[0].place.tensor, std::string("w"));
}

void TestOnnxData::externalDataOfOtherKinds_data() {
    QTest::addColumn<QString>("location");
    QTest::addColumn<QString>("offset");
    QTest::addColumn<QString>("length");
    QTest::addColumn<QString>("code"); // empty: opens, with the weight missing
    QTest::newRow("not there") << "other.bin"
                               << ""
                               << ""
                               << "";
    QTest::newRow("a folder") << "."
                              << ""
                              << ""
                              << "";
    QTest::newRow("too short") << "w.bin"
                               << "4"
                               << "8"
                               << "";
    QTest::newRow("offset far outside") << "w.bin"
                                        << "18446744073709551615"
                                        << "8"
                                        << "";
    QTest::newRow("length does not fit") << "w.bin"
                                         << "0"
                                         << "4"
                                         << "onnx.tensor_size";
    QTest::newRow("absolute") << "/etc/passwd"
                              << "0"
                              << "8"
                              << "onnx.external_outside";
    QTest::newRow("climbing") << "../w.bin"
                              << "0"
                              << "8"
                              << "onnx.external_outside";
    QTest::newRow("climbing inside") << "sub/../../w.bin"
                                     << "0"
                                     << "8"
                                     << "onnx.external_outside";
    QTest::newRow("no location") << ""
                                 << "0"
                                 << "8"
                                 << "onnx.external_outside";
    QTest::newRow("offset is no number") << "w.bin"
                                         << "-1"
                                         << "8"
                                         << "onnx.corrupt";
    QTest::newRow("length is no number") << "w.bin"
                                         << "0"
                                         << "8x"
                                         << "onnx.corrupt";
    QTest::newRow("offset too long") << "w.bin"
                                     << "99999999999999999999"
                                     << "8"
                                     << "onnx.corrupt";
}

void TestOnnxData::externalDataOfOtherKinds() {
    QFETCH(QString, location);
    QFETCH(QString, offset);
    QFETCH(QString, length);
    QFETCH(QString, code);
    test::TempDir dir;
    test::writeFile(dir / "w.bin", std::string(8, 'x'));
    auto tensor = tensorOf(1, 2);
    setExternal(tensor, location.toStdString(), offset.toStdString(), length.toStdString());
    test::writeFile(dir / "m.onnx", modelWith(tensor).SerializeAsString());
    const auto read = readOnnx(dir / "m.onnx");
    if (!code.isEmpty()) {
        QVERIFY(!read.ok());
        QCOMPARE(QString::fromStdString(read.error().code), code);
        QCOMPARE(read.error().place.tensor, std::string("w"));
        return;
    }
    LAPIDARY_VERIFY_OK(read);
    QVERIFY(weightOf(*read)->missing());
    QVERIFY(modelHash(*read->model).ok());
}

void TestOnnxData::symlinkOutIsRefused() {
    test::TempDir outside, dir;
    test::writeFile(outside / "secret", std::string(8, 'x'));
    std::filesystem::create_symlink(outside / "secret", dir / "w.bin");
    auto tensor = tensorOf(1, 2);
    setExternal(tensor, "w.bin", "0", "8");
    test::writeFile(dir / "m.onnx", modelWith(tensor).SerializeAsString());
    QCOMPARE(readOnnx(dir / "m.onnx").error().code, std::string("onnx.external_outside"));
    // A link that stays inside is fine, and so is a folder that is reached through a link.
    std::filesystem::remove(dir / "w.bin");
    test::writeFile(dir / "real.bin", std::string(8, 'x'));
    std::filesystem::create_symlink("real.bin", dir / "w.bin");
    std::filesystem::create_directory_symlink(dir.path(), outside / "link");
    const auto read = readOnnx(outside / "link/m.onnx");
    LAPIDARY_VERIFY_OK(read);
    QVERIFY(!weightOf(*read)->missing());
}

void TestOnnxData::writesExternalData() {
    ModelBuilder b;
    b.input("x", {64}).init("w", {64, 64}, 1).init("small", {4}, 2).node("MatMul", {"x", "w"}, {"y"}).output("y");
    const auto model = b.build();
    test::TempDir dir;
    WriteOptions options;
    options.externalAbove = 1000;
    options.externalTensorBytes = 1024;
    const auto written = writeOnnx(*model, dir / "m.onnx", options);
    LAPIDARY_VERIFY_OK(written);
    QVERIFY(std::filesystem::file_size(dir / "m.onnx") < 1000);
    QCOMPARE(std::filesystem::file_size(dir / "m.onnx.data"), std::uintmax_t(64 * 64 * 4));
    const auto read = readOnnx(dir / "m.onnx");
    LAPIDARY_VERIFY_OK(read);
    QCOMPARE(QString::fromStdString(test::modelsDiffer(*model, *read->model)), QString());
    onnx::ModelProto proto;
    QVERIFY(proto.ParseFromString(test::readFile(dir / "m.onnx")));
    QCOMPARE(proto.graph().initializer(0).external_data(0).value(), std::string("m.onnx.data"));
    QVERIFY(proto.graph().initializer(1).has_raw_data());
}

void TestOnnxData::externalStaysExternal() {
    test::TempDir dir;
    test::writeFile(dir / "w.bin", std::string(8, 'x'));
    auto tensor = tensorOf(1, 2);
    setExternal(tensor, "w.bin", "", "");
    test::writeFile(dir / "m.onnx", modelWith(tensor).SerializeAsString());
    const auto read = readOnnx(dir / "m.onnx");
    LAPIDARY_VERIFY_OK(read);
    LAPIDARY_VERIFY_OK(writeOnnx(*read->model, dir / "kept.onnx"));
    QCOMPARE(test::readFile(dir / "kept.onnx.data"), std::string(8, 'x'));
    WriteOptions inside;
    inside.keepExternal = false;
    LAPIDARY_VERIFY_OK(writeOnnx(*read->model, dir / "inside.onnx", inside));
    QVERIFY(!std::filesystem::exists(dir / "inside.onnx.data"));
    QVERIFY(readOnnx(dir / "inside.onnx").ok());
    // Written over itself: the mapped data are still those of the old file.
    LAPIDARY_VERIFY_OK(writeOnnx(*read->model, dir / "m.onnx"));
    QVERIFY(toFloats(*weightOf(*readOnnx(dir / "m.onnx"))).value() == toFloats(*weightOf(*read)).value());
}

void TestOnnxData::missingDataIsNotWritten() {
    auto tensor = tensorOf(1, 2);
    setExternal(tensor, "gone.bin", "", "");
    const auto bytes = modelWith(tensor).SerializeAsString();
    const auto read = readOnnx(Blob(bytes));
    LAPIDARY_VERIFY_OK(read);
    test::TempDir dir;
    const auto written = writeOnnx(*read->model, dir / "m.onnx");
    QCOMPARE(written.error().code, std::string("onnx.missing_data"));
    QCOMPARE(written.error().place.tensor, std::string("w"));
    QVERIFY(std::filesystem::is_empty(dir.path()));
}

void TestOnnxData::missingDataIsWrittenAsFound() {
    auto tensor = tensorOf(1, 2);
    setExternal(tensor, "gone.bin", "16", "8");
    const auto bytes = modelWith(tensor).SerializeAsString();
    const auto read = readOnnx(Blob(bytes));
    LAPIDARY_VERIFY_OK(read);
    QCOMPARE(serializeOnnxAsFound(*read->model).value(), bytes);
    QVERIFY(missingFiles(*read->model) == std::vector<std::string>{"gone.bin"});
    const auto missing = missingWeights(*read->model);
    QCOMPARE(missing.size(), std::size_t(1));
    QCOMPARE(missing.front().name, std::string("w"));
    const auto status = requireWeights(*read->model);
    QCOMPARE(status.error().code, std::string("onnx.missing_data"));
    QCOMPARE(status.error().place.tensor, std::string("w"));
    QVERIFY(!status.error().hint.empty());
}

void TestOnnxData::aChosenFileStandsIn() {
    test::TempDir dir;
    auto tensor = tensorOf(1, 2);
    setExternal(tensor, "gone.bin", "4", "8");
    const Blob bytes(modelWith(tensor).SerializeAsString());
    test::writeFile(dir / "found.bin", std::string("\0\0\0\0\0\0\x80\x3f\0\0\0\x40", 12));
    test::writeFile(dir / "short.bin", std::string(11, '\0'));
    ReadOptions options;
    options.standIns["gone.bin"] = dir / "found.bin";
    const auto read = readOnnx(bytes, {}, options);
    LAPIDARY_VERIFY_OK(read);
    QVERIFY(missingWeights(*read->model).empty() && missingFiles(*read->model).empty());
    LAPIDARY_VERIFY_OK(requireWeights(*read->model));
    QVERIFY(toFloats(*weightOf(*read)).value() == (std::vector<float>{1, 2}));
    for (const char* other : {"short.bin", "none.bin"}) {
        options.standIns["gone.bin"] = dir / other;
        const auto failed = readOnnx(bytes, {}, options);
        LAPIDARY_VERIFY_OK(failed);
        QCOMPARE(missingWeights(*failed->model).size(), std::size_t(1));
    }
}

void TestOnnxData::overTwoGigabytes() {
    // A file with a hole: 2.2 GiB of zeros inside the model, which is mapped and never read.
    const std::uint64_t count = std::uint64_t(600) << 20;
    const auto varint = [](std::uint64_t value) {
        std::string out;
        for (; value >= 0x80; value >>= 7)
            out += char(value | 0x80);
        return out + char(value);
    };
    const std::string tensorHead = "\x08" + varint(count) + std::string("\x10\x01\x42\x01w\x4a") + varint(count * 4);
    const std::string rest("\x0a\x10\x0a\x01w\x12\x01y\x22\x08Identity\x62\x03\x0a\x01y", 23);
    const std::string graphHead = rest + "\x2a" + varint(tensorHead.size() + count * 4) + tensorHead;
    const std::string head = std::string("\x08\x08\x3a") + varint(graphHead.size() + count * 4) + graphHead;
    test::TempDir dir;
    test::writeFile(dir / "huge.onnx", head);
    std::error_code error;
    std::filesystem::resize_file(dir / "huge.onnx", head.size() + count * 4, error);
    if (error)
        QSKIP("The file system has no sparse files");
    const auto read = readOnnx(dir / "huge.onnx");
    LAPIDARY_VERIFY_OK(read);
    QCOMPARE(std::uint64_t(weightOf(*read)->data.size()), count * 4);
    QCOMPARE(serializeOnnx(*read->model).error().code, std::string("onnx.too_large"));
}

void TestOnnxData::failureLeavesOldFile() {
    ModelBuilder b;
    b.input("x", {1}).node("Relu", {"x"}, {"y"}).output("y");
    const auto model = b.build();
    test::TempDir dir;
    QCOMPARE(writeOnnx(*model, dir / "no/such/folder/m.onnx").error().code, std::string("file.write"));
    std::filesystem::create_directory(dir / "taken.onnx");
    test::writeFile(dir / "taken.onnx/file", "kept");
    QCOMPARE(writeOnnx(*model, dir / "taken.onnx").error().code, std::string("file.write"));
    QCOMPARE(test::readFile(dir / "taken.onnx/file"), std::string("kept"));
    QCOMPARE(std::distance(std::filesystem::directory_iterator(dir.path()), {}), std::ptrdiff_t(1));
}

void TestOnnxData::writtenHashIsOfTheFiles() {
    ModelBuilder b;
    b.input("x", {64}).init("w", {64, 64}, 1).node("MatMul", {"x", "w"}, {"y"}).output("y");
    const auto model = b.build();
    test::TempDir dir;
    WriteOptions options;
    options.externalAbove = 1000;
    const auto written = writeOnnx(*model, dir / "m.onnx", options);
    LAPIDARY_VERIFY_OK(written);
    const auto all = test::readFile(dir / "m.onnx") + test::readFile(dir / "m.onnx.data");
    QCOMPARE(written->bytes, std::uint64_t(all.size()));
    QCOMPARE(
        written->sha256,
        QCryptographicHash::hash(QByteArray::fromStdString(all), QCryptographicHash::Sha256).toHex().toStdString());
    const auto again = writeOnnx(*model, dir / "m.onnx", options);
    QCOMPARE(again->sha256, written->sha256);
}

QTEST_APPLESS_MAIN(TestOnnxData)
#include "tst_onnxdata.moc"
