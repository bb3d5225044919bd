// SPDX-License-Identifier: GPL-3.0-or-later
// What the ONNX library knows about operators arrives.
#include "graph/operatortraits.h"
#include "onnx/operatordoc.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class OperatorDocTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void convolution();
    void defaultsHaveTheirValues();
    void versionsDiffer();
    void newerOpsetsSaySo();
    void variadicPortsRepeat();
    void unknownIsNothing();
    void mostOperatorsAreDescribed();
};

void OperatorDocTest::convolution() {
    const auto doc = operatorDoc("Conv", "", 13);
    QVERIFY(doc);
    QCOMPARE(doc->sinceVersion, std::int64_t(11));
    QCOMPARE(doc->inputs.size(), std::size_t(3));
    QCOMPARE(doc->inputs[1].name, std::string("W"));
    QVERIFY(!doc->inputs[0].optional && doc->inputs[2].optional);
    QVERIFY(doc->inputs[1].description.find("weight") != std::string::npos);
    QVERIFY(doc->inputs[0].types.find("float16") != std::string::npos);
    QVERIFY(doc->inputs[0].types.find('(') == std::string::npos);
    QCOMPARE(doc->outputs.size(), std::size_t(1));
    QVERIFY(!doc->summary.empty() && doc->summary.ends_with('.'));
    QVERIFY(doc->summary.find('\n') == std::string::npos);
    QVERIFY(doc->description.size() >= doc->summary.size());
    QVERIFY(doc->attribute("kernel_shape") && !doc->attribute("kernel_shape")->fallback);
    QCOMPARE(doc->attribute("kernel_shape")->type, std::string("ints"));
    QCOMPARE(*doc->attribute("group")->fallback, std::string("1"));
    QVERIFY(!doc->attribute("nonsense"));
}

void OperatorDocTest::defaultsHaveTheirValues() {
    QCOMPARE(*operatorDoc("Gemm", "", 13)->attribute("alpha")->fallback, std::string("1"));
    QCOMPARE(*operatorDoc("BatchNormalization", "", 15)->attribute("epsilon")->fallback, std::string("1e-05"));
    QCOMPARE(*operatorDoc("Resize", "", 13)->attribute("mode")->fallback, std::string("nearest"));
    QVERIFY(operatorDoc("Cast", "", 13)->attribute("to")->required);
}

void OperatorDocTest::versionsDiffer() {
    QVERIFY(operatorDoc("Clip", "", 6)->attribute("min"));
    QVERIFY(!operatorDoc("Clip", "", 13)->attribute("min"));
    QCOMPARE(operatorDoc("Clip", "ai.onnx", 13)->inputs.size(), std::size_t(3));
}

void OperatorDocTest::newerOpsetsSaySo() {
    const auto doc = operatorDoc("Relu", "", 25);
    QVERIFY(doc);
    QCOMPARE(doc->askedVersion, std::int64_t(25));
    QVERIFY(doc->knownVersion >= 17);
}

void OperatorDocTest::variadicPortsRepeat() {
    const auto doc = operatorDoc("Concat", "", 13);
    QVERIFY(doc && doc->inputs[0].variadic);
    QCOMPARE(doc->input(5), &doc->inputs[0]);
    QCOMPARE(operatorDoc("Relu", "", 13)->input(5), nullptr);
}

void OperatorDocTest::unknownIsNothing() {
    QVERIFY(!operatorDoc("NoSuchOperator", "", 17));
    QVERIFY(!operatorDoc("Conv", "some.where.else", 1));
    QVERIFY(!operatorDoc("FusedConv", "com.microsoft", 1));
}

void OperatorDocTest::mostOperatorsAreDescribed() {
    int known = 0, described = 0;
    for (const auto& row : operatorTable())
        if (row.domain.empty()) {
            const auto doc = operatorDoc(row.opType, row.domain, 17);
            known += doc.has_value();
            described += doc && !doc->summary.empty();
        }
    QVERIFY2(known > 140, qPrintable(QString::number(known)));
    QVERIFY2(described > known - 5, qPrintable(QStringLiteral("%1 of %2").arg(described).arg(known)));
}

QTEST_GUILESS_MAIN(OperatorDocTest)
#include "tst_operatordoc.moc"
