// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace lapidary;

class TestJson : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void readsAndWrites_data();
    void readsAndWrites();
    void refuses_data();
    void refuses();
    void keepsNumbersExact();
    void writesNoNonsense();
    void decodesEscapes();
    void accessorsFallBack();
    void refusesDeepNesting();
};

void TestJson::readsAndWrites_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("object") << R"( {"b": [1, 2.5, true], "a": null} )"
                            << R"({"a":null,"b":[1,2.5,true]})";
    QTest::newRow("empty") << R"({"a":{},"b":[]})"
                           << R"({"a":{},"b":[]})";
    QTest::newRow("escapes") << R"("a\"b\\\n\u0001\/")"
                             << R"("a\"b\\\n\u0001/")";
    QTest::newRow("negative") << "-17"
                              << "-17";
    QTest::newRow("exponent") << "1e3"
                              << "1000.0";
}

void TestJson::readsAndWrites() {
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const auto json = Json::parse(text.toStdString());
    LAPIDARY_VERIFY_OK(json);
    QCOMPARE(QString::fromStdString(json->dump()), expected);
    const auto again = Json::parse(json->dump(2));
    LAPIDARY_VERIFY_OK(again);
    QVERIFY(*again == *json);
}

void TestJson::refuses_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "tru", "01", "1.", "\"a", "\"\\x\"", "[1] 2", "{1:2}", "nul",
                             "\"\\ud800\"", "+1", "NaN", "\"line\nbreak\""})
        QTest::newRow(text) << QByteArray(text);
}

void TestJson::refuses() {
    QFETCH(QByteArray, text);
    const auto json = Json::parse(text.toStdString());
    QVERIFY(!json.ok());
    QCOMPARE(json.error().code, std::string("json.syntax"));
}

void TestJson::keepsNumbersExact() {
    for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::int64_t(-1), std::int64_t(0),
                                      (std::int64_t(1) << 53) + 1, std::numeric_limits<std::int64_t>::max()}) {
        const auto json = Json::parse(Json(number).dump());
        LAPIDARY_VERIFY_OK(json);
        QVERIFY(json->isInteger());
        QCOMPARE(json->toInteger(), number);
    }
    for (const double number : {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, -2.5, 1e21, 3.0}) {
        const auto json = Json::parse(Json(number).dump());
        LAPIDARY_VERIFY_OK(json);
        QVERIFY(!json->isInteger());
        QCOMPARE(json->toDouble(), number);
    }
}

void TestJson::writesNoNonsense() {
    QCOMPARE(Json(std::nan("")).dump(), std::string("null"));
    QCOMPARE(Json(std::numeric_limits<double>::infinity()).dump(), std::string("null"));
}

void TestJson::decodesEscapes() {
    const auto json = Json::parse(R"("\u00e4\ud83d\ude00\t")");
    LAPIDARY_VERIFY_OK(json);
    QCOMPARE(json->toString(), std::string("\xc3\xa4\xf0\x9f\x98\x80\t"));
}

void TestJson::accessorsFallBack() {
    Json json;
    json.set("list", Json::Array{1, "two"});
    QCOMPARE(json["list"].array().size(), std::size_t(2));
    QCOMPARE(json["nothing"]["deeper"].toInteger(7), std::int64_t(7));
    QCOMPARE(json["list"].toString("x"), std::string("x"));
    QVERIFY(json.contains("list") && !json.contains("nothing"));
    QCOMPARE(Json(2.0).toInteger(), std::int64_t(2));
    QCOMPARE(Json(2.5).toInteger(-1), std::int64_t(-1));
}

void TestJson::refusesDeepNesting() {
    QVERIFY(Json::parse(std::string(150, '[') + std::string(150, ']')).ok());
    QVERIFY(!Json::parse(std::string(100000, '[')).ok());
}

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
