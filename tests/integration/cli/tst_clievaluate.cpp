// SPDX-License-Identifier: GPL-3.0-or-later
// evaluate and profile.
#include "clibench.h"
#include "clidata.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class CliEvaluateTest : public CliBench {
    Q_OBJECT

private Q_SLOTS:
    void evaluate() {
        const auto json = good({"evaluate", fashion, "--data", m_data, "--reference", fashion});
        VERIFY_FIELDS(json, "samples", "top1", "top5", "agreement", "seconds");
        QCOMPARE(json["samples"].toInteger(), 200);
        QCOMPARE(json["agreement"].toDouble(), 100.0);
        QVERIFY(json["top5"].toDouble() >= json["top1"].toDouble());
        good({"apply", fashion, "--pass", "quantize.int8", "--data", m_data, "-o", file("int8.onnx")});
        const auto int8 =
            good({"evaluate", file("int8.onnx"), "--data", m_data, "--reference", fashion, "--limit", "60"});
        VERIFY_FIELDS(int8, "sqnr_db");
        QCOMPARE(int8["samples"].toInteger(), 60);
        QVERIFY(int8["sqnr_db"].toDouble() > 5);
    }

    void evaluateSince() {
        good({"apply", fashion, "--pass", "prune.weights", "-p", "criterion=magnitude", "--nodes",
              "/stage3/block1/conv3", "-o", file("late.onnx")});
        const QStringList command{"evaluate", file("late.onnx"), "--data", m_data, "--reference", fashion};
        const auto whole = good(command);
        QVERIFY(!whole.contains("prefix"));
        for (const std::int64_t spared : {0, 200}) { // the second finds what the first process left on the disk
            const auto json = good(command + QStringList{"--since", fashion});
            VERIFY_FIELDS(json, "prefix", "drop", "drop_low", "drop_high", "population", "complete", "early");
            for (const char* key : {"samples", "top1", "top5", "agreement", "drop"})
                QCOMPARE(json[key].toDouble(), whole[key].toDouble());
            const Json& prefix = json["prefix"];
            VERIFY_FIELDS(prefix, "values", "first_changed", "bytes_per_sample", "saved_share", "spared_samples");
            QCOMPARE(prefix["spared_samples"].toInteger(), spared);
            QCOMPARE(prefix["first_changed"].array()[0].toString(), std::string("/stage3/block1/conv3"));
            QVERIFY(prefix["saved_share"].toDouble() > 0.8);
        }
        const auto same = good({"evaluate", fashion, "--data", m_data, "--since", fashion});
        VERIFY_FIELDS(same["prefix"], "reason");
    }

    void evaluateUntilClear() {
        const QStringList command{"evaluate", file("late.onnx"), "--data", m_data, "--reference", fashion};
        const auto early = good(command + QStringList{"--stop-when", "agreement=1"});
        QVERIFY(early["early"].toBool() && !early["complete"].toBool());
        QCOMPARE(early["population"].toInteger(), 200);
        QVERIFY(early["samples"].toInteger() < 200);
        QCOMPARE(early["stop"]["verdict"].toString(), std::string("above"));
        const auto whole = good(command + QStringList{"--stop-when", "drop=0"});
        VERIFY_FIELDS(whole["stop"], "metric", "limit", "verdict", "low", "high", "confidence");
        bad({"evaluate", fashion, "--data", m_data, "--stop-when", "drop=1"}, "reference");
        bad({"evaluate", fashion, "--data", m_data, "--stop-when", "speed=1"}, "speed");
        bad({"evaluate", fashion, "--data", m_data, "--since", file("none.onnx")}, "none.onnx");
    }

    void evaluateOnDevice() {
#ifdef LAPIDARY_AGENT
        const auto device = QStringLiteral("exec:" LAPIDARY_AGENT " --stdio --cache '%1'").arg(file("agentcache"));
        const QStringList words{"evaluate", fashion, "--data", m_data, "--limit", "40"};
        const auto here = good(words);
        QCOMPARE(here["device"].toString(), std::string("host"));
        const auto there = good(words + QStringList{"--device", device});
        QCOMPARE(there["device"].toString(), device.toStdString());
        QCOMPARE(there["samples"].toDouble(), 40.0);
        QCOMPARE(there["top1"].toDouble(), here["top1"].toDouble());
        const auto departure = good(words + QStringList{"--device", device, "--departure"});
        QCOMPARE(departure["departs"].toBool(true), false);
        QVERIFY(departure["output_sqnr_db"].isNull() || departure["output_sqnr_db"].toDouble() > 40);
#endif
    }

    void evaluateMistakes() {
        bad({"evaluate", fashion, "--data", file("none.json")}, "none.json");
        bad({"evaluate", fashion, "--data", m_data, "--reference", file("none.onnx")}, "none.onnx");
        bad({"evaluate", fashion, "--data", m_data, "--device", "toaster"}, "toaster");
        writeDataset(m_dir / "large", 20, 40);
        bad({"evaluate", fashion, "--data", file("large/data.json")}, "28");
    }

    void profile() {
        const auto json = good({"profile", fashion, "--per-node", "--threads", "1", "--seconds", "0.3"});
        VERIFY_FIELDS(json, "median_ms", "p90_ms", "ci95_ms", "runs", "load_ms", "peak_memory_bytes", "nodes");
        QCOMPARE(json["ci95_ms"].array().size(), std::size_t(2));
        QVERIFY(json["ci95_ms"].array()[0].toDouble() <= json["median_ms"].toDouble());
        QVERIFY(!json["nodes"].array().empty());
        bad({"profile", fashion, "--device", "toaster"}, "toaster", true);
    }
};

QTEST_GUILESS_MAIN(CliEvaluateTest)
#include "tst_clievaluate.moc"
