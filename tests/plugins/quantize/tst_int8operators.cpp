// SPDX-License-Identifier: GPL-3.0-or-later
// What the operator table claims about 8 bits, against what ONNX Runtime really runs.
#include "eval/usedkernels.h"
#include "graph/operatortraits.h"
#include "int8fixture.h"
#include "operatormodels.h"

#include <set>

using namespace lapidary;
using namespace lapidary::test::int8;

namespace {

const Shape smallShape = {1, 3, 6, 6};

/// Of the standard: what the table says has a kernel in 8 bits.
bool claims8Bits(const OperatorTraits& traits) {
    return traits.domain.empty() && traits.quantized != QuantizedKernel::None;
}

/// Of the standard: operators of vision networks for which a reader of the report wants to know that they run in float.
bool isOfInterest(const OperatorTraits& traits) {
    static const std::set<std::string_view> notOneInOneOut = {"MaxRoiPool", "MaxUnpool", "RoiAlign",
                                                              "SimplifiedLayerNormalization"};
    const bool category = traits.category == OperatorCategory::Activation ||
                          traits.category == OperatorCategory::Pool ||
                          traits.category == OperatorCategory::Normalization;
    return traits.domain.empty() && category && traits.quantized == QuantizedKernel::None &&
           !traits.absorbedByQuantize && notOneInOneOut.count(traits.opType) == 0;
}

std::set<std::string> operatorsOf(const std::vector<OperatorModel>& models) {
    std::set<std::string> names;
    for (const OperatorModel& model : models)
        names.insert(model.op);
    return names;
}

const Node* probe(const Model& model) {
    const Node* node = model.graph->findNode("probe");
    if (!node)
        qFatal("the model has no node \"probe\"");
    return node;
}

std::string rowsText(const PassOutcome& outcome) {
    std::string text;
    for (const LayerReport& row : outcome.layers)
        text += row.node + " (" + row.opType + "): " + row.what + "\n";
    return text;
}

std::string whatOf(const PassOutcome& outcome, const std::string& node) {
    for (const LayerReport& row : outcome.layers)
        if (row.node == node)
            return row.what;
    return {};
}

} // namespace

class TestInt8Operators : public test::TestCase {
    Q_OBJECT

    void exactTotals(const PassInput& input, const PassOutcome& outcome) {
        auto preview = Int8Pass().preview(input);
        LAPIDARY_VERIFY_OK(preview);
        const ModelTotals real = totalsOf(*outcome.model, *inferOnnxShapes(*outcome.model));
        QCOMPARE(preview->after.bytes, real.bytes);
        QCOMPARE(preview->after.parameters, real.parameters);
    }

private Q_SLOTS:
    /// A row that claims 8 bits without a model to prove it fails here, and so does a model that contradicts its row.
    void everyClaimHasAModel() {
        const auto integer = operatorsOf(integerOperatorModels()), floats = operatorsOf(floatOperatorModels());
        for (const OperatorTraits& traits : operatorTable()) {
            const std::string name(traits.opType);
            if (claims8Bits(traits))
                QVERIFY2(integer.count(name) > 0, name.c_str());
            if (isOfInterest(traits))
                QVERIFY2(floats.count(name) > 0, name.c_str());
        }
        for (const OperatorModel& model : integerOperatorModels())
            QVERIFY2(claims8Bits(*traitsOf(*probe(*modelWith(model)))), model.op.c_str());
        for (const OperatorModel& model : floatOperatorModels())
            QVERIFY2(!claims8Bits(*traitsOf(*probe(*modelWith(model)))), model.op.c_str());
    }

