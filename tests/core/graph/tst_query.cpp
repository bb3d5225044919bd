// SPDX-License-Identifier: GPL-3.0-or-later
// What queries say: reading, writing, mistakes.
#include "graph/query/query.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class TestQuery : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void reads_data();
    void reads();
    void numbers_data();
    void numbers();
    void equalQueries_data();
    void equalQueries();
    void mistakes_data();
    void mistakes();
    void knowsWhatItUses();
    void everyFieldHasAnExample();
    void limits();
};

/// The canonical text shows how a query was understood.
void TestQuery::reads_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("canonical");
    const auto row = [](const char* text, const char* canonical) { QTest::newRow(text) << text << canonical; };
    row("op:Conv shape:*x64x* name:/layer3/ channels>256", "op:Conv shape:*x64x* name:/layer3/ channels>256");
    row("", "");
    row("   ", "");
    row("Conv", "Conv");
    row("a b or c d", "a b or c d");
    row("(a or b) c", "(a or b) c");
    row("a AND b OR NOT c", "a b or -c");
    row("not (a b)", "-(a b)");
    row("-(a or -b)", "-(a or -b)");
    row("--a", "a");
    row("((a))", "a");
    row("(a b) c", "a b c");
    row("\"or\"", "any:or");
    row("\"a b\"", "\"a b\"");
    row("\"a\\\"b\"", "\"a\\\"b\"");
    row("\"a*\"", "\"a*\"");
    row("/layer1/conv1/Conv", "/layer1/conv1/Conv");
    row("/layer1/conv1/Conv or name:/x", "/layer1/conv1/Conv or name:/x");
    row("(name:/conv(1|2)/)", "name:/conv(1|2)/");
    row("/conv[12]$/ op:Relu", "/conv[12]$/ op:Relu");
    row("conv1/Relu:0", "any:conv1/Relu:0");
    row("name:\"/a/\"", "name:\"/a/\"");
    row("name=a", "name=a");
    row("name==a*", "name:a*");
    row("name!=a", "name!=a");
    row("operator:conv", "op:conv");
    row("op=Conv", "op:Conv");
    row("CHANNELS > 256", "channels>256");
    row("channels:64", "channels=64");
    row("channels:64..128", "channels:64..128");
    row("macs>=1.5M", "macs>=1500000");
    row("bytes<2KiB", "bytes<2048");
    row("sparsity>50%", "sparsity>0.5");
    row("attr:group", "attr:group");
    row("attr:group > 1", "attr:group>1");
    row("attr:kernel_shape=3x3", "attr:kernel_shape=3x3");
    row("attr:auto_pad:SAME*", "attr:auto_pad=SAME*");
    row("attr:epsilon!=1e-5", "attr:epsilon!=1e-5");
    row("shape:\"[1, 64, 7, 7]\"", "shape:1x64x7x7");
    row("shape:1,64,7,7", "shape:1x64x7x7");
    row("dtype:fp16", "dtype:float16");
    row("has:Bias -is:depthwise", "has:bias -is:depthwise");
    row("between:a..b", "between:\"a\"..\"b\"");
    row("between:\"a..b\"..c*", "between:\"a..b\"..c*");
    row("upstream:Conv_12", "upstream:Conv_12");
    row("any:-x", "any:-x");
    row("attr:a:=b*", "attr:a:=b*"); // found by the fuzzer: not attr:a==b*
    row("name:=b", "name:\"=b\"");
}

void TestQuery::reads() {
    QFETCH(QString, text);
    QFETCH(QString, canonical);
    QueryProblem problem;
    const auto query = Query::parse(text.toStdString(), &problem);
    LAPIDARY_VERIFY_OK(query);
    QCOMPARE(QString::fromStdString(query->toText()), canonical);
    for (const auto& again : {Query::parse(query->toText()), Query::parse(query->toExplicitText())}) {
        LAPIDARY_VERIFY_OK(again);
        QVERIFY(*again == *query);
    }
}

void TestQuery::numbers_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("value");
    for (const auto& [text, value] :
         {std::pair("256", 256.0), std::pair("1.5", 1.5), std::pair("1e3", 1000.0), std::pair("-2", -2.0),
          std::pair("3K", 3000.0), std::pair("3k", 3000.0), std::pair("2M", 2e6), std::pair("1G", 1e9),
          std::pair("1Ki", 1024.0), std::pair("1MiB", 1048576.0), std::pair("4B", 4.0), std::pair("2KB", 2000.0),
          std::pair("25%", 0.25)})
        QTest::newRow(text) << text << value;
}

void TestQuery::numbers() {
    QFETCH(QString, text);
    QFETCH(double, value);
    const auto query = Query::parse("bytes>" + text.toStdString());
    LAPIDARY_VERIFY_OK(query);
    QCOMPARE(query->root().term.low, value);
}

void TestQuery::equalQueries_data() {
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    QTest::addColumn<bool>("equal");
    QTest::newRow("space") << "a   b"
                           << " a b " << true;
    QTest::newRow("and") << "a and b"
                         << "a b" << true;
    QTest::newRow("any") << "any:a"
                         << "a" << true;
    QTest::newRow("quotes") << "\"a\""
                            << "a" << true;
    QTest::newRow("order") << "a b"
                           << "b a" << false;
    QTest::newRow("quoted glob") << "\"a*\""
                                 << "a*" << false;
    QTest::newRow("or in and") << "a (b or c)"
                               << "a b or c" << false;
    QTest::newRow("place") << "x op:a"
                           << "x   op:a" << true;
    QTest::newRow("whole") << "name:a"
                           << "name=a" << false;
    QTest::newRow("number") << "channels>1K"
                            << "channels>1000" << true;
}

