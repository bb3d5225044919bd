// SPDX-License-Identifier: GPL-3.0-or-later
// Values of nodes from files, good, odd and hostile; scales; texts in nodes; badges.
#include "tests/support/modelbuilder.h"
#include "tests/support/userhome.h"
#include "ui/models/decorbuilder.h"
#include "ui/models/graphpicturebuilder.h"
#include "ui/models/nodevalues.h"
#include "ui/models/picturetexts.h"
#include "ui/models/valuescale.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// x -> Conv "conv1" -> Relu without a name -> Conv "a,b" -> y
AnalysedModelPtr model() {
    ModelBuilder b;
    b.input("x", {1, 4, 8, 8}).init("w", {4, 4, 3, 3}, 1).init("v", {2, 4, 1, 1}, 2);
    b.node("Conv", {"x", "w"}, {"mid"}, {attr("pads", {1, 1, 1, 1}), attr("kernel_shape", {3, 3})}, "conv1");
    b.node("Relu", {"mid"}, {"r"}, {}, "").node("Conv", {"r", "v"}, {"y"}, {}, "a,b").output("y");
    auto made = Engine::analyse(b.build());
    return made ? *made : nullptr;
}

NodeId conv1(const AnalysedModel& m) {
    return m.model->graph->findNode("conv1")->id;
}

const NodeDecor* decorOf(const GraphDecor& decor, NodeId id) {
    for (const auto& node : decor.nodes)
        if (node.id == id.number)
            return &node;
    return nullptr;
}

} // namespace

class TestNodeValues : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void readsCsv_data();
    void readsCsv();
    void readsJson();
    void refuses_data();
    void refuses();
    void survivesHostileText();
    void scaleIsAutomatic();
    void scaleRoundTrips();
    void overlayOfValues();
    void missingValuesSayHow();
    void selectionShowsItsGroup();
    void attributeLines();
    void textsFollowTheToggles();
    void constantsReadWell();
    void openEndsOfSlices();
    void badgesOfPrecision();
    void badgesOfSparsity();
};

void TestNodeValues::readsCsv_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("known");
    QTest::addColumn<int>("unknown");
    QTest::addColumn<QString>("unit");
    const auto row = [](const char* name, const char* text, int known, int unknown, const char* unit) {
        QTest::newRow(name) << QByteArray(text) << known << unknown << QString::fromLatin1(unit);
    };
    row("plain", "conv1,0.25\n", 1, 0, "");
    row("header", "node,value\nconv1,0.25", 1, 0, "");
    row("unit", "node,value,unit\nconv1,0.25,ms\n\"a,b\",1,ms\n", 2, 0, "ms");
    row("semicolon", "node;value\r\nconv1;0.25\r\n\r\n", 1, 0, "");
    row("tab and mark", "\xEF\xBB\xBFnode\tvalue\nconv1\t0.25\n", 1, 0, "");
    row("by tensor", "mid,0.25\nr,3\n", 2, 0, "");
    row("unknown", "conv1,0.25\nnobody,1\n# a comment\nno one,2\n", 1, 2, "");
    row("plus and exponent", "conv1,+2.5e-1\n", 1, 0, "");
}

void TestNodeValues::readsCsv() {
    QFETCH(QByteArray, text);
    QFETCH(int, known);
    QFETCH(int, unknown);
    QFETCH(QString, unit);
    const auto m = model();
    const auto values = parseNodeValues(text.toStdString(), "scan.csv", *m->model->graph);
    QVERIFY2(values.ok(), values.ok() ? "" : values.error().toString().c_str());
    QCOMPARE(int(values->values.size()), known);
    QCOMPARE(int(values->unknown.size()), unknown);
    QCOMPARE(QString::fromStdString(values->unit), unit);
    QCOMPARE(values->values.at(conv1(*m)), 0.25);
    QCOMPARE(values->title, std::string("scan"));
}

