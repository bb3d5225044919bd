// SPDX-License-Identifier: GPL-3.0-or-later
// Constant folding, shape cleaning, nodes without effect, duplicates, dead code; names and captures stay.
#include "passbench.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

using Strings = std::vector<std::string>;

TensorPtr ints(std::vector<std::int64_t> values) {
    const Shape shape{std::int64_t(values.size())};
    return makeTensor<std::int64_t>(shape, std::move(values));
}

struct Expression {
    std::string op;
    std::vector<TensorPtr> inputs;
    std::vector<Attribute> attributes;
};

/// One operator on constants. Its result, plus a real input so that the model has one, is the output: after folding one
/// Add is left, and ONNX Runtime's own kernel computed the reference.
std::vector<Expression> expressions() {
    const auto f = makeTensor<float>({2, 3}, {1.5f, -2, 3, 4, -5.25f, 6});
    const auto g = makeTensor<float>({3}, {2, 4, 0.5f});
    const auto i = ints({7, -3, 2, 5});
    const auto m = makeTensor<std::int64_t>({2, 3}, {1, 2, 3, 4, 5, 6});
    const auto yes =
        makeTensor(DataType::Bool, {3}, Blob(std::vector<std::byte>{std::byte(1), std::byte(0), std::byte(1)}));
    const auto s = [](std::int64_t v) { return makeScalar(v); };
    return {
        {"Add", {f, g}, {}},
        {"Sub", {g, f}, {}},
        {"Mul", {f, g}, {}},
        {"Div", {f, g}, {}},
        {"Pow", {g, g}, {}},
        {"Div", {i, ints({2})}, {}},
        {"Min", {i, ints({3})}, {}},
        {"Max", {i, ints({3})}, {}},
        {"Mul", {i, i}, {}},
        {"Neg", {f}, {}},
        {"Abs", {i}, {}},
        {"Sqrt", {g}, {}},
        {"Exp", {f}, {}},
        {"Reciprocal", {g}, {}},
        {"Floor", {f}, {}},
        {"Ceil", {f}, {}},
        {"Relu", {f}, {}},
        {"Transpose", {f}, {}},
        {"Transpose", {f}, {attr("perm", {1, 0})}},
        {"Reshape", {f, ints({3, -1})}, {}},
        {"Reshape", {f, ints({0, 1, 3})}, {}},
        {"Flatten", {f}, {attr("axis", 0)}},
        {"Unsqueeze", {f, ints({0, -1})}, {}},
        {"Squeeze", {makeTensor<float>({1, 2, 1}, {1, 2}), ints({0})}, {}},
        {"Squeeze", {makeTensor<float>({1, 2, 1}, {1, 2})}, {}},
        {"Gather", {f, ints({2, -1, 0})}, {attr("axis", 1)}},
        {"Gather", {i, s(-2)}, {}},
        {"Gather", {f, makeTensor<std::int64_t>({2, 2}, {1, 0, -1, -2})}, {attr("axis", 0)}},
        {"Concat", {m, m}, {attr("axis", 1)}},
        {"Concat", {f, f}, {attr("axis", -2)}},
        {"Slice", {i, ints({1}), ints({100})}, {}},
        {"Slice", {i, ints({-1}), ints({-100}), ints({0}), ints({-2})}, {}},
        {"Slice", {m, ints({0, 2}), ints({2, 0}), ints({0, 1}), ints({1, -1})}, {}},
        {"Slice", {i, ints({3}), ints({1})}, {}},
        {"Expand", {g, ints({2, 1})}, {}},
        {"Where", {yes, g, f}, {}},
        {"ReduceProd", {i}, {attr("keepdims", 0)}},
        {"ReduceMax", {i}, {attr("keepdims", 1)}},
        {"Range", {s(2), s(11), s(3)}, {}},
        {"Range", {s(5), s(-2), s(-2)}, {}},
        {"ConstantOfShape", {ints({2, 2})}, {attr("value", ints({9}))}},
        {"ConstantOfShape", {ints({3})}, {}},
        {"Cast", {f}, {attr("to", 7)}},
        {"Cast", {i}, {attr("to", 1)}},
        {"Cast", {f}, {attr("to", 9)}},
        {"Cast", {yes}, {attr("to", 6)}},
        {"Shape", {f}, {}},
        {"Size", {f}, {}},
        {"Equal", {i, ints({2})}, {}},
        {"Less", {f, g}, {}},
        {"Not", {yes}, {}},
        {"And", {yes, yes}, {}},
    };
}