void TestQuery::equalQueries() {
    QFETCH(QString, a);
    QFETCH(QString, b);
    QFETCH(bool, equal);
    const auto left = Query::parse(a.toStdString());
    const auto right = Query::parse(b.toStdString());
    LAPIDARY_VERIFY_OK(left);
    LAPIDARY_VERIFY_OK(right);
    QCOMPARE(*left == *right, equal);
}

void TestQuery::mistakes_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("marked"); ///< the piece of the text that is to be underlined
    QTest::addColumn<QString>("word");   ///< in the message or the hint
    const auto row = [](const char* text, const char* code, const char* marked, const char* word) {
        QTest::newRow(text) << text << code << marked << word;
    };
    row("a chanels>3", "query.field", "chanels", "Did you mean 'channels'?");
    row("Relu:0", "query.field", "Relu", "quotes");
    row("a (b", "query.syntax", "(", "not closed");
    row("a b)", "query.syntax", ")", "too many");
    row("()", "query.syntax", ")", "nothing before");
    row("a or", "query.syntax", "r", "missing at the end");
    row("or a", "query.syntax", "or", "Quote");
    row("a or or b", "query.syntax", "or", "Quote");
    row("-", "query.syntax", "-", "missing");
    row("name:\"a", "query.syntax", "\"a", "not closed");
    row("name:", "query.syntax", ":", "value is missing");
    row("op: )", "query.syntax", ":", "value is missing");
    row("channels : 64", "query.syntax", ":", "no field before");
    row("> 3", "query.syntax", ">", "no field before");
    row("channels>many", "query.value", "many", "no number");
    row("channels>3X", "query.value", "3X", "no number");
    row("channels>1..2", "query.value", "1..2", "range");
    row("channels:9..2", "query.value", "9..2", "backwards");
    row("channels:a..b", "query.value", "a..b", "range");
    row("channels:/3/", "query.value", "/3/", "number");
    row("name>3", "query.value", "3", "compared by size");
    row("has:biass", "query.value", "biass", "Did you mean 'bias'?");
    row("is:nonsense", "query.value", "nonsense", "There is: ");
    row("has>bias", "query.value", "bias", "compared by size");
    row("attr:", "query.syntax", ":", "attribute");
    row("attr>1", "query.syntax", "attr>", "attribute");
    row("attr:group>x", "query.value", "x", "no number");
    row("name:/a(/", "query.regex", "/a(/", "not closed");
    row("op:/[z-a]/", "query.regex", "/[z-a]/", "range");
    row("name:a\"b\"", "query.syntax", "\"b\"", "space");
    row("between:a", "query.value", "", "..");
    row("between:a..b..\"c\"", "query.value", "", "..");
}

void TestQuery::mistakes() {
    QFETCH(QString, text);
    QFETCH(QString, code);
    QFETCH(QString, marked);
    QFETCH(QString, word);
    QueryProblem problem;
    const auto query = Query::parse(text.toStdString(), &problem);
    QVERIFY(!query);
    QCOMPARE(QString::fromStdString(query.error().code), code);
    const auto all = QString::fromStdString(query.error().message + "|" + query.error().hint);
    QVERIFY2(all.contains(word), qPrintable(all));
    QVERIFY(all.startsWith(QStringLiteral("At character %1: ").arg(problem.place.begin + 1)));
    QVERIFY(problem.diagnostic == query.error());
    QVERIFY(problem.place.begin + problem.place.length <= std::size_t(text.size()));
    QVERIFY(problem.place.length > 0);
    if (!marked.isEmpty())
        QCOMPARE(text.mid(int(problem.place.begin), int(problem.place.length)).trimmed(), marked);
}

void TestQuery::knowsWhatItUses() {
    const auto parsed = [](const char* text) { return *Query::parse(text); };
    QVERIFY(parsed("a -(b or macs>3)").uses(QueryField::Macs));
    QVERIFY(!parsed("a -(b or macs>3)").uses(QueryField::Bytes));
    QVERIFY(parsed("a op:b").namesFields());
    QVERIFY(parsed("any:a").namesFields());
    QVERIFY(!parsed("a \"b:c\" -d").namesFields());
    QVERIFY(parsed("a tensor:b or shape:*x3x*").fitsTensors());
    QVERIFY(!parsed("a op:b").fitsTensors());
    QVERIFY(!parsed("").fitsTensors());
    QVERIFY(parsed("").isEmpty());
}

void TestQuery::everyFieldHasAnExample() {
    for (const auto& info : queryFields()) {
        const auto query = Query::parse(std::string(info.example));
        LAPIDARY_VERIFY_OK(query);
        QVERIFY2(query->uses(info.field), info.example.data());
        QVERIFY(!info.help.empty());
        QCOMPARE(findQueryField(info.name), &info);
    }
    QCOMPARE(findQueryField("Parameters"), &infoOf(QueryField::Parameters));
    QVERIFY(!findQueryField("nothing"));
}

void TestQuery::limits() {
    QVERIFY(!Query::parse(std::string(20000, 'a')));
    QVERIFY(Query::parse(std::string(10000, 'a')).ok());
    QVERIFY(!Query::parse(std::string(100, '(') + "a" + std::string(100, ')')));
    QVERIFY(Query::parse(std::string(50, '(') + "a" + std::string(50, ')')).ok());
    QVERIFY(!Query::parse(std::string(100, '-') + "a"));
    QVERIFY(!Query::parse("name:/" + std::string(60, '(') + "a" + std::string(60, ')') + "/"));
    QVERIFY(!Query::parse("name:/((a{200}){200}){200}/"));
}

QTEST_GUILESS_MAIN(TestQuery)
#include "tst_query.moc"
