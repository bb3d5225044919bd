// SPDX-License-Identifier: GPL-3.0-or-later
// Variants that earlier versions of a pass made: reproduced byte for byte, and compared with those of today.
#include "engine/reproduce.h"
#include "engine/variantrecipe.h"
#include "onnx/onnxwriter.h"
#include "tests/core/engine/clothes.h"
#include "tests/core/engine/setcolumn.h"
#include "tests/support/modelbuilder.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// With all that the versions differ in: a layer alone between operators in float, a layer in float between those in 8
/// bits, a Resize between values, an operator that version 4 runs in 8 bits first, and biases.
ModelPtr network() {
    ModelBuilder b(13);
    b.symbolicInput("image", DataType::Float, {"N", "1", "28", "28"});
    b.init("w0", {2, 1, 1, 1}, 1).init("b0", {2}, 2).node("Conv", {"image", "w0", "b0"}, {"c0"}, {}, "stem");
    b.node("Tanh", {"c0"}, {"t0"}).init("w1", {8, 2, 3, 3}, 3).init("b1", {8}, 4);
    b.node("Conv", {"t0", "w1", "b1"}, {"c1"}, {attr("strides", {2, 2})}, "one").node("Relu", {"c1"}, {"r1"});
    b.init("w2", {8, 8, 3, 3}, 5).init("b2", {8}, 6).node("Conv", {"r1", "w2", "b2"}, {"c2"}, {}, "float");
    b.init("s", {4}, std::vector<float>{1, 1, 2, 2}).init("w3", {8, 8, 3, 3}, 7).init("b3", {8}, 8);
    b.node("Conv", {"c2", "w3", "b3"}, {"c3"}, {}, "two").node("Relu", {"c3"}, {"r3"});
    b.node("Resize", {"r3", "", "s"}, {"large"}, {attr("mode", "linear")}, "resize");
    b.init("w4", {4, 8, 3, 3}, 9).init("b4", {4}, 10).node("Conv", {"large", "w4", "b4"}, {"c4"}, {}, "three");
    b.node("SpaceToDepth", {"c4"}, {"deep"}, {attr("blocksize", 2)}, "deepen");
    b.init("w5", {10, 16, 7, 7}, 11).init("b5", {10}, 12).node("Conv", {"deep", "w5", "b5"}, {"c5"}, {}, "four");
    b.node("Flatten", {"c5"}, {"y"}).output("y");
    return b.build();
}

std::map<std::string, std::string> settingsOf(const RecipeDiff& diff, const std::string& pass) {
    std::map<std::string, std::string> settings;
    for (const StepDiff& step : diff.steps)
        if (step.pass == pass && step.change == StepChange::Changed)
            for (const SettingChange& setting : step.settings)
                settings[setting.key] = setting.a.dump() + " " + setting.b.dump();
    return settings;
}

} // namespace