ModelPtr expressionModel(const Expression& e) {
    ModelBuilder b;
    b.input("x", {1});
    Strings names;
    for (const auto& input : e.inputs) {
        names.push_back("k" + std::to_string(names.size()));
        b.init(names.back(), input);
    }
    b.node(e.op, names, {"r"}, e.attributes, "folded").node("Cast", {"r"}, {"real"}, {attr("to", 1)}, "widen");
    return b.node("Add", {"real", "x"}, {"y"}, {}, "last").output("y").build();
}

ModelPtr chain(const std::function<void(ModelBuilder&)>& body, const Shape& input = {1, 4, 6, 6}) {
    ModelBuilder b;
    b.input("x", input);
    body(b);
    return b.output("y").build();
}

std::vector<std::pair<const char*, ModelPtr>> noops() {
    const auto relu = [](ModelBuilder& b, const std::string& in) { b.node("Relu", {in}, {"y"}); };
    const auto one = [&](const std::string& op, std::vector<Attribute> attributes) {
        return chain([&](ModelBuilder& b) { b.node(op, {"x"}, {"a"}, attributes), relu(b, "a"); });
    };
    const auto two = [&](const std::string& op, TensorPtr second, std::vector<Attribute> attributes = {}) {
        return chain([&](ModelBuilder& b) {
            b.init("k", second).node(op, {"x", "k"}, {"a"}, attributes), relu(b, "a");
        });
    };
    const auto floats = [](const Shape& shape, float value) {
        return makeTensor<float>(shape, std::vector<float>(std::size_t(*elementCount(shape)), value));
    };
    return {{"identity", one("Identity", {})},
            {"dropout", one("Dropout", {})},
            {"cast to itself", one("Cast", {attr("to", 1)})},
            {"transpose in order", one("Transpose", {attr("perm", {0, 1, 2, 3})})},
            {"reshape to itself", two("Reshape", ints({1, 4, -1, 6}))},
            {"pad nothing", two("Pad", ints({0, 0, 0, 0, 0, 0, 0, 0}))},
            {"expand to itself", two("Expand", ints({1, 1, 6, 6}))},
            {"tile once", two("Tile", ints({1, 1, 1, 1}))},
            {"concat of one", one("Concat", {attr("axis", 1)})},
            {"sum of one", one("Sum", {})},
            {"pool of one", one("MaxPool", {attr("kernel_shape", {1, 1})})},
            {"clip without limits", one("Clip", {})},
            {"add 0", two("Add", floats({1, 4, 1, 1}, 0))},
            {"times 1", two("Mul", floats({}, 1))},
            {"minus 0", two("Sub", floats({6}, 0))},
            {"through 1", two("Div", floats({1}, 1))},
            {"relu twice", one("Relu", {})},
            {"slice of all", chain([&](ModelBuilder& b) {
                 b.init("s", ints({0})).init("e", ints({2147483647})).init("a", ints({2}));
                 b.node("Slice", {"x", "s", "e", "a"}, {"t"}), relu(b, "t");
             })},
            {"transposes that cancel", chain([&](ModelBuilder& b) {
                 b.node("Transpose", {"x"}, {"t"}, {attr("perm", {0, 2, 3, 1})});
                 b.node("Transpose", {"t"}, {"u"}, {attr("perm", {0, 3, 1, 2})}), relu(b, "u");
             })},
            {"reshapes that cancel", chain([&](ModelBuilder& b) {
                 b.init("z", ints({0})).node("Unsqueeze", {"x", "z"}, {"t"}).node("Squeeze", {"t", "z"}, {"u"}),
                     relu(b, "u");
             })},
            {"unused nodes", chain([&](ModelBuilder& b) {
                 b.node("Relu", {"x"}, {"y"}).node("Sigmoid", {"x"}, {"unused"}).node("Tanh", {"unused"}, {"unused2"});
             })}};
}

} // namespace

class TestSimplify : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void computesAhead_data();
    void computesAhead();
    void removesNoops_data();
    void removesNoops();
    void keepsWhatLooksLikeNoop_data();
    void keepsWhatLooksLikeNoop();
    void mergesDuplicates();
    void keepsDynamicBatch();
    void limitsGrowth();
    void keepsQuantizedWeights();
    void keepsOutputNames();
    void respectsSubgraphs();
};

void TestSimplify::computesAhead_data() {
    QTest::addColumn<int>("index");
    const auto list = expressions();
    for (std::size_t i = 0; i < list.size(); ++i)
        QTest::addRow("%zu %s", i, list[i].op.c_str()) << int(i);
}

