// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/paramschema.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <limits>

using namespace lapidary;

namespace {

ParamSpec spec(std::string key, ParamType type, Json fallback) {
    ParamSpec out;
    out.key = std::move(key);
    out.type = type;
    out.label = "Label";
    out.defaultValue = std::move(fallback);
    return out;
}

ParamSchema sample() {
    auto ratio = spec("ratio", ParamType::Number, 0.5);
    ratio.minimum = 0;
    ratio.maximum = 0.95;
    auto bits = spec("bits", ParamType::Integer, 8);
    bits.minimum = 2;
    bits.maximum = 8;
    auto mode = spec("mode", ParamType::Choice, "global");
    mode.options = {{"global", "Global", ""}, {"uniform", "Uniform", ""}};
    auto ratios = spec("ratios", ParamType::NodeNumbers, Json::Object());
    ratios.minimum = 0;
    ratios.maximum = 1;
    ratios.dependsOn = "mode";
    ratios.dependsValues = {"uniform"};
    return ParamSchema({ratio, bits, mode, ratios, spec("clip", ParamType::Bool, true),
                        spec("levels", ParamType::NumberList, Json::Array{0.1, 0.2}),
                        spec("note", ParamType::String, "")});
}

} // namespace

class TestParamSchema : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void completesWithDefaults();
    void refuses_data();
    void refuses();
    void parsesAssignments();
    void refusesAssignments_data();
    void refusesAssignments();
    void keepsOnlyWhatDiffers();
    void survivesJson();
    void findsUnsoundSchemas_data();
    void findsUnsoundSchemas();
};

void TestParamSchema::completesWithDefaults() {
    const auto schema = sample();
    LAPIDARY_VERIFY_OK(schema.check());
    const auto params = schema.complete({{"ratio", 0}, {"bits", 4.0}});
    LAPIDARY_VERIFY_OK(params);
    QCOMPARE(params->size(), schema.specs().size());
    QVERIFY(params->at("ratio") == Json(0.0)); // canonical: a number stays a number
    QVERIFY(params->at("bits") == Json(4));
    QVERIFY(params->at("mode") == Json("global"));
    QVERIFY(params->at("clip") == Json(true));
}

void TestParamSchema::refuses_data() {
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("mentions");
    QTest::newRow("unknown key") << R"({"ration": 1})"
                                 << "param.unknown"
                                 << "ration";
    QTest::newRow("too big") << R"({"ratio": 1.5})"
                             << "param.range"
                             << "0.95";
    QTest::newRow("too small") << R"({"bits": 1})"
                               << "param.range"
                               << "bits";
    QTest::newRow("text for number") << R"({"ratio": "half"})"
                                     << "param.type"
                                     << "ratio";
    QTest::newRow("fraction for integer") << R"({"bits": 4.5})"
                                          << "param.type"
                                          << "bits";
    QTest::newRow("huge integer") << R"({"bits": 1e300})"
                                  << "param.range"
                                  << "bits";
    QTest::newRow("number for bool") << R"({"clip": 1})"
                                     << "param.type"
                                     << "clip";
    QTest::newRow("other choice") << R"({"mode": "globl"})"
                                  << "param.choice"
                                  << "globl";
    QTest::newRow("list for table") << R"({"ratios": [1]})"
                                    << "param.type"
                                    << "ratios";
    QTest::newRow("table out of range") << R"({"ratios": {"conv1": 2}})"
                                        << "param.range"
                                        << "ratios";
    QTest::newRow("text in list") << R"({"levels": [0.1, "x"]})"
                                  << "param.type"
                                  << "levels";
    QTest::newRow("null") << R"({"ratio": null})"
                          << "param.type"
                          << "ratio";
}

void TestParamSchema::refuses() {
    QFETCH(QString, json);
    QFETCH(QString, code);
    QFETCH(QString, mentions);
    const auto given = paramSetFromJson(*Json::parse(json.toStdString()));
    LAPIDARY_VERIFY_OK(given);
    const auto params = sample().complete(*given);
    QVERIFY(!params);
    QCOMPARE(QString::fromStdString(params.error().code), code);
    QVERIFY(QString::fromStdString(params.error().message).contains(mentions));
    if (code == QLatin1String("param.unknown") || code == QLatin1String("param.choice"))
        QVERIFY(params.error().hint.find("Did you mean") != std::string::npos);
}