void TestNodeValues::readsJson() {
    const auto m = model();
    const auto values = parseNodeValues(R"( {"title": "SQNR", "unit": "dB", "predicted": true, "higher_is_worse": false,
        "values": {"conv1": 31, "Relu_1": 2.5, "ghost": 1}})",
                                        "x.json", *m->model->graph);
    QVERIFY(values.ok());
    QCOMPARE(values->title, std::string("SQNR"));
    QCOMPARE(values->unit, std::string("dB"));
    QVERIFY(values->predicted && !values->higherIsWorse);
    QCOMPARE(values->values.at(conv1(*m)), 31.0);
    QCOMPARE(values->values.size() + values->unknown.size(), std::size_t(3));
}

void TestNodeValues::refuses_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const QByteArray& text, const char* code, const char* says) {
        QTest::newRow(name) << text << QString::fromLatin1(code) << QString::fromLatin1(says);
    };
    row("empty", "", "values.empty", "no values");
    row("header only", "node,value\n", "values.empty", "no values");
    row("not a number", "node,value\nconv1,0.5\nmid,fast\n", "values.number", "Line 3");
    row("nan", "conv1,nan\n", "values.number", "Line 1");
    row("infinite", "conv1,1\nmid,-inf\n", "values.number", "Line 2");
    row("too large", "conv1,1e999\n", "values.number", "Line 1");
    row("one field", "conv1\n", "values.syntax", "Line 1");
    row("many fields", "conv1,1,ms,2\n", "values.syntax", "Line 1");
    row("open quotation", "conv1,1\n\"a,b,2\n", "values.syntax", "Line 2");
    row("twice", "conv1,1\nconv1,2\n", "values.twice", "Line 2");
    row("units", "conv1,1,ms\nmid,2,s\n", "values.unit", "Line 2");
    row("all unknown", "a,1\nb,2\n", "values.unknown", "None of the 2");
    row("binary", QByteArray("\x89PNG\0\0", 6), "values.syntax", "not a text file");
    row("json syntax", "{\"values\": {", "json.syntax", "");
    row("json without values", "{\"title\": \"x\"}", "values.syntax", "values");
    row("json text value", "{\"values\": {\"conv1\": \"fast\"}}", "values.number", "conv1");
    row("json null", "{\"values\": {\"conv1\": null}}", "values.number", "conv1");
}

void TestNodeValues::refuses() {
    QFETCH(QByteArray, text);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const auto values = parseNodeValues(std::string_view(text.constData(), std::size_t(text.size())), "scan.csv",
                                        *model()->model->graph);
    QVERIFY(!values.ok());
    QCOMPARE(QString::fromStdString(values.error().code), code);
    QVERIFY2(QString::fromStdString(values.error().message).contains(says), values.error().message.c_str());
    QCOMPARE(values.error().place.file, std::string("scan.csv"));
}

