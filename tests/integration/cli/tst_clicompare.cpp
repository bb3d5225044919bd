// SPDX-License-Identifier: GPL-3.0-or-later
// compare: structure, numbers, pictures, answers.
#include "clibench.h"

#include <QTest>
#include <QXmlStreamReader>

using namespace lapidary;
using namespace lapidary::test;

class CliCompareTest : public CliBench {
    Q_OBJECT

private Q_SLOTS:
    void compare() {
        const auto json = good({"compare", fashion, fashion, "--samples", "4"});
        VERIFY_FIELDS(json, "added", "removed", "changed", "same", "outputs");
        QCOMPARE(json["changed"].toInteger(), 0);
        QCOMPARE(json["outputs"].array().front()["max_abs"].toDouble(), 0.0);
        good({"apply", fashion, "--pass", "quantize.float16", "-o", file("half.onnx")});
        const auto half = good({"compare", fashion, file("half.onnx"), "--data", m_data, "--samples", "20"});
        QCOMPARE(half["samples"].toInteger(), 20);
        QVERIFY(half["outputs"].array().front()["sqnr_db"].toDouble() > 30);
        const auto& paired = half["paired"];
        VERIFY_FIELDS(paired, "samples", "top1_a", "top1_b", "difference_points", "difference_low", "difference_high",
                      "p_value", "agreement", "summary", "moves", "disagreements", "scores_a", "classes");
        QCOMPARE(paired["both_right"].toInteger() + paired["only_a_right"].toInteger() +
                     paired["only_b_right"].toInteger() + paired["both_wrong"].toInteger(),
                 paired["samples"].toInteger());
        QVERIFY(!half["layers"].array().empty());
        QCOMPARE(runCli({"compare", fashion, fashion, "--images", file("nowhere")}).exitCode, 2); // needs --data
        const auto structure = good({"compare", fashion, file("half.onnx"), "--structure-only"});
        QVERIFY(structure["outputs"].array().empty());
    }

    void comparePicture() {
        good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.5", "-o", file("narrow.onnx")});
        const auto json = good({"compare", fashion, file("narrow.onnx"), "--structure-only", "--svg", file("diff.svg"),
                                "--png", file("diff.png"), "--only-changes"});
        VERIFY_FIELDS(json, "matches", "nodes", "a", "b", "file_bytes_a");
        VERIFY_FIELDS(json["matches"], "count", "reasons", "attached", "unmatched_a", "unmatched_b");
        QCOMPARE(json["matches"]["count"].toInteger(), json["changed"].toInteger() + json["same"].toInteger());
        bool narrowed = false;
        for (const auto& node : json["nodes"].array()) {
            VERIFY_FIELDS(node, "kind", "node", "op", "changes", "flags", "macs_a", "macs_b");
            for (const auto& flag : node["flags"].array())
                narrowed = narrowed || flag.toString() == "narrowed";
        }
        QVERIFY(narrowed);
        const auto svg = QByteArray::fromStdString(readFile(m_dir / "diff.svg"));
        QXmlStreamReader xml(svg);
        while (!xml.atEnd())
            xml.readNext();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(svg.count("<g class=\"changed\">"), json["changed"].toInteger());
        QVERIFY(svg.contains("class=\"legend\""));
        QVERIFY(readFile(m_dir / "diff.png").starts_with("\x89PNG"));
    }

    void compareAnswers() {
        good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.5", "-o", file("half-wide.onnx")});
        const auto json = good({"compare", fashion, file("half-wide.onnx"), "--data", m_data, "--limit", "40",
                                "--samples", "2", "--images", file("pictures")});
        const auto& paired = json["paired"];
        QCOMPARE(paired["samples"].toInteger(), 40);
        const auto& samples = paired["disagreements"].array();
        QVERIFY(!samples.empty());
        QCOMPARE(filesIn(m_dir / "pictures").size(), samples.size());
        const auto result = runCli({"compare", fashion, file("half-wide.onnx"), "--data", m_data, "--limit", "40"});
        QCOMPARE(result.exitCode, 0);
        QVERIFY2(result.out.find("B top-1") != std::string::npos, result.out.c_str());
    }
};

QTEST_GUILESS_MAIN(CliCompareTest)
#include "tst_clicompare.moc"
