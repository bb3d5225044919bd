// SPDX-License-Identifier: GPL-3.0-or-later
// What queries find: field by field on a small network, and thousands of random queries against a naive reading.
#include "graph/query/querymatcher.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <functional>
#include <random>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// x -> conv1 (depthwise, bias) -> relu1 -> add (with skip from x through conv2) -> gap -> fc -> y; shape constants
/// aside.
ModelPtr network() {
    ModelBuilder b;
    b.input("x", {1, 4, 8, 8}).init("dw.weight", {4, 1, 3, 3}, 1).init("dw.bias", {4}, 2);
    b.init("pw.weight", {4, 4, 1, 1}, 3).init("fc.weight", {4, 10}, 4);
    b.node("Conv", {"x", "dw.weight", "dw.bias"}, {"d"},
           {attr("kernel_shape", {3, 3}), attr("group", 4), attr("pads", {1, 1, 1, 1}), attr("auto_pad", "NOTSET")},
           "/block/conv1/Conv");
    b.node("Relu", {"d"}, {"r"}, {}, "/block/relu1/Relu");
    b.node("Conv", {"x", "pw.weight"}, {"p"}, {attr("kernel_shape", {1, 1})}, "/block/conv2/Conv");
    b.node("Add", {"r", "p"}, {"a"}, {}, "/block/Add");
    b.node("GlobalAveragePool", {"a"}, {"g"}, {}, "/pool");
    b.node("Flatten", {"g"}, {"f"}, {attr("axis", 1)}, "");
    b.node("MatMul", {"f", "fc.weight"}, {"y"}, {}, "/fc/MatMul");
    b.node("Clever", {"y"}, {"z"}, {attr("alpha", 0.1)}, "custom", "my.domain").opset("my.domain", 1);
    b.output("z");
    return b.build();
}

ShapeTable shapesOf(const Model& model) {
    ShapeTable shapes(*model.graph);
    const auto set = [&](const char* name, Shape shape, DataType type = DataType::Float) {
        shapes.set(model.graph->findValue(name)->id, {type, std::move(shape)});
    };
    for (const char* name : {"d", "r", "p", "a"})
        set(name, {1, 4, 8, 8});
    set("g", {1, 4, 1, 1});
    set("f", {1, 4});
    set("y", {-1, 10}, DataType::Float16);
    return shapes;
}

class Facts : public QueryFacts {
public:
    bool knows(QueryField field) const override { return field != QueryField::TimeMs; }
    std::optional<double> number(const Node& node, QueryField field) const override {
        if (field == QueryField::Sparsity && node.opType != "Conv")
            return std::nullopt;
        return node.id.number * 1000.0;
    }
    bool knows(QueryIs what) const override { return what != QueryIs::Selected; }
    bool is(const Node& node, QueryIs) const override { return node.opType == "Add"; }
};

} // namespace

class TestQueryMatcher : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void finds_data();
    void finds();
    void tensors_data();
    void tensors();
    void problems_data();
    void problems();
    void subgraphs();
    void agreesWithANaiveReading();
    void isQuick();
};

