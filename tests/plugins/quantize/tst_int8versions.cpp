// SPDX-License-Identifier: GPL-3.0-or-later
// What recipes of earlier versions of quantize.int8 get from today's: the operators and defaults of their time.
#include "graph/operatortraits.h"
#include "int8fixture.h"
#include "int8options.h"
#include "operatormodels.h"
#include "pass/passregistry.h"

#include <set>

using namespace lapidary;
using namespace lapidary::test::int8;

namespace {

const Shape smallShape = {1, 3, 6, 6};

/// As the operator table of version 3 had them.
const std::set<std::string> operatorsOfVersion3 = {"Conv",
                                                   "Gemm",
                                                   "MatMul",
                                                   "LeakyRelu",
                                                   "Sigmoid",
                                                   "Softmax",
                                                   "Add",
                                                   "Mul",
                                                   "Where",
                                                   "Concat",
                                                   "GlobalAveragePool",
                                                   "MaxPool",
                                                   "ReduceMax",
                                                   "ReduceMin",
                                                   "ArgMax",
                                                   "Reshape",
                                                   "Flatten",
                                                   "Squeeze",
                                                   "Unsqueeze",
                                                   "Transpose",
                                                   "Expand",
                                                   "AveragePool",
                                                   "Split",
                                                   "Slice",
                                                   "Gather",
                                                   "GatherElements",
                                                   "Tile",
                                                   "Resize",
                                                   "Pad",
                                                   "DepthToSpace"};

Result<PassInput> inputOfVersion(const ModelPtr& model, int version, ParamSet params) {
    PassRegistry passes;
    if (auto status = passes.add(std::make_shared<Int8Pass>()); !status)
        return status.error();
    RecipeStep step;
    step.pass = "quantize.int8";
    step.version = version;
    step.params = std::move(params);
    return prepareStep(model, *inferOnnxShapes(*model), step, 0, passes);
}

std::string bytesOf(const PassOutcome& outcome) {
    const auto bytes = serializeOnnx(*outcome.model);
    return bytes ? *bytes : bytes.error().toString();
}

const OperatorModel* modelOf(const std::vector<OperatorModel>& models, const std::string& op, const std::string& what) {
    for (const OperatorModel& model : models)
        if (model.op == op && (what.empty() || model.what == what))
            return &model;
    return nullptr;
}

std::string typeBefore(const Model& model, const Node& node) {
    const Node* producer = model.graph->producer(node.input(0));
    return producer ? producer->opType : std::string();
}

/// Between a DequantizeLinear and a QuantizeLinear of one scale, as a kernel that moves bytes is written.
bool hasEqualPairs(const Model& model, const Node& node) {
    const Graph& graph = *model.graph;
    const Node* before = graph.producer(node.input(0));
    const auto uses = graph.uses(node.output());
    const Node* behind = uses.empty() ? nullptr : graph.node(uses.front().node);
    return before && before->is("DequantizeLinear") && behind && behind->is("QuantizeLinear") &&
           before->inputs[1] == behind->inputs[1];
}

} // namespace

class TestInt8Versions : public test::TestCase {
    Q_OBJECT

private Q_SLOTS:
    /// A claim that is added or taken back changes the bytes of old recipes unless quantizedBefore stays as it was.
    void theTableOfVersion3Stays() {
        std::set<std::string> names;
        for (const OperatorTraits& traits : operatorTable())
            if (traits.quantizedBefore != QuantizedKernel::None)
                names.insert(std::string(traits.opType));
        QVERIFY(names == operatorsOfVersion3);
    }

