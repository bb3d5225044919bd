// SPDX-License-Identifier: GPL-3.0-or-later
// apply: passes, recipes, what is written and when.
#include "clibench.h"
#include "onnx/onnxwriter.h"
#include "tests/support/modelbuilder.h"

#include <QTest>

#include <csignal>

using namespace lapidary;
using namespace lapidary::test;

class CliApplyTest : public CliBench {
    Q_OBJECT

private Q_SLOTS:
    void applyPass() {
        const auto json =
            good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.25", "-o", file("pruned.onnx")});
        VERIFY_FIELDS(json, "steps", "seconds", "peak_rss_bytes");
        const auto& step = json["steps"].array().front();
        for (const char* side : {"before", "after"})
            VERIFY_FIELDS(step[side], "parameters", "bytes", "macs");
        QVERIFY(step["after"]["macs"].toInteger() < step["before"]["macs"].toInteger());
        QVERIFY(!step["layers"].array().empty());
        QVERIFY(json["peak_rss_bytes"].toInteger() > (1 << 20));
        const auto after = good({"inspect", file("pruned.onnx")});
        QCOMPARE(after["macs"].toInteger(), step["after"]["macs"].toInteger());
        QCOMPARE(after["parameters"].toInteger(), step["after"]["parameters"].toInteger());
        const auto some = good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.25", "--nodes",
                                "/stage1/block0/conv1", "-o", file("some.onnx")});
        QVERIFY(some["steps"].array().front()["after"]["macs"].toInteger() > step["after"]["macs"].toInteger());
    }

    void applyToAQuery() {
        const auto apply = [this](const char* nodes, const char* out) {
            good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.25", "--nodes", nodes, "-o", file(out)});
            return readFile(m_dir / out);
        };
        // The same nodes by name, by glob and by query: the same bytes.
        const auto byName = apply("/stage1/block0/conv1", "named.onnx");
        QVERIFY(!byName.empty());
        QVERIFY(apply("/stage1/block0/conv1*", "globbed.onnx") == byName);
        QVERIFY(apply("op:Conv name:/stage1\\/block0\\/conv1$/ channels<100", "queried.onnx") == byName);
        QVERIFY(apply("op:Conv", "all.onnx") != byName);
        const auto out = file("mistake.onnx");
        bad({"apply", fashion, "--pass", "prune.channels", "--nodes", "channels>100K", "-o", out}, "channels>100K",
            true);
        bad({"apply", fashion, "--pass", "prune.channels", "--nodes", "channels>many", "-o", out}, "many", true);
    }

    void applyTwiceGivesTheSameBytes() {
        for (const char* name : {"a.onnx", "b.onnx"})
            good({"apply", fashion, "--recipe", text(sample / "recipes/12-prune-09-int8.json"), "--data", m_data, "-o",
                  file(name)});
        const auto bytes = readFile(m_dir / "a.onnx");
        QVERIFY(bytes.size() > 1000);
        QVERIFY(bytes == readFile(m_dir / "b.onnx"));
    }

    void applyMistakes() {
        const auto out = file("mistake.onnx");
        bad({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=oops", "-o", out}, "ratio");
        bad({"apply", fashion, "--pass", "prune.channels", "-p", "rtio=0.5", "-o", out}, "rtio");
        bad({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=7", "-o", out}, "ratio");
        bad({"apply", fashion, "--pass", "prune.chanels", "-o", out}, "prune.chanels", true);
        bad({"apply", fashion, "--pass", "prune.channels", "--nodes", "nothing*", "-o", out}, "nothing*");
        bad({"apply", fashion, "--pass", "quantize.int8", "-o", out}, "quantize.int8", true);
        bad({"apply", fashion, "--recipe", file("none.json"), "-o", out}, "none.json");
        writeFile(m_dir / "broken.json", "{\"lapidary_recipe\": 1, \"steps\": [{]}");
        bad({"apply", fashion, "--recipe", file("broken.json"), "-o", out}, "broken.json");
        writeFile(m_dir / "newer.json", "{\"lapidary_recipe\": 9, \"steps\": []}");
        bad({"apply", fashion, "--recipe", file("newer.json"), "-o", out}, "newer.json");
        QVERIFY(!std::filesystem::exists(m_dir / "mistake.onnx"));
        bad({"apply", fashion, "--pass", "simplify.graph", "-o", file("data/data.json/x.onnx")}, "x.onnx");
    }

    /// A file is there whole or not at all, and an older one is kept.
    void interruptedApply() {
        ModelBuilder b;
        b.input("x", {1, 1500});
        std::string last = "x";
        for (int i = 0; i < 12; ++i) {
            const auto n = std::to_string(i);
            b.init("w" + n, {1500, 1500}, i)
                .node("MatMul", {last, "w" + n}, {"m" + n})
                .node("Relu", {"m" + n}, {"r" + n});
            last = "r" + n;
        }
        const auto written = writeOnnx(*b.output(last).build(), m_dir / "big.onnx");
        LAPIDARY_VERIFY_OK(written);
        writeFile(m_dir / "target.onnx", "old");
        const auto before = filesIn(m_dir.path());
        for (const int delay : {30, 90, 150, 220}) {
            const auto result = interruptCli(
                {"apply", file("big.onnx"), "--pass", "quantize.float16", "-o", file("target.onnx")}, delay, SIGINT);
            const auto now = readFile(m_dir / "target.onnx");
            QVERIFY2(filesIn(m_dir.path()) == before, "no temporary file is left");
            QVERIFY(result.exitCode == 0 ? now.size() > 10000000 : now == "old" || now.size() > 10000000);
        }
    }
};

QTEST_GUILESS_MAIN(CliApplyTest)
#include "tst_cliapply.moc"
