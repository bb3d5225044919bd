// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/verifier.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using test::attr;
using test::ModelBuilder;

namespace {

std::string codes(const Model& model) {
    std::string out;
    for (const auto& finding : verify(model))
        out += (finding.severity == Severity::Error ? "E:" : "W:") + finding.code + " ";
    return out;
}

ModelBuilder relu() {
    ModelBuilder b;
    b.input("x", {2}).node("Relu", {"x"}, {"y"}, {}, "relu").output("y");
    return b;
}

} // namespace

class TestVerifier : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void soundModel();
    void noGraph();
    void weightsThatDoNotFit();
    void missingWeights();
    void unknownDomain();
    void ownFunctionsAreKnown();
    void duplicateNames();
    void nodesWithoutOperator();
    void capturesOfNothing();
    void errorsComeFirst();
};

void TestVerifier::soundModel() {
    QCOMPARE(codes(*relu().build()), std::string());
}

void TestVerifier::noGraph() {
    QCOMPARE(codes(Model()), std::string("E:graph.no_graph "));
}

void TestVerifier::weightsThatDoNotFit() {
    auto b = relu();
    b.init("w", makeTensor(DataType::Float, {3}, Blob(std::vector<std::byte>(11))));
    const auto model = b.build();
    QCOMPARE(codes(*model), std::string("E:graph.tensor_size "));
    QCOMPARE(verify(*model)[0].place.tensor, std::string("w"));
    auto attribute = relu();
    attribute.node("Constant", {}, {"c"},
                   {attr("value", makeTensor(DataType::Int4, {3}, Blob(std::vector<std::byte>(1))))});
    QCOMPARE(codes(*attribute.build()), std::string("E:graph.tensor_size "));
    auto future = relu();
    future.init("w", makeTensor(DataType(99), {3}, Blob(std::vector<std::byte>(1)))); // nobody knows what fits
    QCOMPARE(codes(*future.build()), std::string());
}

void TestVerifier::missingWeights() {
    auto tensor = std::make_shared<Tensor>();
    tensor->type = DataType::Float;
    tensor->shape = {3};
    tensor->missingReason = "the file is gone";
    auto b = relu();
    b.init("w", tensor);
    const auto model = b.build();
    QCOMPARE(codes(*model), std::string("W:graph.missing_data "));
    QVERIFY(verify(*model)[0].message.find("the file is gone") != std::string::npos);
}

void TestVerifier::unknownDomain() {
    auto b = relu();
    b.node("Strange", {"x"}, {"s"}, {}, "one", "my.domain").node("Strange", {"x"}, {"t"}, {}, "two", "my.domain");
    b.node("Gelu", {"x"}, {"g"}, {}, {}, "com.microsoft");
    const auto model = b.build();
    QCOMPARE(codes(*model), std::string("W:graph.unknown_operator ")); // once for both nodes
    QVERIFY(verify(*model)[0].message.find("2 nodes") != std::string::npos);
    QCOMPARE(verify(*model)[0].place.node, std::string("one"));
}

void TestVerifier::ownFunctionsAreKnown() {
    auto b = relu();
    b.opset("local", 1).node("Mine", {"x"}, {"s"}, {}, "call", "local");
    Model model = *b.build();
    auto function = std::make_shared<Function>();
    function->name = "Mine";
    function->domain = "local";
    function->body = relu().buildGraph();
    QCOMPARE(codes(model), std::string("W:graph.unknown_operator "));
    model.functions.push_back(function);
    QVERIFY(codes(model).find("unknown_operator") == std::string::npos);
}

void TestVerifier::duplicateNames() {
    auto b = relu();
    b.node("Neg", {"x"}, {"n"}, {}, "relu");
    QCOMPARE(codes(*b.build()), std::string("W:graph.duplicate_name "));
}

void TestVerifier::nodesWithoutOperator() {
    auto b = relu();
    b.node("", {"x"}, {"n"}, {}, "nothing");
    QCOMPARE(codes(*b.build()), std::string("E:graph.no_operator "));
}

void TestVerifier::capturesOfNothing() {
    ModelBuilder branch;
    branch.outer("nowhere").node("Neg", {"nowhere"}, {"n"}).output("n");
    const auto body = branch.buildGraph();
    auto b = relu();
    b.input("flag", DataType::Bool, {}).node("If", {"flag"}, {"z"}, {attr("then_branch", body)});
    QCOMPARE(codes(*b.build()), std::string("E:graph.undefined_value "));
}

void TestVerifier::errorsComeFirst() {
    auto b = relu();
    b.node("Neg", {"x"}, {"n"}, {}, "relu").node("", {"x"}, {"m"}, {}, "nothing");
    QCOMPARE(codes(*b.build()), std::string("E:graph.no_operator W:graph.duplicate_name "));
}

QTEST_APPLESS_MAIN(TestVerifier)
#include "tst_verifier.moc"