void TestQueryMatcher::finds_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("names"); ///< last pieces of the names
    const auto row = [](const char* query, const char* names) { QTest::newRow(query) << query << names; };
    row("", "conv1/Conv relu1/Relu conv2/Conv Add pool Flatten_5 fc/MatMul custom");
    row("name:BLOCK", "conv1/Conv relu1/Relu conv2/Conv Add");
    row("name:/block/*/Conv", "conv1/Conv conv2/Conv");
    row("name:/conv[12]/", "conv1/Conv conv2/Conv");
    row("name=/pool", "pool");
    row("name=pool", "");
    row("name!=/pool name!=*block*", "Flatten_5 fc/MatMul custom");
    row("op:conv", "conv1/Conv conv2/Conv");
    row("op:Con", "");
    row("op:*Pool or op:Add", "Add pool");
    row("category:layer", "conv1/Conv conv2/Conv fc/MatMul");
    row("domain:my.domain", "custom");
    row("domain:ai.onnx op:Flatten", "Flatten_5");
    row("tensor:dw", "conv1/Conv");
    row("tensor=r", "relu1/Relu Add");
    row("attr:group", "conv1/Conv");
    row("attr:group>1", "conv1/Conv");
    row("attr:kernel_shape=3x3", "conv1/Conv");
    row("attr:kernel_shape!=3x3", "conv2/Conv");
    row("attr:pads>=1", "conv1/Conv");
    row("attr:*pad*:notset", "conv1/Conv");
    row("attr:alpha=0.1", "custom");
    row("attr:alpha<0.2", "custom");
    row("shape:*x4x8x8", "conv1/Conv relu1/Relu conv2/Conv Add pool");
    row("out:*x4x8x8", "conv1/Conv relu1/Relu conv2/Conv Add");
    row("in:1x4x8x8 -op:Conv", "relu1/Relu Add pool");
    row("weight:*x3x3", "conv1/Conv");
    row("shape:[1,4,1,1]", "pool Flatten_5");
    row("out:?x10", "fc/MatMul");
    row("dtype:fp16", "fc/MatMul");
    row("precision:float32 op:MatMul", "fc/MatMul");
    row("channels=4", "conv1/Conv relu1/Relu conv2/Conv Add pool Flatten_5");
    row("channels:5..20", "fc/MatMul");
    row("rank=2", "Flatten_5 fc/MatMul");
    row("inputs=3", "conv1/Conv");
    row("outputs!=1", "");
    row("producers>1", "Add");
    row("producers=0", "conv1/Conv conv2/Conv");
    row("consumers=0", "custom");
    row("macs>=6K", "fc/MatMul custom");
    row("sparsity>=0", "conv1/Conv conv2/Conv");
    row("-sparsity>=0 op:Relu", "relu1/Relu"); // no number: the comparison does not hold, its negation does
    row("has:bias", "conv1/Conv");
    row("has:weight", "conv1/Conv conv2/Conv fc/MatMul");
    row("-has:name", "");
    row("-has:shape", "fc/MatMul custom");
    row("is:depthwise", "conv1/Conv");
    row("is:elementwise", "relu1/Relu Add");
    row("is:input", "conv1/Conv conv2/Conv");
    row("is:output", "custom");
    row("is:unused", "");
    row("is:unknown", "custom");
    row("is:constant", "");
    row("is:coupled", "Add");
    row("upstream:/block/Add", "conv1/Conv relu1/Relu conv2/Conv");
    row("downstream:/pool", "Flatten_5 fc/MatMul custom");
    row("downstream:*conv1*", "relu1/Relu Add pool Flatten_5 fc/MatMul custom");
    row("upstream:a", "conv1/Conv relu1/Relu conv2/Conv"); // the maker of tensor a
    row("between:/block/conv1/Conv../pool", "conv1/Conv relu1/Relu Add pool");
    row("between:/pool../block/conv1/Conv", "conv1/Conv relu1/Relu Add pool");
    row("between:/block/conv1/Conv../block/conv2/Conv", "");
    row("conv1", "conv1/Conv");
    row("weight", "conv1/Conv conv2/Conv fc/MatMul");
    row("kernel", "conv1/Conv conv2/Conv");
    row("notset", "conv1/Conv");
    row("flatten", "Flatten_5");
    row("/^Relu$/", "relu1/Relu");
    row("any=Relu", "relu1/Relu");
    row("op:Conv -name:conv1 or op:Relu", "relu1/Relu conv2/Conv");
    row("(op:Conv or op:Relu) name:/1\\//", "conv1/Conv relu1/Relu");
    row("not (op:Conv or name:/block/)", "pool Flatten_5 fc/MatMul custom");
}

void TestQueryMatcher::finds() {
    QFETCH(QString, query);
    QFETCH(QString, names);
    const auto model = network();
    const auto shapes = shapesOf(*model);
    const Facts facts;
    const auto parsed = Query::parse(query.toStdString());
    LAPIDARY_VERIFY_OK(parsed);
    auto matcher = QueryMatcher::bind(*parsed, *model->graph, shapes, &facts);
    LAPIDARY_VERIFY_OK(matcher);
    QStringList found;
    for (const auto id : matcher->findAll()) {
        const auto name = QString::fromStdString(model->graph->node(id)->name);
        found << (name.split(u'/').mid(name.startsWith(u"/block") ? 2 : name.startsWith(u'/') ? 1 : 0).join(u'/'));
    }
    QCOMPARE(found.join(u' '), names);
}

