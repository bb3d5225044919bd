// SPDX-License-Identifier: GPL-3.0-or-later
// Operator definitions as rich text: what is marked up, and that nothing of it can become markup by accident.
#include "graph/operatortraits.h"
#include "onnx/operatordoc.h"
#include "tests/support/testsupport.h"
#include "ui/panels/docmarkup.h"
#include "ui/panels/operatornotes.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class DocMarkupTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void inlineMarks();
    void blocks();
    void everyDefinition();
    void ownNotes();
};

void DocMarkupTest::inlineMarks() {
    const auto shows = [](const char* text) { return docMarkupInline(QString::fromUtf8(text)); };
    QCOMPARE(shows("a `x < y` b"), QStringLiteral("a <code>x &lt; y</code> b"));
    QCOMPARE(shows("one ` only"), QStringLiteral("one ` only"));
    QCOMPARE(shows("a **b** c"), QStringLiteral("a <b>b</b> c"));
    QCOMPARE(shows("see [the doc](Broadcasting.md)"), QStringLiteral("see the doc"));
    QCOMPARE(shows("[w](https://a.b/c)"), QStringLiteral("<a href=\"https://a.b/c\">w</a>"));
    QCOMPARE(shows("at https://a.b/c."), QStringLiteral("at <a href=\"https://a.b/c\">https://a.b/c</a>."));
    QCOMPARE(shows("x<br/>y <img src=z>"), QStringLiteral("x<br>y &lt;img src=z&gt;"));
}

void DocMarkupTest::blocks() {
    const auto html = docMarkup(QStringLiteral("One\ntwo.\n\n- a\n- b\n  more\n\n```\ncode <1>\n```\nend"));
    QCOMPARE(html,
             QStringLiteral("<p>One two.</p><ul><li>a</li><li>b more</li></ul><pre>code &lt;1&gt;</pre><p>end</p>"));
    QCOMPARE(docMarkup(QStringLiteral("Text\n\n    x = 1\n    y = 2\n")),
             QStringLiteral("<p>Text</p><pre>    x = 1\n    y = 2</pre>"));
    QCOMPARE(docMarkup({}), QString());
}

void DocMarkupTest::everyDefinition() {
    int looked = 0;
    for (const auto& row : operatorTable())
        if (const auto doc = operatorDoc(row.opType, row.domain, 17)) {
            const auto html = docMarkup(QString::fromStdString(doc->description));
            QVERIFY2(!html.contains(QStringLiteral("```")) && !html.contains(QStringLiteral("<img")),
                     doc->name.c_str());
            QCOMPARE(html.count(QStringLiteral("<p>")), html.count(QStringLiteral("</p>")));
            QCOMPARE(html.count(QStringLiteral("<ul>")), html.count(QStringLiteral("</ul>")));
            ++looked;
        }
    QVERIFY(looked > 140);
}

void DocMarkupTest::ownNotes() {
    QVERIFY(!OperatorNotes::of("MatMulNBits", "com.microsoft").isEmpty());
    QVERIFY(!OperatorNotes::of("Gelu", "").isEmpty());
    QVERIFY(OperatorNotes::of("Conv", "").isEmpty()); // the library knows it
    QVERIFY(OperatorNotes::of("MatMulNBits", "").isEmpty());
}

QTEST_GUILESS_MAIN(DocMarkupTest)
#include "tst_docmarkup.moc"
