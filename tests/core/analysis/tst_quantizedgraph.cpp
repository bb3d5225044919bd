// SPDX-License-Identifier: GPL-3.0-or-later
// Models that someone quantized already are recognised by the operator table and by their weights.
#include "analysis/quantizedgraph.h"
#include "graph/operatortraits.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

Q_DECLARE_METATYPE(const OperatorTraits*)

namespace {

/// A float product, then the operator.
ModelPtr modelWith(const OperatorTraits& traits) {
    ModelBuilder b;
    b.input("x", {1, 4}).init("w", {4, 4}, 1).node("MatMul", {"x", "w"}, {"p"}, {}, "product");
    b.node(std::string(traits.opType), {"p"}, {"y"}, {}, "suspect", std::string(traits.domain));
    return b.output("y").build();
}

TensorPtr codes(DataType type, std::size_t bytes) {
    return makeTensor(type, {4, 4}, Blob(std::vector<std::byte>(bytes, std::byte(3))));
}

/// A product whose weight `op` makes out of stored codes.
ModelPtr weightFrom(TensorPtr stored, const std::string& op, std::vector<Attribute> attributes,
                    const std::vector<std::string>& more = {}) {
    ModelBuilder b;
    b.input("x", {1, 4}).init("c", std::move(stored)).init("scale", makeScalar(0.5f)).init("book", {16}, 3);
    std::vector<std::string> inputs = {"c"};
    if (op == "Gather")
        inputs = {"book", "c"};
    inputs.insert(inputs.end(), more.begin(), more.end());
    b.node(op, inputs, {"n"}, std::move(attributes)).node("Mul", {"n", "scale"}, {"w"});
    return b.node("MatMul", {"x", "w"}, {"y"}, {}, "product").output("y").build();
}

ModelPtr inSubgraph(const char* op) {
    const auto branch = [&](const char* inner) {
        ModelBuilder b(17, "branch");
        b.outer("x").outer("s").node(inner, {"x", "s"}, {"r"}, {}, "inner");
        return b.output("r").buildGraph();
    };
    ModelBuilder b;
    b.input("x", {1, 4}).input("c", DataType::Bool, {}).init("s", makeScalar(0.1f));
    b.node("If", {"c"}, {"y"}, {attr("then_branch", branch("Mul")), attr("else_branch", branch(op))}, "choice");
    return b.output("y").build();
}

ModelPtr inFunction(const char* op) {
    Function function;
    function.name = "Block";
    function.domain = "com.example";
    ModelBuilder body(17, "Block");
    function.body = body.input("u", {1, 4}).node(op, {"u"}, {"v"}, {}, "inner").output("v").buildGraph();
    ModelBuilder b;
    b.opset("com.example", 1).input("x", {1, 4}).node("Block", {"x"}, {"y"}, {}, "first", "com.example");
    b.node("Block", {"y"}, {"z"}, {}, "second", "com.example");
    Model model = *b.output("z").build();
    model.functions = {std::make_shared<Function>(std::move(function))};
    return std::make_shared<Model>(std::move(model));
}

void refused(const ModelPtr& model, const char* place, const char* reason) {
    const Status status = refuseQuantized(*model);
    QVERIFY(!status);
    QCOMPARE(status.error().code, std::string("pass.already_quantized"));
    QCOMPARE(status.error().place.node, std::string(place));
    QVERIFY2(status.error().message.find(reason) != std::string::npos, status.error().message.c_str());
    QVERIFY(!status.error().hint.empty());
}

} // namespace