void TestQueryMatcher::tensors_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("names");
    QTest::newRow("word") << "dw"
                          << "dw.weight dw.bias";
    QTest::newRow("shape") << "shape:4x*"
                           << "dw.weight pw.weight fc.weight";
    QTest::newRow("type") << "dtype:float16"
                          << "y";
    QTest::newRow("rank") << "rank=1 tensor:bias"
                          << "dw.bias";
    QTest::newRow("negated") << "-tensor:. rank=2"
                             << "f y";
    QTest::newRow("not for tensors") << "op:Conv"
                                     << "";
    QTest::newRow("nor partly") << "dw or op:Conv"
                                << "";
    QTest::newRow("empty") << ""
                           << "";
}

void TestQueryMatcher::tensors() {
    QFETCH(QString, query);
    QFETCH(QString, names);
    const auto model = network();
    const auto shapes = shapesOf(*model);
    auto matcher = QueryMatcher::bind(*Query::parse(query.toStdString()), *model->graph, shapes);
    LAPIDARY_VERIFY_OK(matcher);
    QStringList found;
    for (const auto id : model->graph->valueIds())
        if (matcher->matches(*model->graph->value(id)))
            found << QString::fromStdString(model->graph->value(id)->name);
    QCOMPARE(found.join(u' '), names);
}

void TestQueryMatcher::problems_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("hint");
    QTest::newRow("no such node") << "op:Conv upstream:/poool"
                                  << "query.unknown_node"
                                  << "upstream:/poool"
                                  << "'/pool'";
    QTest::newRow("second of a pair") << "between:/pool..nobody"
                                      << "query.unknown_node"
                                      << "between:/pool..nobody"
                                      << "";
    QTest::newRow("nobody measured") << "a or time_ms>1"
                                     << "query.not_known"
                                     << "time_ms>1"
                                     << "profile";
    QTest::newRow("no selection") << "is:selected"
                                  << "query.not_known"
                                  << "is:selected"
                                  << "";
}

void TestQueryMatcher::problems() {
    QFETCH(QString, query);
    QFETCH(QString, code);
    QFETCH(QString, marked);
    QFETCH(QString, hint);
    const auto model = network();
    const auto shapes = shapesOf(*model);
    const Facts facts;
    QueryProblem problem;
    const auto matcher =
        QueryMatcher::bind(*Query::parse(query.toStdString()), *model->graph, shapes, &facts, &problem);
    QVERIFY(!matcher);
    QCOMPARE(QString::fromStdString(matcher.error().code), code);
    QCOMPARE(query.mid(int(problem.place.begin), int(problem.place.length)), marked);
    QVERIFY(QString::fromStdString(matcher.error().hint).contains(hint));
    QVERIFY(!QueryMatcher::bind(*Query::parse("macs>1"), *model->graph, shapes)); // nobody knows anything
}

void TestQueryMatcher::subgraphs() {
    ModelBuilder inner;
    inner.outer("r").node("Neg", {"r"}, {"out"}, {}, "inside").output("out");
    const auto body = inner.buildGraph();
    ModelBuilder b;
    b.input("x", {1, 4}).input("c", DataType::Bool, {}).node("Relu", {"x"}, {"r"}, {}, "relu");
    b.node("If", {"c"}, {"y"}, {attr("then_branch", body), attr("else_branch", body)}, "choose").output("y");
    const auto model = b.build();
    const ShapeTable shapes(*model->graph);
    const auto names = [&](const char* text) {
        QStringList found;
        for (const auto id : QueryMatcher::bind(*Query::parse(text), *model->graph, shapes)->findAll())
            found << QString::fromStdString(model->graph->node(id)->name);
        return found.join(u' ');
    };
    QCOMPARE(names("has:subgraph"), QStringLiteral("choose"));
    QCOMPARE(names("upstream:choose"), QStringLiteral("relu"));
    QCOMPARE(names("producers=1"), QStringLiteral("choose"));
    QCOMPARE(names("consumers=1"), QStringLiteral("relu"));
    QCOMPARE(names("inside"), QString()); // nodes of subgraphs are not the graph's
}

