// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/query.h"
#include "graph/query/querycompletion.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class TestQueryCompletion : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void completes_data();
    void completes();
    void completionsParse();

private:
    static QueryVocabulary vocabulary() {
        ModelBuilder b;
        b.input("x", {1, 3, 8, 8}).init("w", {4, 3, 3, 3}, 1);
        b.node("Conv", {"x", "w"}, {"a"}, {attr("kernel_shape", {3, 3}), attr("group", 1)}, "/l 1/conv");
        b.node("ConvTranspose", {"a", "w"}, {"b"}, {}, "/l2/up").node("Relu", {"b"}, {"y"}, {}, "/l2/relu").output("y");
        const auto model = b.build();
        return queryVocabulary(*model->graph, ShapeTable(*model->graph));
    }
};

void TestQueryCompletion::completes_data() {
    QTest::addColumn<QString>("text"); ///< | is the cursor
    QTest::addColumn<QString>("results");
    const auto row = [](const char* text, const char* results) { QTest::newRow(text) << text << results; };
    row("chan|", "channels>");
    row("a -cha|", "a -channels>");
    row("(pre|", "(precision:");
    row("op:con|", "op:Conv, op:ConvTranspose");
    row("op:Conv|", "op:ConvTranspose");
    row("op:trans|", "op:ConvTranspose");
    row("op:|", "op:Conv, op:ConvTranspose, op:Relu");
    row("rel|", "op:Relu");
    row("attr:k|", "attr:kernel_shape");
    row("category:act|", "category:activation");
    row("is:dep| x", "is:depthwise x");
    row("dtype:|", "dtype:float32");
    row("upstream:up|", "upstream:/l2/up");
    row("name:conv|", "name:\"/l 1/conv\"");
    row("between:/l2/up..rel|", "between:/l2/up../l2/relu");
    row("|", "");
    row("\"op:co|", "");
    row("nofield:x|", "");
    row("channels>1|", "");
}

void TestQueryCompletion::completes() {
    QFETCH(QString, text);
    QFETCH(QString, results);
    const auto cursor = text.indexOf(u'|');
    text.remove(cursor, 1);
    const auto found = completeQuery(text.toStdString(), std::size_t(cursor), vocabulary());
    QStringList list;
    for (const auto& one : found.list) {
        auto done = text;
        done.replace(int(found.begin), int(found.end - found.begin), QString::fromStdString(one.text));
        list << done;
    }
    QCOMPARE(list.join(QStringLiteral(", ")), results);
}

void TestQueryCompletion::completionsParse() {
    const auto words = vocabulary();
    for (const auto& info : queryFields()) {
        const auto start = std::string(info.name) + ":";
        for (const auto& one : completeQuery(start, start.size(), words).list)
            QVERIFY2(Query::parse(one.text).ok() || info.kind == QueryValueKind::NodePair, one.text.c_str());
    }
}

QTEST_GUILESS_MAIN(TestQueryCompletion)
#include "tst_querycompletion.moc"