    void operatorsOfTheirTime_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QString>("what");
        QTest::addColumn<bool>("before"); // in 8 bits in version 3
        QTest::addColumn<bool>("now");
        for (const char* op : {"SpaceToDepth", "GatherND", "Compress", "ReverseSequence", "Identity", "ArgMin"})
            QTest::newRow(op) << op << "" << false << true;
        QTest::newRow("TopK") << "TopK"
                              << "values" << false << true;
        for (const char* mode : {"linear", "cubic"})
            QTest::addRow("Resize %s", mode) << "Resize" << mode << true << false;
        for (const char* op : {"Slice", "Resize"})
            QTest::newRow(op) << op << "" << true << true;
    }
    void operatorsOfTheirTime() {
        QFETCH(QString, op);
        QFETCH(QString, what);
        QFETCH(bool, before);
        QFETCH(bool, now);
        auto models = integerOperatorModels();
        std::ranges::move(floatOperatorModels(), std::back_inserter(models));
        const OperatorModel* between = modelOf(models, op.toStdString(), what.toStdString());
        QVERIFY(between);
        const ModelPtr model = modelWith(*between);
        const NodeId probe = model->graph->findNode("probe")->id;
        const DatasetPtr data = images(smallShape);
        std::map<int, std::string> bytes;
        for (const int version : {2, 3, 4}) {
            auto input = inputOfVersion(model, version, {{"reduce_range", "off"}});
            LAPIDARY_VERIFY_OK(input);
            auto outcome = quantize(*input, data);
            LAPIDARY_VERIFY_OK(outcome);
            bytes[version] = bytesOf(*outcome);
            const Node& node = *outcome->model->graph->node(probe);
            const bool in8Bits =
                typeBefore(*outcome->model, node) == "QuantizeLinear" || hasEqualPairs(*outcome->model, node);
            QCOMPARE(in8Bits, version == 4 ? now : before);
            if (op != "ArgMin") // gives positions, so nobody asks why it is in float
                QCOMPARE(std::ranges::none_of(outcome->fenced, [&](const auto& f) { return f.node == probe; }),
                         in8Bits);
            // The preview of that time's choice is as exact as any.
            const auto preview = Int8Pass().preview(*input);
            LAPIDARY_VERIFY_OK(preview);
            QCOMPARE(preview->after.bytes, totalsOf(*outcome->model, *inferOnnxShapes(*outcome->model)).bytes);
        }
        QVERIFY(bytes[2] != bytes[3]); // biases
        const ParamSet spelled = {{"reduce_range", "off"},
                                  {"operators", "version_3"},
                                  {"shield_float", false},
                                  {"keep_isolated", false},
                                  {"rounding", "nearest"}};
        auto today = quantize(inputFor(model, spelled), data);
        LAPIDARY_VERIFY_OK(today);
        QVERIFY(bytesOf(*today) == bytes[3]);
        QCOMPARE(bytes[3] == bytes[4], before == now);
        // In integer form, too, the network still computes.
        auto input = inputOfVersion(model, 3, {{"reduce_range", "off"}, {"format", "qoperator"}});
        auto outcome = quantize(*input, data);
        LAPIDARY_VERIFY_OK(outcome);
        if (what != "cubic") // overflows, which is why it was taken back
            QVERIFY(sqnr(*outcome->model, *model, *data) > 20);
    }

    /// With 16-bit activations what moves values stood on integers up to version 3.
    void wideActivationsOfTheirTime() {
        const ModelPtr model = modelWith(*modelOf(integerOperatorModels(), "Slice", ""));
        const NodeId probe = model->graph->findNode("probe")->id;
        const DatasetPtr data = images(smallShape);
        for (const int version : {3, 4}) {
            auto input = inputOfVersion(model, version, {{"activations", "uint16"}, {"check_kernels", false}});
            LAPIDARY_VERIFY_OK(input);
            auto outcome = quantize(*input, data);
            LAPIDARY_VERIFY_OK(outcome);
            QCOMPARE(typeBefore(*outcome->model, *outcome->model->graph->node(probe)),
                     std::string(version == 3 ? "QuantizeLinear" : "DequantizeLinear"));
        }
    }

    /// What "reduce_range" auto does depends on the processor it is done for, whatever this one is.
    void automaticRange_data() {
        QTest::addColumn<bool>("saturates");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<int>("largest");
        QTest::newRow("no VNNI") << true << ""
                                 << "" << 64;
        QTest::newRow("VNNI") << false << ""
                              << "" << 127;
        QTest::newRow("no VNNI, unsigned weights") << true << "weights"
                                                   << "uint8" << 127;
        QTest::newRow("no VNNI, 16-bit activations") << true << "activations"
                                                     << "uint16" << 127;
        QTest::newRow("no VNNI, told not to") << true << "reduce_range"
                                              << "off" << 127;
        QTest::newRow("VNNI, told to") << false << "reduce_range"
                                       << "on" << 64;
    }
    void automaticRange() {
        QFETCH(bool, saturates);
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(int, largest);
        const ModelPtr model = network().build();
        ParamSet params = {{"check_kernels", false}};
        if (!key.isEmpty())
            params[key.toStdString()] = value.toStdString();
        const PassInput input = inputFor(model, params);
        const auto options = Int8Options::from(input, saturates);
        LAPIDARY_VERIFY_OK(options);
        QCOMPARE(options->weightLimit, largest);
        const auto noted = [](const Diagnostics& notes) {
            return std::ranges::any_of(notes, [](const auto& note) { return note.code == "quantize.reduced_range"; });
        };
        const bool automatic = key != "reduce_range" && largest == 64;
        QCOMPARE(noted(options->notes), automatic);
        const auto calibrator = makeCalibrator(images());
        PassContext context;
        context.calibration = calibrator.get();
        auto outcome = Int8Pass(saturates).run(input, context);
        LAPIDARY_VERIFY_OK(outcome);
        const Graph& graph = *outcome->model->graph;
        for (const char* name : {"w1", "w2", "w3", "w4", "w5", "w6", "w7"}) {
            const auto at = [&](const char* suffix) {
                return graph.findValue(std::string(name) + suffix)->initializer;
            };
            const std::int64_t zero = (*toIntegers(*at("_zero_point")))[0];
            std::int64_t most = 0;
            for (const std::int64_t integer : *toIntegers(*at("_quantized")))
                most = std::max(most, std::abs(integer - zero));
            QCOMPARE(most, std::int64_t(largest)); // the largest weight of a channel takes the last integer
        }
        const auto preview = Int8Pass(saturates).preview(input);
        LAPIDARY_VERIFY_OK(preview);
        QCOMPARE(noted(preview->notes), automatic);
    }
};

QTEST_GUILESS_MAIN(TestInt8Versions)
#include "tst_int8versions.moc"
