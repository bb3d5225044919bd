// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/latency/siliconprofile.h"
#include "onnx/onnxshapes.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

SiliconProfile silicon(std::map<std::string, double> peaks, double bandwidth, double onChip) {
    SiliconProfile made;
    made.id = "x";
    made.name = "X";
    made.peakOperations = std::move(peaks);
    made.bandwidth = bandwidth;
    made.onChipBytes = onChip;
    return made;
}

ModelPtr convolution() {
    ModelBuilder b;
    b.input("x", {1, 16, 10, 10}).init("w", {32, 16, 1, 1}, 1);
    b.node("Conv", {"x", "w"}, {"c"}, {}, "conv").node("Relu", {"c"}, {"y"}, {}, "relu").output("y");
    return b.build();
}

Result<Profile> estimate(const SiliconProfile& device) {
    const auto model = convolution();
    return rooflineProfile(device, *model->graph, inferOnnxShapes(*model).value());
}

constexpr double macs = 32.0 * 16 * 100;

} // namespace

class SiliconTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void filesThatComeAlong() {
        int files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(LAPIDARY_SOURCE_DIR) /
                                                                     "resources/devices/silicon")) {
            const auto read = SiliconProfile::read(entry.path());
            LAPIDARY_VERIFY_OK(read);
            QCOMPARE(read->id, entry.path().stem().string());
            QVERIFY2(read->sources.size() >= 2, read->id.c_str());
            ++files;
        }
        QVERIFY(files >= 8);
    }

    void boundByOperations() {
        const auto profile = estimate(silicon({{"float32", 1e9}}, 0, 0));
        LAPIDARY_VERIFY_OK(profile);
        QVERIFY(profile->estimate);
        QVERIFY(!profile->timing.stable);
        QCOMPARE(profile->device, std::string("estimate:x"));
        QVERIFY(std::abs(profile->timing.median - 2 * macs / 1e9 * 1000) < 1e-12);
        QCOMPARE(profile->nodes.front().kernel, std::string("roofline: operations"));
    }

    void boundByMemory() {
        // Reads 6400 bytes and 2048 of weights, writes 12800; the Relu reads and writes 12800.
        const auto profile = estimate(silicon({{"float32", 1e15}}, 1e6, 0));
        LAPIDARY_VERIFY_OK(profile);
        QVERIFY(std::abs(profile->timing.median - (6400 + 2048 + 12800 + 2 * 12800) / 1e6 * 1000) < 1e-4);
        // On the chip nothing has to move.
        QVERIFY(estimate(silicon({{"float32", 1e15}}, 1e6, 1e6))->timing.median < 1e-6);
        // In half the width everything is half.
        const auto half = estimate(silicon({{"float16", 1e15}}, 1e6, 0));
        QVERIFY(std::abs(half->timing.median / profile->timing.median - 0.5) < 1e-4);
        QCOMPARE(half->nodes.front().precision, std::string("float16"));
    }

    void wrongPrecision() {
        const auto refused = estimate(silicon({{"int8", 1e12}}, 0, 0));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("device.precision"));
        QVERIFY2(refused.error().hint.find("int8") != std::string::npos, refused.error().hint.c_str());
        QCOMPARE(refused.error().place.node, std::string("conv"));
    }

    void brokenFiles() {
        for (const char* text :
             {"{}", R"({"lapidary_silicon":1})", R"({"lapidary_silicon":1,"id":"a","name":"A"})",
              R"({"lapidary_silicon":1,"id":"a","name":"A","peak_operations_per_second":{"int9":1},"sources":["s"]})",
              R"({"lapidary_silicon":1,"id":"a","name":"A","peak_operations_per_second":{"int8":-1},"sources":["s"]})",
              R"({"lapidary_silicon":1,"id":"a","name":"A","peak_operations_per_second":{"int8":1}})"})
            QCOMPARE(SiliconProfile::fromJson(Json::parse(text).value()).error().code, std::string("silicon.format"));
        QCOMPARE(SiliconProfile::read("/no/such/file.json").error().code, std::string("silicon.read"));
    }
};

QTEST_GUILESS_MAIN(SiliconTest)
#include "tst_silicon.moc"