void TestSimplify::computesAhead() {
    QFETCH(int, index);
    const auto model = expressionModel(expressions()[std::size_t(index)]);
    const auto inputs = randomInputs(*model, 1);
    const auto before = runModel(*model, inputs);
    LAPIDARY_VERIFY_OK(before);
    const auto report = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->model->graph->nodeCount(), std::size_t(1));
    const auto after = runModel(*report->model, inputs);
    LAPIDARY_VERIFY_OK(after);
    QVERIFY(relativeError(*before, *after) < 1e-6);
}

void TestSimplify::removesNoops_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const auto& [name, model] : noops())
        QTest::newRow(name) << index++;
}

void TestSimplify::removesNoops() {
    QFETCH(int, index);
    const auto model = noops()[std::size_t(index)].second;
    const auto report = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->model->graph->nodeCount(), std::size_t(1));
    QCOMPARE(report->model->graph->nodes()[0]->opType, std::string("Relu"));
    QVERIFY(report->model->graph->initializers().empty());
    const auto inputs = randomInputs(*model, 2);
    const auto before = runModel(*model, inputs), after = runModel(*report->model, inputs);
    LAPIDARY_VERIFY_OK(before);
    LAPIDARY_VERIFY_OK(after);
    QCOMPARE(relativeError(*before, *after), 0.0);
}

void TestSimplify::keepsWhatLooksLikeNoop_data() {
    QTest::addColumn<int>("which");
    for (int which = 0; which < 5; ++which)
        QTest::addRow("%d", which) << which;
}

void TestSimplify::keepsWhatLooksLikeNoop() {
    QFETCH(int, which);
    const auto model = chain(
        [which](ModelBuilder& b) {
            if (which == 0) // the zero widens the data
                b.init("k", {2, 1, 1, 1, 1}, std::vector<float>(2, 0.0f)).node("Add", {"x", "k"}, {"t"});
            else if (which == 1) // 1 / x, 0 - x
                b.init("k", {1}, std::vector<float>(1, 0.0f)).node("Sub", {"k", "x"}, {"t"});
            else if (which == 2) // reversed
                b.init("s", ints({-1}))
                    .init("e", ints({-100}))
                    .init("a", ints({2}))
                    .init("p", ints({-1}))
                    .node("Slice", {"x", "s", "e", "a", "p"}, {"t"});
            else if (which == 3) // same shape, other places
                b.node("Transpose", {"x"}, {"t"}, {attr("perm", {0, 1, 3, 2})});
            else // adds one row, drops another
                b.init("k", ints({0, 0, 1, 0, 0, 0, -1, 0})).node("Pad", {"x", "k"}, {"t"});
            b.node("Relu", {"t"}, {"y"});
        },
        {1, 4, 6, 6});
    const auto report = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(report->model == model);
}

void TestSimplify::mergesDuplicates() {
    const auto model = chain([](ModelBuilder& b) {
        b.init("p", ints({1, -1})).init("q", ints({1, -1})).node("Sigmoid", {"x"}, {"a"}).node("Sigmoid", {"x"}, {"b"});
        b.node("Reshape", {"a", "p"}, {"c"}).node("Reshape", {"b", "q"}, {"d"}).node("Add", {"c", "d"}, {"y"});
    });
    const auto report = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->model->graph->nodeCount(), std::size_t(3));
    const auto* add = report->model->graph->producer(report->model->graph->outputs()[0]);
    QVERIFY(add->input(0) == add->input(1));
    // Two random numbers are two.
    const auto random = chain([](ModelBuilder& b) {
        b.node("RandomUniformLike", {"x"}, {"a"})
            .node("RandomUniformLike", {"x"}, {"b"})
            .node("Sub", {"a", "b"}, {"y"});
    });
    const auto kept = applyPass(random, "simplify.graph");
    LAPIDARY_VERIFY_OK(kept);
    QCOMPARE(kept->model->graph->nodeCount(), std::size_t(3));
}

void TestSimplify::keepsDynamicBatch() {
    // view(x.size(0), -1) as exporters write it; the batch is open and has to stay so.
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "4", "6"}).init("zero", makeScalar<std::int64_t>(0));
    b.init("axis", ints({0})).init("rest", ints({-1})).node("Relu", {"x"}, {"r"});
    b.node("Shape", {"x"}, {"s"}).node("Gather", {"s", "zero"}, {"n"}).node("Unsqueeze", {"n", "axis"}, {"u"});
    b.node("Concat", {"u", "rest"}, {"t"}, {attr("axis", 0)}).node("Reshape", {"r", "t"}, {"y"});
    const auto model = b.output("y").build();
    const auto report = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->model->graph->nodeCount(), std::size_t(2));
    for (const std::int64_t batch : {1, 3}) {
        const auto inputs = randomInputs(*model, 4, batch);
        const auto before = runModel(*model, inputs), after = runModel(*report->model, inputs);
        LAPIDARY_VERIFY_OK(before);
        LAPIDARY_VERIFY_OK(after);
        QCOMPARE(after->at(0)->shape, (Shape{batch, 24}));
        QCOMPARE(relativeError(*before, *after), 0.0);
    }
}