void TestParamSchema::parsesAssignments() {
    const auto schema = sample();
    const auto params = schema.parseAssignments({"ratio=0.3", "bits=4", "mode=uniform", "clip=off", "levels=1,2.5",
                                                 "ratios=/a/conv=0.25,b=0.5", "ratios=c=d=0.75", "note=a=b, c"});
    LAPIDARY_VERIFY_OK(params);
    QVERIFY(params->at("ratio") == Json(0.3));
    QVERIFY(params->at("bits") == Json(4));
    QVERIFY(params->at("clip") == Json(false));
    QVERIFY(params->at("levels") == Json(Json::Array{1.0, 2.5}));
    QCOMPARE(params->at("ratios")["/a/conv"].toDouble(), 0.25);
    QCOMPARE(params->at("ratios")["b"].toDouble(), 0.5);
    QCOMPARE(params->at("ratios")["c=d"].toDouble(), 0.75);
    QVERIFY(params->at("note") == Json("a=b, c"));
    LAPIDARY_VERIFY_OK(schema.parseAssignments({R"(ratios={"x,y": 0.5})"}));
}

void TestParamSchema::refusesAssignments_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("code");
    QTest::newRow("no equals") << "ratio"
                               << "param.syntax";
    QTest::newRow("no key") << "=1"
                            << "param.syntax";
    QTest::newRow("unknown") << "rate=1"
                             << "param.unknown";
    QTest::newRow("trailing text") << "ratio=0.3x"
                                   << "param.type";
    QTest::newRow("empty number") << "ratio="
                                  << "param.type";
    QTest::newRow("infinite") << "ratio=inf"
                              << "param.type";
    QTest::newRow("table without =") << "ratios=conv1"
                                     << "param.type";
    QTest::newRow("bad json") << "ratios={"
                              << "json.syntax";
}

void TestParamSchema::refusesAssignments() {
    QFETCH(QString, text);
    QFETCH(QString, code);
    const auto params = sample().parseAssignments({text.toStdString()});
    QVERIFY(!params);
    QCOMPARE(QString::fromStdString(params.error().code), code);
}

void TestParamSchema::keepsOnlyWhatDiffers() {
    const auto schema = sample();
    auto params = *schema.complete({});
    QVERIFY(schema.nonDefault(params).empty());
    params["ratio"] = 0.25;
    params["bits"] = 8;
    const auto differing = schema.nonDefault(params);
    QCOMPARE(differing.size(), std::size_t(1));
    QVERIFY(differing.at("ratio") == Json(0.25));
    QVERIFY(*schema.complete(differing) == *schema.complete(params));
}

void TestParamSchema::survivesJson() {
    const auto params = *sample().complete({{"ratio", 0.1}});
    const auto text = toJson(params).dump();
    const auto again = paramSetFromJson(*Json::parse(text));
    LAPIDARY_VERIFY_OK(again);
    QVERIFY(*sample().complete(*again) == params);
    QVERIFY(!paramSetFromJson(Json(1)));
    QCOMPARE(sample().toJson().array().size(), sample().specs().size());
    QCOMPARE(sample().toJson().array()[2]["options"].array().size(), std::size_t(2));
}

void TestParamSchema::findsUnsoundSchemas_data() {
    QTest::addColumn<int>("fault");
    for (int fault = 0; fault < 9; ++fault)
        QTest::addRow("fault %d", fault) << fault;
}

void TestParamSchema::findsUnsoundSchemas() {
    QFETCH(int, fault);
    auto specs = sample().specs();
    switch (fault) {
    case 0:
        specs[1].key = "ratio";
        break;
    case 1:
        specs[0].defaultValue = 2.0;
        break;
    case 2:
        specs[0].minimum = 3;
        break;
    case 3:
        specs[2].options.clear();
        break;
    case 4:
        specs[3].dependsOn = "nothing";
        break;
    case 5:
        specs[3].dependsValues = {"neither"};
        break;
    case 6:
        specs[4].key = "Clip Values";
        break;
    case 7:
        specs[4].options = {{"a", "A", ""}};
        break;
    case 8:
        specs[5].label.clear();
        break;
    }
    const auto status = ParamSchema(specs).check();
    QVERIFY(!status);
    QCOMPARE(status.error().code, std::string("param.schema"));
}

QTEST_GUILESS_MAIN(TestParamSchema)
#include "tst_paramschema.moc"