namespace {

/// A term with its meaning, written a second time without the query language.
struct NaiveTerm {
    std::string text;
    std::function<bool(const Graph&, const ShapeTable&, const Node&)> meaning;
};

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

bool globs(const std::string& pattern, const std::string& text) {
    if (pattern.empty())
        return text.empty();
    if (pattern[0] == '*')
        return globs(pattern.substr(1), text) || (!text.empty() && globs(pattern, text.substr(1)));
    return !text.empty() && (pattern[0] == '?' || std::tolower(pattern[0]) == std::tolower(text[0])) &&
           globs(pattern.substr(1), text.substr(1));
}

bool leadsTo(const Graph& graph, const Node& from, const Node& to) {
    for (const auto output : from.outputs)
        for (const Use& use : graph.uses(output))
            if (use.node == to.id || leadsTo(graph, *graph.node(use.node), to))
                return true;
    return false;
}

std::vector<NaiveTerm> naiveTerms() {
    std::vector<NaiveTerm> terms;
    for (const std::string word : {"n1", "N2", "3", "x"})
        terms.push_back({"name:" + word, [word](const Graph&, const ShapeTable&, const Node& node) {
                             return lowered(node.name).find(lowered(word)) != std::string::npos;
                         }});
    for (const std::string glob : {"n?", "*1", "N*2", "*"})
        terms.push_back({"name:" + glob,
                         [glob](const Graph&, const ShapeTable&, const Node& node) { return globs(glob, node.name); }});
    for (const std::string op : {"relu", "Add", "S*"})
        terms.push_back(
            {"op:" + op, [op](const Graph&, const ShapeTable&, const Node& node) { return globs(op, node.opType); }});
    for (const std::string glob : {"*x4", "2x*", "*x?"})
        terms.push_back({"out:" + glob, [glob](const Graph&, const ShapeTable& shapes, const Node& node) {
                             const auto shape = shapes.shape(node.output());
                             return shape && globs(glob, shapeText(*shape));
                         }});
    for (const int count : {1, 2})
        terms.push_back(
            {"inputs>=" + std::to_string(count),
             [count](const Graph&, const ShapeTable&, const Node& node) { return int(node.inputs.size()) >= count; }});
    for (const int channels : {2, 3})
        terms.push_back({"channels<" + std::to_string(channels),
                         [channels](const Graph&, const ShapeTable& shapes, const Node& node) {
                             const auto shape = shapes.shape(node.output());
                             return shape && (*shape)[1] < channels;
                         }});
    for (const std::string name : {"n3", "n7"}) {
        terms.push_back({"upstream:" + name, [name](const Graph& graph, const ShapeTable&, const Node& node) {
                             return leadsTo(graph, node, *graph.findNode(name));
                         }});
        terms.push_back({"downstream:" + name, [name](const Graph& graph, const ShapeTable&, const Node& node) {
                             return leadsTo(graph, *graph.findNode(name), node);
                         }});
    }
    terms.push_back({"between:n2..n8", [](const Graph& graph, const ShapeTable&, const Node& node) {
                         const Node& a = *graph.findNode("n2");
                         const Node& b = *graph.findNode("n8");
                         return leadsTo(graph, a, b) && (&node == &a || leadsTo(graph, a, node)) &&
                                (&node == &b || leadsTo(graph, node, b));
                     }});
    return terms;
}

ModelPtr randomModel(std::mt19937& random) {
    ModelBuilder b;
    b.input("x0", {2, 1 + std::int64_t(random() % 4)});
    for (int i = 1; i <= 10; ++i) {
        static const char* const ops[] = {"Relu", "Add", "Sigmoid", "Mul"};
        const std::string op = ops[random() % 4];
        std::vector<std::string> inputs;
        for (int k = op == "Add" || op == "Mul" ? 2 : 1; k > 0; --k)
            inputs.push_back("x" + std::to_string(random() % unsigned(i)));
        b.node(op, inputs, {"x" + std::to_string(i)}, {}, "n" + std::to_string(i));
        b.info("x" + std::to_string(i), DataType::Float, {2, 1 + std::int64_t(random() % 4)});
    }
    return b.output("x10").build();
}

/// A random expression as text and as the set it means.
std::pair<std::string, std::vector<bool>> randomExpression(std::mt19937& random, const std::vector<NaiveTerm>& terms,
                                                           const Graph& graph, const ShapeTable& shapes, int depth) {
    if (depth == 0 || random() % 3 == 0) {
        const auto& term = terms[random() % terms.size()];
        std::vector<bool> set;
        for (const auto& node : graph.nodes())
            set.push_back(term.meaning(graph, shapes, *node));
        return {term.text, set};
    }
    auto [text, set] = randomExpression(random, terms, graph, shapes, depth - 1);
    const auto kind = random() % 3;
    if (kind == 0) {
        set.flip();
        return {(random() % 2 ? "-(" : "not (") + text + ")", set};
    }
    const auto [other, second] = randomExpression(random, terms, graph, shapes, depth - 1);
    for (std::size_t i = 0; i < set.size(); ++i)
        set[i] = kind == 1 ? set[i] && second[i] : set[i] || second[i];
    return {"(" + text + (kind == 1 ? " " : " or ") + other + ")", set};
}

} // namespace

