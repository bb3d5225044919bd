// SPDX-License-Identifier: GPL-3.0-or-later
// Real networks in half precision: they load and run, are half as large, and agree with float32 as far as half
// precision can.
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"
#include "passbench.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <set>

using namespace lapidary;
using namespace lapidary::test;

class TestHalfPrecisionReal : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void converts_data();
    void converts();
};

void TestHalfPrecisionReal::converts_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("mode");
    LAPIDARY_REQUIRE_ASSETS();
    const bool everything = qEnvironmentVariableIsSet("LAPIDARY_SLOW_TESTS");
    const std::set<std::string> quick = {"mobilenet_v1_0.5_160", "resnet20_cifar10_unfused_bn", "squeezenet1.1"};
    std::set<std::filesystem::path> files;
    for (const char* folder : {"models", "models/odd"})
        for (const auto& entry : std::filesystem::directory_iterator(assetsFolder() / folder))
            if (entry.path().extension() == ".onnx" && (everything || quick.count(entry.path().stem().string()) > 0))
                files.insert(entry.path());
    for (const auto& file : files)
        for (const char* mode : {"full", "weights_only"})
            QTest::addRow("%s %s", file.stem().c_str(), mode) << QString::fromStdString(file.string()) << mode;
}

void TestHalfPrecisionReal::converts() {
    QFETCH(QString, file);
    QFETCH(QString, mode);
    const auto read = readOnnx(std::filesystem::path(file.toStdString()));
    LAPIDARY_VERIFY_OK(read);
    const auto inputs = randomInputs(*read->model, 5);
    const auto before = runModel(*read->model, inputs);
    if (!before)
        QSKIP("ONNX Runtime does not run the original");
    const auto report = applyPass(read->model, "quantize.float16", {{"mode", mode.toStdString()}});
    LAPIDARY_VERIFY_OK(report);
    const auto after = runModel(*report->model, inputs);
    LAPIDARY_VERIFY_OK(after);
    const auto small = serializeOnnx(*report->model), large = serializeOnnx(*read->model);
    LAPIDARY_VERIFY_OK(small);
    const double share = double(small->size()) / double(large->size());
    const double error = relativeError(*before, *after);
    qInfo("size x %.3f, relative error %.2g", share, error);
    // Only models that are mostly weights halve.
    if (report->steps[0].before.bytes * 10 > large->size() * 9)
        QVERIFY2(share < 0.56, std::to_string(share).c_str());
    QVERIFY2(error < 0.05, std::to_string(error).c_str());
}

QTEST_GUILESS_MAIN(TestHalfPrecisionReal)
#include "tst_halfprecisionreal.moc"