void TestSimplify::limitsGrowth() {
    const auto model = chain([](ModelBuilder& b) {
        b.init("n", ints({1, 4, 60, 600}))
            .node("ConstantOfShape", {"n"}, {"k"}, {attr("value", makeTensor<float>({1}, {2.0f}))});
        b.node("ReduceSum", {"k"}, {"s"}).node("Add", {"x", "s"}, {"y"});
    });
    const auto small = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(small);
    QCOMPARE(countOps(*small->model, "ConstantOfShape"), std::size_t(1));
    const auto large = applyPass(model, "simplify.graph", {{"max_folded_bytes", 1 << 20}});
    LAPIDARY_VERIFY_OK(large);
    QCOMPARE(countOps(*large->model, "ConstantOfShape"), std::size_t(0));
    QVERIFY(large->steps[0].after.bytes >= 4 * 4 * 60 * 600);
}

void TestSimplify::keepsQuantizedWeights() {
    const auto model = chain([](ModelBuilder& b) {
        b.init("w", makeTensor<std::int8_t>({4, 4, 1, 1}, std::vector<std::int8_t>(16, 3))).init("s", makeScalar(0.1f));
        b.node("DequantizeLinear", {"w", "s"}, {"wf"}).node("Conv", {"x", "wf"}, {"y"});
    });
    const auto report = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(report->model == model);
}

void TestSimplify::keepsOutputNames() {
    ModelBuilder b;
    b.input("x", {1, 4}).init("k", {4}, 1);
    b.node("Relu", {"x"}, {"r"}).node("Identity", {"r"}, {"first"}).node("Identity", {"x"}, {"second"});
    b.node("Neg", {"k"}, {"third"})
        .node("Sigmoid", {"r"}, {"s"})
        .node("Identity", {"s"}, {"fourth"})
        .node("Identity", {"s"}, {"fifth"});
    for (const char* name : {"first", "second", "third", "fourth", "fifth"})
        b.output(name);
    const auto model = b.build();
    const auto report = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QStringList names;
    for (const auto id : report->model->graph->outputs())
        names << QString::fromStdString(report->model->graph->value(id)->name);
    QCOMPARE(names.join(QLatin1Char(' ')), QStringLiteral("first second third fourth fifth"));
    QVERIFY(report->model->graph->nodeCount() < model->graph->nodeCount());
    const auto inputs = randomInputs(*model, 6);
    const auto before = runModel(*model, inputs), after = runModel(*report->model, inputs);
    LAPIDARY_VERIFY_OK(before);
    LAPIDARY_VERIFY_OK(after);
    QCOMPARE(relativeError(*before, *after), 0.0);
}

void TestSimplify::respectsSubgraphs() {
    const auto branch = [](const std::string& op, const std::string& out) {
        ModelBuilder inner(17, out);
        inner.outer("same").outer("weight").node(op, {"same", "weight"}, {out});
        return inner.output(out).buildGraph();
    };
    ModelBuilder b;
    b.input("x", {1, 4}).input("flag", DataType::Bool, {}).init("k", {4}, 1);
    b.node("Identity", {"x"}, {"same"}).node("Neg", {"k"}, {"weight"}).node("Identity", {"x"}, {"other"});
    b.node("If", {"flag"}, {"m"}, {attr("then_branch", branch("Add", "a")), attr("else_branch", branch("Mul", "c"))});
    b.node("Add", {"m", "other"}, {"y"}).output("y");
    const auto model = b.build();
    const auto report = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(report->model->graph->findValue("same"));
    QVERIFY(report->model->graph->findValue("weight"));
    const auto inputs = randomInputs(*model, 6);
    const auto before = runModel(*model, inputs), after = runModel(*report->model, inputs);
    LAPIDARY_VERIFY_OK(before);
    LAPIDARY_VERIFY_OK(after);
    QCOMPARE(relativeError(*before, *after), 0.0);
}

QTEST_GUILESS_MAIN(TestSimplify)
#include "tst_simplify.moc"
