// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/departure.h"

#include "device/graphports.h"
#include "eval/evaluator.h"
#include "graph/grapheditor.h"
#include "tests/core/eval/memorydataset.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// Runs models on this computer, but one of its nodes computes with weights that are a little off.
class OffDevice final : public Device {
public:
    explicit OffDevice(std::string wrongWeight = {}, float factor = 1.1f)
        : m_wrong(std::move(wrongWeight)), m_factor(factor) {}

    DeviceInfo info() const override { return {"off", "Off", "agent", DeviceState::Ready, {}, {}}; }
    Result<Profile> profile(const Model&, const ProfileOptions&, const Work&) override {
        Profile profile;
        for (int i = 0; i < 12; ++i)
            profile.nodes.push_back(
                {"conv" + std::to_string(i), "Conv", 1, 0.1, "Conv+Relu", m_wrong.empty() ? "float" : "int8"});
        return profile;
    }
    Result<std::unique_ptr<InferenceSession>> openModel(const Model& model, int, const Work&) override {
        ++opened;
        outputs = std::max(outputs, model.graph->outputs().size());
        return openSession(off(model), {});
    }

    int opened = 0;
    std::size_t outputs = 0;

private:
    Model off(const Model& model) const {
        const auto* weight = model.graph->findValue(m_wrong);
        if (!weight)
            return model;
        auto values = *toFloats(*weight->initializer);
        for (auto& value : values)
            value *= m_factor;
        GraphEditor editor(model.graph);
        editor.setInitializer(weight->id, makeTensor(weight->initializer->shape, std::move(values)));
        auto changed = editor.finish();
        if (!changed)
            qFatal("%s", changed.error().toString().c_str());
        return *withGraph(model, std::move(*changed));
    }

    std::string m_wrong;
    float m_factor;
};

/// Convolutions in a row with a shortcut around every other one.
AnalysedModelPtr network(int layers) {
    ModelBuilder b;
    b.input("x", {1, 4, 6, 6});
    std::string last = "x";
    for (int i = 0; i < layers; ++i) {
        const auto n = std::to_string(i);
        b.init("w" + n, {4, 4, 3, 3}, i + 1);
        b.node("Conv", {last, "w" + n}, {"sum" + n}, {attr("pads", {1, 1, 1, 1})}, "conv" + n);
        b.node("Relu", {"sum" + n}, {"act" + n}, {}, "relu" + n);
        if (i % 2 == 1) {
            b.node("Add", {"act" + n, last}, {"joined" + n}, {}, "add" + n);
            last = "joined" + n;
        } else {
            last = "act" + n;
        }
    }
    auto analysed = Engine::analyse(b.output(last).build());
    if (!analysed)
        qFatal("%s", analysed.error().toString().c_str());
    return *analysed;
}

MemoryDataset someData() {
    std::vector<std::vector<float>> samples;
    for (int i = 0; i < 6; ++i)
        samples.push_back(randomFloats(4 * 6 * 6, 100 + std::uint64_t(i)));
    return {{4, 6, 6}, samples};
}

} // namespace

class DepartureTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void agrees() {
        const auto model = network(6);
        OffDevice there, here;
        const auto found = findDeparture(*model, someData(), there, here, {}, {});
        LAPIDARY_VERIFY_OK(found);
        QVERIFY(!found->departs);
        QVERIFY(!found->first);
        QCOMPARE(found->compared, std::size_t(1));
        QVERIFY(std::isinf(found->outputSqnrDb));
        QVERIFY2(found->verdict.find("agrees") == 0, found->verdict.c_str());
    }

    void findsTheLayer_data() {
        QTest::addColumn<int>("layer");
        for (const int layer : {0, 1, 4, 7, 11})
            QTest::addRow("%d", layer) << layer;
    }
    void findsTheLayer() {
        QFETCH(int, layer);
        const auto model = network(12);
        OffDevice there("w" + std::to_string(layer)), here;
        DepartureOptions options;
        options.probes = 3;
        const auto found = findDeparture(*model, someData(), there, here, options, {});
        LAPIDARY_VERIFY_OK(found);
        QVERIFY(found->departs);
        QCOMPARE(found->first->node, "conv" + std::to_string(layer));
        // A factor of 1.1 is 20 dB; by the naive definition, not by the code under test.
        QVERIFY2(std::abs(found->first->sqnrDb - 20) < 0.1, std::to_string(found->first->sqnrDb).c_str());
        QVERIFY(found->first->cosine > 0.999999);
        QCOMPARE(found->first->therePrecision, std::string("int8"));
        QCOMPARE(found->first->herePrecision, std::string("float"));
        QCOMPARE(found->before.has_value(), layer > 0);
        QVERIFY(!found->before || std::isinf(found->before->sqnrDb));
        QVERIFY2(there.outputs <= 3, "no more values at a time than allowed");
        QVERIFY2(found->compared <= 18, qPrintable(QString::number(found->compared)));
        QCOMPARE(found->candidates, std::size_t(30));
        QCOMPARE(found->samples, std::size_t(4));
        const auto json = found->toJson();
        QCOMPARE(json["first"]["node"].toString(), "conv" + std::to_string(layer));
    }

    void tolerance() {
        const auto model = network(4);
        OffDevice there("w2", 1.0001f), here;
        DepartureOptions options;
        const auto close = findDeparture(*model, someData(), there, here, options, {});
        LAPIDARY_VERIFY_OK(close);
        QVERIFY(!close->departs);
        options.toleranceDb = 100;
        const auto strict = findDeparture(*model, someData(), there, here, options, {});
        LAPIDARY_VERIFY_OK(strict);
        QCOMPARE(strict->first->node, std::string("conv2"));
    }

    void numbersThatAreNone() {
        const auto model = network(3);
        OffDevice there("w1", std::numeric_limits<float>::quiet_NaN()), here;
        const auto found = findDeparture(*model, someData(), there, here, {}, {});
        LAPIDARY_VERIFY_OK(found);
        QVERIFY(found->departs);
        QCOMPARE(found->first->node, std::string("conv1"));
    }

    void cancelled() {
        std::stop_source stop;
        stop.request_stop();
        OffDevice there("w1"), here;
        const auto found = findDeparture(*network(3), someData(), there, here, {}, {stop.get_token(), {}});
        QVERIFY(!found.ok() && isCancelled(found.error()));
    }

    void twoInputs() {
        ModelBuilder b;
        b.input("x", {1, 4}).input("y", {1, 4}).node("Add", {"x", "y"}, {"z"}).output("z");
        const auto model = Engine::analyse(b.build());
        LAPIDARY_VERIFY_OK(model);
        OffDevice there, here;
        const auto found = findDeparture(**model, MemoryDataset({4}, {{1, 2, 3, 4}}), there, here, {}, {});
        QVERIFY(!found.ok());
        QCOMPARE(found.error().code, std::string("departure.input"));
    }
};

QTEST_APPLESS_MAIN(DepartureTest)
#include "tst_departure.moc"