class TestQuantizedGraph : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void everyOperator_data() {
        QTest::addColumn<const OperatorTraits*>("traits");
        for (const OperatorTraits& traits : operatorTable())
            QTest::addRow("%s %s", std::string(traits.domain).c_str(), std::string(traits.opType).c_str()) << &traits;
    }
    void everyOperator() {
        QFETCH(const OperatorTraits*, traits);
        const bool speaks = traits->category == OperatorCategory::Quantization || traits->integerKernel;
        QVERIFY(!speaks || traits->held != HeldQuantized::No);
        if (traits->held == HeldQuantized::No) {
            LAPIDARY_VERIFY_OK(refuseQuantized(*modelWith(*traits)));
            return;
        }
        refused(modelWith(*traits), "suspect", std::string(traits->opType).c_str());
    }

    /// What 8-bit and low-bit models are really made of.
    void kinds_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QString>("domain");
        QTest::addColumn<QString>("reason");
        const auto kind = [](const char* op, const char* domain, const char* reason) {
            QTest::addRow("%s %s", domain, op) << op << domain << reason;
        };
        kind("QuantizeLinear", "", "converts between floats and integers");
        kind("DequantizeLinear", "com.microsoft", "converts between floats and integers");
        kind("QLinearConv", "", "computes on integers");
        kind("MatMulInteger", "", "computes on integers");
        kind("QGemm", "com.microsoft", "computes on integers");
        kind("QAttention", "com.microsoft", "computes on integers");
        kind("DynamicQuantizeLinear", "", "while it runs");
        kind("DynamicQuantizeMatMul", "com.microsoft", "while it runs");
        kind("MatMulNBits", "com.microsoft", "packed weights");
        kind("QMoE", "com.microsoft", "packed weights");
        kind("GatherBlockQuantized", "com.microsoft", "packed weights");
    }
    void kinds() {
        QFETCH(QString, op);
        QFETCH(QString, domain);
        QFETCH(QString, reason);
        const OperatorTraits* traits = traitsOf(op.toStdString(), domain.toStdString());
        QVERIFY(traits);
        refused(modelWith(*traits), "suspect", qPrintable(reason));
    }

    void weightsStoredAsIntegers() {
        const char* reason = "stored as whole numbers";
        refused(weightFrom(codes(DataType::UInt8, 16), "Cast", {attr("to", 1)}), "product", reason);
        refused(weightFrom(codes(DataType::Int8, 16), "Cast", {attr("to", 1)}), "product", reason);
        refused(weightFrom(codes(DataType::UInt4, 8), "Cast", {attr("to", 1)}), "product", reason);
        refused(weightFrom(codes(DataType::UInt8, 16), "Gather", {}), "product", reason);
        QVERIFY(!refuseQuantized(*weightFrom(codes(DataType::UInt8, 16), "DequantizeLinear", {}, {"scale"})));
    }

    /// Shapes and positions are whole numbers too.
    void floatWeightsWithWholeNumbersAreNot() {
        ModelBuilder b;
        b.input("x", {1, 4}).init("f", {16}, 1).init("s", {2}, std::vector<std::int64_t>{4, 4});
        b.node("Reshape", {"f", "s"}, {"w"}).node("MatMul", {"x", "w"}, {"y"}).output("y");
        LAPIDARY_VERIFY_OK(refuseQuantized(*b.build()));
        // And data of 8 bits that is no weight (an image).
        ModelBuilder image;
        image.input("x", DataType::UInt8, {1, 4}).node("Cast", {"x"}, {"f"}, {attr("to", 1)}).init("w", {4, 4}, 1);
        LAPIDARY_VERIFY_OK(refuseQuantized(*image.node("MatMul", {"f", "w"}, {"y"}).output("y").build()));
    }

    void insideSubgraphsAndFunctions() {
        refused(inSubgraph("DequantizeLinear"), "choice", "'inner' (DequantizeLinear)");
        LAPIDARY_VERIFY_OK(refuseQuantized(*inSubgraph("Add")));
        refused(inFunction("DynamicQuantizeLinear"), "first", "'inner' (DynamicQuantizeLinear)");
        LAPIDARY_VERIFY_OK(refuseQuantized(*inFunction("Relu")));
    }
};

QTEST_GUILESS_MAIN(TestQuantizedGraph)
#include "tst_quantizedgraph.moc"