void TestNodeValues::survivesHostileText() {
    const auto m = model();
    std::mt19937 random(11);
    const std::string alphabet = "conv1,;\t\"\n\r#0.5e-{}[]:node\xC3\xFF";
    for (int i = 0; i < 3000; ++i) {
        std::string text(random() % 80, ' ');
        for (auto& c : text)
            c = alphabet[random() % alphabet.size()];
        const auto values = parseNodeValues(text, "x", *m->model->graph);
        if (values.ok())
            for (const auto& [id, value] : values->values)
                QVERIFY(m->model->graph->node(id) && std::isfinite(value));
        else
            QVERIFY(!values.error().code.empty() && !values.error().message.empty());
    }
    QVERIFY(!parseNodeValues(std::string(100'000, '"'), "x", *m->model->graph).ok());
    QVERIFY(!parseNodeValues("{\"values\":" + std::string(100'000, '['), "x", *m->model->graph).ok());
    QCOMPARE(readNodeValues("/nowhere/at/all.csv", *m->model->graph).error().code, std::string("values.read"));
}

void TestNodeValues::scaleIsAutomatic() {
    using Values = std::vector<std::optional<double>>;
    const auto of = [](const Values& values, ScaleChoice choice = ScaleChoice::Automatic) {
        return ValueScale::of(values, choice);
    };
    QVERIFY(!of({1.0, 900.0}).logarithmic());
    QVERIFY(of({1.0, std::nullopt, 1001.0}).logarithmic());
    QVERIFY(of({0.0, 1.0, 5000.0}).logarithmic());
    QVERIFY(!of({-1.0, 1.0, 5000.0}).logarithmic());
    QVERIFY(!of({1.0, 5000.0}, ScaleChoice::Linear).logarithmic());
    QVERIFY(of({1.0, 10.0}, ScaleChoice::Logarithmic).logarithmic());
    QVERIFY(!of({-5.0, -1.0}, ScaleChoice::Logarithmic).logarithmic());
    QVERIFY(!of({}).logarithmic());
    QCOMPARE(of({}).at(3), 0.0);
    QCOMPARE(of({0.0, 0.0}).at(0), 0.0);
    QCOMPARE(of({4.0}).at(4), 1.0);
    QCOMPARE(of({-2.0, 2.0}).at(0), 0.5);
    QCOMPARE(of({-2.0, -1.0}).high(), 0.0);
    QVERIFY(std::isfinite(of({-1.7e308, 1.7e308}).at(1e308)));
}

void TestNodeValues::scaleRoundTrips() {
    const std::vector<std::optional<double>> values{0.001, 2.0, 4000.0};
    for (const auto choice : {ScaleChoice::Linear, ScaleChoice::Logarithmic}) {
        const auto scale = ValueScale::of(values, choice);
        double before = -1;
        for (double share = 0; share <= 1.0; share += 0.125) {
            QVERIFY(std::abs(scale.at(scale.valueAt(share)) - share) < 1e-9);
            QVERIFY(scale.valueAt(share) > before);
            before = scale.valueAt(share);
        }
    }
}

void TestNodeValues::overlayOfValues() {
    const auto m = model();
    DecorInput input;
    input.model = m;
    input.overlay = Overlay::File;
    input.nodeValues =
        *parseNodeValues(R"({"title":"Drop","unit":"points","predicted":true,"values":{"conv1":0.5,"a,b":2,"no":1}})",
                         "f", *m->model->graph);
    input.threshold = 0.5;
    const auto decor = DecorBuilder::build(input);
    QCOMPARE(decor.legend.title, std::string("Drop (points)"));
    QVERIFY(decor.legend.predicted && decor.legend.hasScale);
    QCOMPARE(decor.legend.maxText, std::string("2 points"));
    QVERIFY(decor.legend.thresholdText.find("1 points") != std::string::npos);
    QVERIFY(decor.legend.note.find("1 ") != std::string::npos); // one unknown name
    const auto* node = decorOf(decor, conv1(*m));
    QVERIFY(node && node->predicted);
    QCOMPARE(node->value, 0.25F);
    QCOMPARE(node->valueText, std::string("0.5 points"));
}

void TestNodeValues::missingValuesSayHow() {
    DecorInput input;
    input.model = model();
    for (const auto overlay : {Overlay::Time, Overlay::Sensitivity, Overlay::Error, Overlay::File}) {
        input.overlay = overlay;
        const auto decor = DecorBuilder::build(input);
        QVERIFY(decor.hasOverlay() && !decor.legend.hasScale);
        QVERIFY(QString::fromStdString(decor.legend.note).startsWith(QStringLiteral("No data yet: ")));
    }
}

void TestNodeValues::selectionShowsItsGroup() {
    const auto m = model();
    DecorInput input;
    input.model = m;
    input.couplings = std::make_shared<ChannelGroups>(findChannelGroups(*m->model, m->shapes));
    QVERIFY(DecorBuilder::build(input).nodes.empty());
    input.selected = {conv1(*m)};
    const auto decor = DecorBuilder::build(input);
    const auto* node = decorOf(decor, conv1(*m));
    QVERIFY(node && node->group >= 0);
    QVERIFY(node->groupText.find("4 ") != std::string::npos); // channels
    int members = 0;
    for (const auto& other : decor.nodes)
        members += other.group == node->group ? 1 : 0;
    QCOMPARE(members, 2); // Conv and Relu; the second Conv makes its own
    input.preview = PassPreview();
    QVERIFY(DecorBuilder::build(input).nodes.empty()); // the preview's groups come first
}

void TestNodeValues::attributeLines() {
    ModelBuilder b;
    b.input("x", {1, 32, 8, 8}).init("w", {32, 1, 3, 3}, 1);
    b.node("Conv", {"x", "w"}, {"a"},
           {attr("kernel_shape", {3, 3}), attr("strides", {2, 2}), attr("pads", {1, 1, 1, 1}), attr("group", 32)}, "c");
    b.node("AveragePool", {"a"}, {"p"}, {attr("kernel_shape", {2, 1}), attr("strides", {2, 1})}, "p");
    b.node("Flatten", {"p"}, {"y"}, {attr("axis", 1)}, "f").output("y");
    const auto made = Engine::analyse(b.build());
    QVERIFY(made.ok());
    const auto line = [&](const char* name) { return attributeLine(*(*made)->model->graph->findNode(name)); };
    QCOMPARE(line("c"), std::string("3x3 s2 p1 g32"));
    QCOMPARE(line("p"), std::string("2x1 s2x1"));
    QCOMPARE(line("f"), std::string("axis=1"));
}

/// Lines of a node as the window writes them.
static std::vector<std::string> linesOf(const AnalysedModel& model, const std::string& name) {
    auto picture = buildGraphPicture(model);
    writePictureTexts(picture, model, {});
    for (const auto& node : picture.nodes)
        if (node.name == name)
            return node.lines;
    return {};
}

void TestNodeValues::constantsReadWell() {
    using Lines = std::vector<std::string>;
    const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
    ModelBuilder b;
    b.input("x", {1, 512, 1, 1}).input("i", {1});
    b.init("shape", makeTensor<std::int64_t>({3}, {1, -1, 512}));
    b.init("low", makeScalar<float>(0)).init("high", makeScalar<float>(6));
    b.init("huge", makeTensor<std::int64_t>({1}, {huge}));
    b.init("most", makeTensor<std::int32_t>({2}, {2147483647, 1000000}));
    std::vector<std::int64_t> many(64);
    std::iota(many.begin(), many.end(), 1000);
    b.init("many", makeTensor<std::int64_t>({64}, many));
    b.node("Clip", {"x", "low", "high"}, {"c"}, {}, "clip");
    b.node("Reshape", {"c", "shape"}, {"y"}, {}, "reshape").output("y");
    b.node("Add", {"i", "huge"}, {"h"}, {}, "huge").output("h");
    b.node("Gather", {"many", "i"}, {"g"}, {}, "gather").output("g");
    b.node("Cast", {"most"}, {"m"}, {attr("to", 7)}, "most").output("m");
    const auto made = Engine::analyse(b.build());
    QVERIFY(made.ok());
    QCOMPARE(linesOf(**made, "clip"), (Lines{"min 0", "max 6"}));
    QCOMPARE(linesOf(**made, "reshape"), (Lines{"shape [1, -1, 512]"}));
    QCOMPARE(linesOf(**made, "huge"), (Lines{"[9223372036854775807]"})); // no slice: a number, and all of its digits
    QCOMPARE(linesOf(**made, "most").back(), std::string("input [2147483647, 1000000]"));
    const auto cut = linesOf(**made, "gather").front();
    QCOMPARE(cut, std::string("data 64: [1000, 1001, 1002, 1003, 1004, …]"));
}

void TestNodeValues::openEndsOfSlices() {
    using Lines = std::vector<std::string>;
    const auto most = std::numeric_limits<std::int64_t>::max();
    const auto least = std::numeric_limits<std::int64_t>::min();
    ModelBuilder b;
    b.input("x", {8, 8});
    b.init("zero", makeTensor<std::int64_t>({1}, {0})).init("open", makeTensor<std::int64_t>({1}, {most}));
    b.init("last", makeTensor<std::int64_t>({1}, {-1})).init("before", makeTensor<std::int64_t>({1}, {least}));
    b.init("both", makeTensor<std::int64_t>({2}, {2147483647, -2147483648LL}));
    b.init("from", makeTensor<std::int64_t>({2}, {-3, -1})).init("axes", makeTensor<std::int64_t>({2}, {0, 1}));
    b.init("steps", makeTensor<std::int64_t>({2}, {1, -1}));
    b.node("Slice", {"x", "zero", "open", "zero"}, {"a"}, {}, "tail").output("a");
    b.node("Slice", {"x", "last", "before", "zero", "last"}, {"r"}, {}, "reversed").output("r");
    b.node("Slice", {"x", "from", "both", "axes", "steps"}, {"c"}, {}, "corner").output("c");
    const auto made = Engine::analyse(b.build());
    QVERIFY(made.ok());
    QCOMPARE(linesOf(**made, "tail"), (Lines{"starts [0]", "ends [end]", "axes [0]"}));
    QCOMPARE(linesOf(**made, "reversed"), (Lines{"starts [-1]", "ends [start]", "axes [0]", "steps [-1]"}));
    QCOMPARE(linesOf(**made, "corner"),
             (Lines{"starts [-3, -1]", "ends [end, start]", "axes [0, 1]", "steps [1, -1]"}));
    // Before opset 10 they were attributes.
    Node old;
    old.opType = "Slice";
    old.attributes.push_back(attr("axes", {0, 1}));
    old.attributes.push_back(attr("starts", {0, 2}));
    old.attributes.push_back(attr("ends", {most, 4}));
    QCOMPARE(attributeLine(old), std::string("axes=0,1 starts=0,2 ends=end,4"));
    old.opType = "Crop";
    old.attributes.erase(old.attributes.begin(), old.attributes.begin() + 2);
    QCOMPARE(attributeLine(old), std::string("ends=9223372036854775807,4"));
}

void TestNodeValues::textsFollowTheToggles() {
    const auto m = model();
    const auto lines = [&](PictureTexts texts) {
        auto picture = buildGraphPicture(*m);
        writePictureTexts(picture, *m, texts);
        std::string all;
        for (const auto& node : picture.nodes)
            if (node.name == "conv1")
                for (const auto& line : node.lines)
                    all += line + "|";
        for (const auto& edge : picture.edges)
            all += edge.label.empty() ? "" : "e";
        return all;
    };
    QCOMPARE(lines({true, false, true, true}), std::string("3x3 p1|W 4x4x3x3|eeee"));
    QCOMPARE(lines({false, true, false, false}), std::string("conv1|"));
    QCOMPARE(lines({false, false, false, false}), std::string());
}

void TestNodeValues::badgesOfPrecision() {
    ModelBuilder b;
    b.input("x", {1, 4, 8, 8}).init("s", {}, 1).init("w", {4, 4, 1, 1}, 2);
    b.init("q", makeTensor<std::int8_t>({4, 4, 1, 1}, std::vector<std::int8_t>(16, 3)));
    b.init("z", makeScalar<std::int8_t>(0));
    b.node("QuantizeLinear", {"x", "s", "z"}, {"xq"}, {}, "quant")
        .node("DequantizeLinear", {"xq", "s", "z"}, {"xd"}, {}, "dq1");
    b.node("DequantizeLinear", {"q", "s", "z"}, {"wd"}, {}, "dq2").node("Conv", {"xd", "wd"}, {"c"}, {}, "both");
    b.node("Conv", {"c", "wd"}, {"d"}, {}, "weights").node("Conv", {"d", "w"}, {"y"}, {}, "float").output("y");
    const auto made = Engine::analyse(b.build());
    QVERIFY(made.ok());
    const auto badge = [&](const char* name) { return precisionBadge(**made, *(*made)->model->graph->findNode(name)); };
    QCOMPARE(badge("both"), std::string("int8"));
    QCOMPARE(badge("weights"), std::string("int8 weights"));
    QCOMPARE(badge("float"), std::string());
    QCOMPARE(badge("quant"), std::string());
    QCOMPARE(badge("dq2"), std::string());
}

void TestNodeValues::badgesOfSparsity() {
    const auto m = model();
    DecorInput input;
    input.model = m;
    input.badges = true;
    input.sparsity.resize(m->model->graph->nodeIdLimit());
    input.sparsity[conv1(*m).number] = 0.5;
    const auto decor = DecorBuilder::build(input);
    QCOMPARE(decor.nodes.size(), std::size_t(1));
    QCOMPARE(decor.nodes[0].badges, std::vector<std::string>{"50 % zeros"});
    input.sparsity[conv1(*m).number] = 0.0999;
    QVERIFY(DecorBuilder::build(input).nodes.empty());
}

QTEST_MAIN(TestNodeValues)
#include "tst_nodevalues.moc"