void TestQueryMatcher::agreesWithANaiveReading() {
    std::mt19937 random(11);
    const auto terms = naiveTerms();
    int found = 0, asked = 0;
    for (int m = 0; m < 20; ++m) {
        const auto model = randomModel(random);
        const auto& graph = *model->graph;
        const ShapeTable shapes(graph);
        for (int i = 0; i < 200; ++i) {
            const auto [text, expected] = randomExpression(random, terms, graph, shapes, 4);
            const auto query = Query::parse(text);
            QVERIFY2(query.ok(), text.c_str());
            const auto again = Query::parse(query->toText());
            QVERIFY2(again.ok() && *again == *query, (text + " became " + query->toText()).c_str());
            auto matcher = QueryMatcher::bind(*again, graph, shapes);
            LAPIDARY_VERIFY_OK(matcher);
            for (std::size_t n = 0; n < expected.size(); ++n) {
                const bool hit = matcher->matches(*graph.nodes()[n]);
                QVERIFY2(hit == expected[n], (text + " at " + graph.nodes()[n]->name).c_str());
                found += hit;
                ++asked;
            }
        }
    }
    QVERIFY(found > asked / 10 && found < asked * 9 / 10);
}

void TestQueryMatcher::isQuick() {
    ModelBuilder b;
    b.input("x0", {1, 64, 7, 7}).init("w", {64, 64, 3, 3}, 1);
    constexpr int count = 20000;
    for (int i = 1; i <= count; ++i)
        b.node(i % 2 ? "Conv" : "Relu",
               i % 2 ? std::vector<std::string>{"x" + std::to_string(i - 1), "w"}
                     : std::vector<std::string>{"x" + std::to_string(i - 1)},
               {"x" + std::to_string(i)},
               i % 2 ? std::vector<Attribute>{attr("kernel_shape", {3, 3})} : std::vector<Attribute>{},
               "/model/layer" + std::to_string(i / 100) + "/conv" + std::to_string(i));
    const auto model = b.output("x" + std::to_string(count)).build();
    const ShapeTable shapes(*model->graph);
    for (const char* text : {"op:Conv shape:*x64x* name:/layer3/ channels>32", "name:/conv[0-9]*5$/", "layer19",
                             "attr:kernel_shape=3x3", "downstream:/model/layer0/conv1"}) {
        QElapsedTimer timer;
        timer.start();
        auto matcher = QueryMatcher::bind(*Query::parse(text), *model->graph, shapes);
        LAPIDARY_VERIFY_OK(matcher);
        QVERIFY(!matcher->findAll().empty());
        qInfo("%s: %.1f ms for %d nodes", text, double(timer.nsecsElapsed()) / 1e6, count);
        QVERIFY(timer.elapsed() < 2000); // a guard against quadratic work, not a benchmark
    }
}

QTEST_GUILESS_MAIN(TestQueryMatcher)
#include "tst_querymatcher.moc"