    void claimedKernelsRunOnIntegers_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("activations");
        const auto models = integerOperatorModels();
        for (std::size_t i = 0; i < models.size(); ++i)
            for (const char* format : {"qdq", "qoperator"})
                for (const char* type : {"uint8", "int8"})
                    QTest::addRow("%s %s %s %s", models[i].op.c_str(), models[i].what.c_str(), format, type)
                        << int(i) << format << type;
    }
    void claimedKernelsRunOnIntegers() {
        QFETCH(int, index);
        QFETCH(QString, format);
        QFETCH(QString, activations);
        const OperatorModel between = integerOperatorModels()[std::size_t(index)];
        const ModelPtr model = modelWith(between);
        const PassInput input = inputFor(model, {{"format", format.toStdString()},
                                                 {"activations", activations.toStdString()},
                                                 {"nonlinear", true},
                                                 {"reduce_range", "off"}});
        const DatasetPtr data = images(smallShape);
        auto outcome = quantize(input, data);
        LAPIDARY_VERIFY_OK(outcome);
        const std::string rows = rowsText(*outcome);
        const std::string what = whatOf(*outcome, "probe");
        // On x86 ONNX Runtime fuses pairs of signed activations only where it can make them unsigned: where a value has
        // one reader. The report has to say so.
        const bool mayStayFloat = activations == "int8" && format == "qdq";
        if (mayStayFloat && what.starts_with("stayed float: ONNX Runtime ran it as"))
            return checkFloat(input, *outcome, *data, between);
        QVERIFY2(what.starts_with("ran int8") || (between.vanishes && what.ends_with("no kernel of its own")),
                 rows.c_str());
        for (const char* layer : {"one", "two", "three", "four"})
            QVERIFY2(mayStayFloat || whatOf(*outcome, layer).starts_with("ran int8"), rows.c_str());
        const auto used = findUsedKernels(*outcome->model, *data, 1, {});
        LAPIDARY_VERIFY_OK(used);
        const auto kernel = used->find(probe(*model)->id);
        QVERIFY(between.vanishes || kernel != used->end());
        std::vector<std::string> types = {activations.toStdString()};
        if (mayStayFloat)
            types.push_back("uint8");
        if (kernel != used->end())
            checkKernel(*traitsOf(*probe(*model)), kernel->second, types);
        const double db = sqnr(*outcome->model, *model, *data);
        QVERIFY2(db > between.sqnrDb, std::to_string(db).c_str());
        exactTotals(input, *outcome);
    }

    void floatOperatorsSayFloat_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("format");
        const auto models = floatOperatorModels();
        for (std::size_t i = 0; i < models.size(); ++i)
            for (const char* format : {"qdq", "qoperator"})
                QTest::addRow("%s %s %s", models[i].op.c_str(), models[i].what.c_str(), format) << int(i) << format;
    }
    void floatOperatorsSayFloat() {
        QFETCH(int, index);
        QFETCH(QString, format);
        const OperatorModel between = floatOperatorModels()[std::size_t(index)];
        const ModelPtr model = modelWith(between);
        const PassInput input = inputFor(model, {{"format", format.toStdString()}, {"reduce_range", "off"}});
        const DatasetPtr data = images(smallShape);
        auto outcome = quantize(input, data);
        LAPIDARY_VERIFY_OK(outcome);
        const std::string rows = rowsText(*outcome);
        QVERIFY2(whatOf(*outcome, "probe").starts_with("stayed float: "), rows.c_str());
        for (const char* layer : {"one", "two", "three", "four"})
            QVERIFY2(whatOf(*outcome, layer).starts_with("ran int8"), rows.c_str());
        checkFloat(input, *outcome, *data, between);
    }

    /// A layer in float between 8-bit layers: ONNX Runtime would round its weights, all with one scale.
    void floatLayersStayFloat_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QString>("behind");
        QTest::addColumn<QString>("format");
        for (const char* format : {"qdq", "qoperator"}) {
            for (const char* op : {"Conv", "ConvTranspose", "Gemm", "MatMul"})
                for (const char* behind : {"", "Relu", "Clip", "Add"})
                    QTest::addRow("%s %s %s", op, behind, format) << op << behind << format;
            // ONNX Runtime fuses these into a Gemm, whichever side the constant is on and whatever the axes.
            for (const char* behind : {"Add left", "Add shared", "Add Relu", "Add 3"})
                QTest::addRow("MatMul %s %s", behind, format) << "MatMul" << behind << format;
        }
    }
    void floatLayersStayFloat() {
        QFETCH(QString, op);
        QFETCH(QString, behind);
        QFETCH(QString, format);
        const ModelPtr model = cancelling(op.toStdString(), behind.toStdString());
        const DatasetPtr data = images(smallShape);
        const PassInput input =
            inputFor(model, {{"format", format.toStdString()}, {"exclude", "probe"}, {"reduce_range", "off"}});
        auto outcome = quantize(input, data);
        LAPIDARY_VERIFY_OK(outcome);
        const auto used = findUsedKernels(*outcome->model, *data, 1, {});
        LAPIDARY_VERIFY_OK(used);
        for (const auto& [id, kernel] : *used)
            if (id == probe(*model)->id)
                QVERIFY2(kernel.outputType == "float",
                         (kernel.opType + " " + kernel.inputType + " -> " + kernel.outputType).c_str());
        const double db = sqnr(*outcome->model, *model, *data);
        QVERIFY2(db > 24, std::to_string(db).c_str());
        exactTotals(input, *outcome);
        // What hides the layer changes nothing.
        auto bare = quantize(inputFor(model, {{"format", format.toStdString()},
                                              {"exclude", "probe"},
                                              {"reduce_range", "off"},
                                              {"shield_float", false}}),
                             data);
        LAPIDARY_VERIFY_OK(bare);
        QCOMPARE(unoptimized(*outcome->model, *data), unoptimized(*bare->model, *data));
    }

