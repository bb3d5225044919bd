// SPDX-License-Identifier: GPL-3.0-or-later
// Constants that stand in the nodes that read them: seen, found, selected, isolated, and as nodes of their own.
#include "tests/ui/journeys/graphbench.h"

#include <QAction>
#include <QLineEdit>
#include <QTest>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// Two constants in front of a Reshape and a Mul, and a weight in 8 bits.
ModelPtr constantModel() {
    ModelBuilder b;
    b.input("x", {2, 8}).init("w", makeTensor<std::int8_t>({8, 4}, std::vector<std::int8_t>(32, 3)));
    b.init("s", makeScalar<float>(0.25f));
    b.node("Constant", {}, {"shape"}, {attr("value_ints", {4, 4})}, "shape");
    b.node("Constant", {}, {"half"}, {attr("value_float", 0.5)}, "half");
    b.node("DequantizeLinear", {"w", "s"}, {"wf"}, {}, "dequantize").node("MatMul", {"x", "wf"}, {"m"}, {}, "matmul");
    b.node("Relu", {"m"}, {"r"}, {}, "relu").node("Mul", {"r", "half"}, {"h"}, {}, "mul");
    return b.node("Flatten", {"h"}, {"f"}, {}, "flatten")
        .node("Reshape", {"f", "shape"}, {"y"}, {}, "reshape")
        .output("y")
        .build();
}

} // namespace

class TestConstants : public GraphBench {
    Q_OBJECT

private Q_SLOTS:
    void init() { start(*constantModel(), QSize(1400, 900)); }
    void standInTheirReaders();
    void becomeNodes();
    void areFoundInTheirReaders();
    void areSelectedInTheirReaders();
    void areIsolatedInTheirReaders();

private:
    quint32 id(const char* name) { return m_bench->node(name).number; }
    std::vector<std::string> lines(const char* name) {
        const auto index = m_view->picture()->indexOf(id(name));
        return index ? m_view->picture()->picture().nodes[*index].lines : std::vector<std::string>{"not there"};
    }
    bool standsAlone(const char* name) { return m_view->picture()->indexOf(id(name)).has_value(); }
};

void TestConstants::standInTheirReaders() {
    using Lines = std::vector<std::string>;
    for (const char* name : {"shape", "half", "dequantize"})
        QVERIFY2(!standsAlone(name), name);
    QCOMPARE(lines("mul"), Lines{"0.5"});
    QCOMPARE(lines("reshape"), Lines{"shape [4, 4]"});
    QCOMPARE(lines("matmul"), Lines{"W int8 8x4"});
}

void TestConstants::becomeNodes() {
    auto* inside = m_bench->find<QAction>("showConstants");
    QVERIFY(inside->isChecked());
    inside->trigger();
    QTRY_VERIFY(standsAlone("shape") && standsAlone("half") && standsAlone("dequantize"));
    QVERIFY(lines("mul").empty());
    inside->trigger();
    QTRY_VERIFY(!standsAlone("shape"));
}

void TestConstants::areFoundInTheirReaders() {
    auto* field = m_bench->find<QLineEdit>("graphSearch");
    field->setText(QStringLiteral("op:Constant"));
    QTRY_COMPARE(m_view->found(), (GraphView::Ids{id("mul"), id("reshape")}));
}

void TestConstants::areSelectedInTheirReaders() {
    m_bench->workspace().selection().set({m_bench->node("shape")});
    QTRY_COMPARE(m_view->selection(), GraphView::Ids{id("reshape")});
    QVERIFY(m_bench->settle());
    // What is selected stays the constant itself: the inspector tells of it.
    QCOMPARE(m_bench->workspace().selection().nodes(), std::set<NodeId>{m_bench->node("shape")});
}

void TestConstants::areIsolatedInTheirReaders() {
    m_bench->workspace().selection().set({m_bench->node("dequantize")});
    m_bench->find<QAction>("isolate")->trigger();
    QTRY_COMPARE(m_view->picture()->nodeCount(), 1u);
    QVERIFY(standsAlone("matmul"));
}

QTEST_MAIN(TestConstants)
#include "tst_constants.moc"