class PassVersionsTest : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<ProjectSession> m_session;
    TempDir m_dir;
    std::map<int, VariantId> m_made; ///< by version of quantize.int8

    VariantRecord record(int version) const { return m_session->project().variant(m_made.at(version)).value(); }

    Reproduction reproduced(int version) const {
        const auto results = reproduceVariants(*m_session, {m_made.at(version)});
        if (!results)
            qFatal("%s", results.error().toString().c_str());
        return results->front();
    }

    /// In the recipe. 0: none, as in recipes of old projects; only the record of what they were made with tells then.
    void setNamedVersion(int of, int version) const {
        auto recipe = Recipe::fromJson(record(of).recipe).value();
        for (auto& step : recipe.steps)
            step.version = version;
        setColumn(*m_session, m_made.at(of), QStringLiteral("recipe"), QString::fromStdString(recipe.toJson().dump()));
    }

    void setRecordedVersion(int of, int version) const {
        auto provenance = record(of).provenance;
        Json passes = provenance["passes"];
        passes.set("quantize.int8", version);
        provenance.set("passes", passes);
        setColumn(*m_session, m_made.at(of), QStringLiteral("provenance"), QString::fromStdString(provenance.dump()));
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string()));
        m_engine = std::make_unique<Engine>(QStringList{QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
        writeClothes(m_dir / "data");
        const auto bytes = serializeOnnx(*network());
        LAPIDARY_VERIFY_OK(bytes);
        writeFile(m_dir / "network.onnx", *bytes);
        m_session = std::make_unique<ProjectSession>(*m_engine, Project::create(m_dir / "project").value());
        LAPIDARY_VERIFY_OK(m_session->setDataset("calibration", m_dir / "data" / "data.json"));
        const auto root = m_session->importModel(m_dir / "network.onnx", "source");
        LAPIDARY_VERIFY_OK(root);
        for (const int version : {2, 3, 4, 5}) {
            Recipe recipe;
            recipe.steps = {{"quantize.int8", version, {{"exclude", "float"}}, {}, true}};
            const auto id = m_session->apply({*root, recipe, "version " + std::to_string(version)});
            LAPIDARY_VERIFY_OK(id);
            m_made[version] = *id;
        }
        QVERIFY(record(2).modelHash != record(3).modelHash && record(3).modelHash != record(4).modelHash);
        QVERIFY(record(4).modelHash != record(5).modelHash);
        QCOMPARE(m_engine->passes().find("quantize.int8").value()->info().version, 5);
    }

    void earlierVersionsAreReproduced() {
        for (const int version : {2, 3, 4, 5}) {
            QCOMPARE(record(version).provenance["passes"]["quantize.int8"].toInteger(), std::int64_t(version));
            setNamedVersion(version, version);
            const auto named = reproduced(version);
            QVERIFY2(named.same, named.reason().c_str());
            QVERIFY(named.differences.empty());
            setNamedVersion(version, 0);
            const auto recorded = reproduced(version);
            QVERIFY2(recorded.same, recorded.reason().c_str());
            QCOMPARE(recorded.hash, record(version).modelHash);
        }
        // The record decides: taken for one of version 3, the variant of version 2 comes out as that of version 3.
        setRecordedVersion(2, 3);
        const auto other = reproduced(2);
        QVERIFY(!other.same);
        QCOMPARE(other.hash, record(3).modelHash);
        setRecordedVersion(2, 2);
        // A version nobody knows is made with today's, and said to be.
        setRecordedVersion(2, 1);
        const auto unknown = reproduced(2);
        QVERIFY(!unknown.same);
        QCOMPARE(unknown.hash, record(5).modelHash);
        QVERIFY2(unknown.reason().find("quantize.int8") != std::string::npos, unknown.reason().c_str());
        setRecordedVersion(2, 2);
    }

    void differencesNameWhatChanged_data() {
        QTest::addColumn<bool>("named"); // else the version stands in the record alone
        QTest::newRow("named") << true;
        QTest::newRow("recorded") << false;
    }
    void differencesNameWhatChanged() {
        QFETCH(bool, named);
        for (const int version : {2, 3, 4, 5})
            setNamedVersion(version, named ? version : 0);
        const auto compared = [&](int a, int b) {
            const auto diff = diffVariantRecipes(m_session->project(), m_engine->passes(), m_made.at(a), m_made.at(b));
            if (!diff)
                qFatal("%s", diff.error().toString().c_str());
            return *diff;
        };
        const std::map<std::string, std::string> since3 = {{"version", "3 5"},
                                                           {"rounding", "\"nearest\" \"quick\""},
                                                           {"operators", "\"version_3\" \"measured\""},
                                                           {"keep_isolated", "false true"},
                                                           {"shield_float", "false true"}};
        auto since2 = since3;
        since2["version"] = "2 5";
        since2["correct_bias"] = "false true";
        since2["bias_method"] = "\"layers\" \"means\"";
        QCOMPARE(settingsOf(compared(3, 5).diff, "quantize.int8"), since3);
        QCOMPARE(settingsOf(compared(2, 5).diff, "quantize.int8"), since2);
        QVERIFY(compared(2, 5).sameSource());
        const auto between = settingsOf(compared(2, 3).diff, "quantize.int8");
        QCOMPARE(between.size(), std::size_t(3)); // version, correct_bias, bias_method
        QCOMPARE(between.at("correct_bias"), std::string("false true"));
        QVERIFY(compared(5, 5).diff.identical());
        const auto text = compared(2, 5).diff.toText();
        QVERIFY2(text.find("correct_bias false → true") != std::string::npos, text.c_str());
    }
};

QTEST_GUILESS_MAIN(PassVersionsTest)
#include "tst_passversions.moc"