private:
    /// The probe's large weights cancel out, so that one scale for all of them leaves nothing.
    static ModelPtr cancelling(const std::string& op, const std::string& behind) {
        test::ModelBuilder b(13);
        b.input("x", smallShape);
        std::vector<float> twin = test::randomFloats(24, 1), weight = test::randomFloats(64, 2, 0.5f);
        std::copy_n(twin.begin(), 3, twin.begin() + 3);
        const bool channelsLast = op == "Gemm" || op == "MatMul" || op == "ConvTranspose";
        for (std::size_t o = 0; o < 8; ++o) {
            weight[channelsLast ? o : 8 * o] += 500;
            weight[channelsLast ? 8 + o : 8 * o + 1] -= 500;
        }
        b.init("w1", {8, 3, 1, 1}, twin).node("Conv", {"x", "w1"}, {"a"}, {}, "one");
        const bool product = op == "Gemm" || op == "MatMul";
        const bool three = behind == "Add 3";
        b.init("w", product ? Shape{8, 8} : Shape{8, 8, 1, 1}, weight).init("v", {8}, 4);
        const std::vector<std::int64_t> flat =
            three ? std::vector<std::int64_t>{1, 36, 8} : std::vector<std::int64_t>{36, 8};
        b.init("flat", {std::int64_t(flat.size())}, flat).init("back", {4}, std::vector<std::int64_t>{1, 8, 6, 6});
        if (product)
            b.node("Transpose", {"a"}, {"t"}, {test::attr("perm", {0, 2, 3, 1})}).node("Reshape", {"t", "flat"}, {"f"});
        const std::string from = product ? "f" : "a", to = behind.empty() ? "m" : "p";
        const bool bias = op != "MatMul";
        b.node(op, bias ? std::vector<std::string>{from, "w", "v"} : std::vector<std::string>{from, "w"}, {to}, {},
               "probe");
        b.init("zero", makeScalar(0.0f)).init("six", makeScalar(6.0f));
        if (behind == "Relu")
            b.node("Relu", {"p"}, {"m"});
        if (behind == "Clip")
            b.node("Clip", {"p", "zero", "six"}, {"m"});
        if (behind.starts_with("Add")) {
            using Names = std::vector<std::string>;
            const std::string sum = behind == "Add Relu" ? "s" : "m";
            b.init("u", product ? Shape{8} : Shape{8, 1, 1}, 5);
            b.node("Add", behind == "Add left" ? Names{"u", "p"} : Names{"p", "u"}, {sum});
            if (sum == "s")
                b.node("Relu", {"s"}, {"m"});
            if (behind == "Add shared")
                b.node("Tanh", {"u"}, {"z"}).output("z");
        }
        if (product)
            b.node("Reshape", {"m", "back"}, {"r"});
        b.init("w3", {4, 8, 1, 1}, 3).node("Conv", {product ? "r" : "m", "w3"}, {"y"}, {}, "three").output("y");
        return b.build();
    }

    static std::vector<float> unoptimized(const Model& model, const Dataset& data) {
        SessionOptions options;
        options.optimization = GraphOptimization::None;
        auto session = openSession(model, options);
        if (!session)
            qFatal("%s", session.error().toString().c_str());
        const auto outputs = (*session)->run({data.batch(0, 1, {})->input});
        if (!outputs)
            qFatal("%s", outputs.error().toString().c_str());
        return *toFloats(*outputs->front());
    }

    /// The probe really ran in float, and the rest does what it did.
    void checkFloat(const PassInput& input, const PassOutcome& outcome, const Dataset& data,
                    const OperatorModel& between) {
        const auto used = findUsedKernels(*outcome.model, data, 1, {});
        LAPIDARY_VERIFY_OK(used);
        if (const auto kernel = used->find(probe(*input.model)->id); kernel != used->end())
            QCOMPARE(kernel->second.outputType, std::string("float"));
        const double db = sqnr(*outcome.model, *input.model, data);
        QVERIFY2(db > between.sqnrDb, std::to_string(db).c_str());
        exactTotals(input, outcome);
    }

    /// The integer form by name where the table gives one; else the operator itself, reading (and making) such
    /// integers.
    void checkKernel(const OperatorTraits& traits, const UsedKernel& kernel, const std::vector<std::string>& types) {
        const std::string seen = kernel.opType + " " + kernel.inputType + " -> " + kernel.outputType;
        const auto narrow = [&](const std::string& type) { return std::ranges::find(types, type) != types.end(); };
        if (traits.quantized == QuantizedKernel::Integer) {
            QVERIFY2(kernel.opType.find(traits.integerOp) != std::string::npos, seen.c_str());
            QVERIFY2(narrow(kernel.outputType), seen.c_str());
            return;
        }
        QVERIFY2(narrow(kernel.inputType), seen.c_str());
        QVERIFY2(traits.indexOutput == 0 ? kernel.outputType == "int64" : narrow(kernel.outputType), seen.c_str());
    }
};

QTEST_GUILESS_MAIN(TestInt8Operators)
#include "tst_int8operators.moc"
