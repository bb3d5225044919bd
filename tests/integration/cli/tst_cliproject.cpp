// SPDX-License-Identifier: GPL-3.0-or-later
// project and report.
#include "clibench.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class CliProjectTest : public CliBench {
    Q_OBJECT

private Q_SLOTS:
    void project() {
        const auto folder = file("project");
        auto json =
            good({"project", "new", folder, fashion, "--data", m_data, "--calibration", m_data, "--name", "base"});
        QCOMPARE(json["variants"].array().size(), std::size_t(1));
        bad({"project", "new", folder}, "project", true);
        json = good({"project", "run", folder, "--recipe", text(sample / "recipes/05-prune-12.json"), "--recipe",
                     text(sample / "recipes/08-int8-minmax.json"), "--evaluate"});
        QCOMPARE(json["variants"].array().size(), std::size_t(3));
        for (std::size_t i = 1; i < 3; ++i) {
            const auto& variant = json["variants"].array()[i];
            VERIFY_FIELDS(variant, "id", "parent", "name", "bytes", "file_bytes", "macs", "top1", "agreement");
            QCOMPARE(variant["parent"].toInteger(), 1);
        }
        good({"apply", fashion, "--pass", "quantize.float16", "-o", file("half.onnx")});
        json = good({"project", "add", folder, file("half.onnx"), "--name", "second"});
        QCOMPARE(json["variants"].array().back()["name"].toString(), std::string("second"));
        QCOMPARE(good({"project", "list", folder})["variants"].array().size(), std::size_t(4));
        const auto again = good({"project", "reproduce", folder, "--all"});
        QVERIFY(again["reproduced"].toBool());
        QCOMPARE(again["variants"].array().size(), std::size_t(4));
        VERIFY_FIELDS(again["variants"].array()[1], "id", "name", "reproduced", "hash", "expected_hash", "differences");
        QCOMPARE(good({"project", "reproduce", folder, "2", "3"})["variants"].array().size(), std::size_t(2));
        good({"project", "export", folder, "2", "-o", file("exported.onnx")});
        const auto exported = good({"inspect", file("exported.onnx")});
        QCOMPARE(exported["macs"].toInteger(), json["variants"].array()[1]["macs"].toInteger());
        bad({"project", "export", folder, "99", "-o", file("no.onnx")}, "99");
        bad({"project", "list", file("nowhere")}, "project", true);
        good({"report", folder, "-o", file("report.html")});
        QVERIFY(readFile(m_dir / "report.html").find("</html>") != std::string::npos);
        bad({"report", file("nowhere"), "-o", file("no.html")}, "project", true);
        QVERIFY(!std::filesystem::exists(m_dir / "no.html"));
    }

    /// A row of ratios, the branch of one of them put onto another, damage found and mended.
    void projectRowsAndRepair() {
        const auto folder = file("rows");
        good({"project", "new", folder, fashion, "--data", m_data, "--calibration", m_data});
        const QStringList sweep = {
            "project",           "sweep",      folder,    "--from", "1", "--pass", "prune.channels", "--vary",
            "ratio=0.2:0.6:0.2", "--evaluate", "--limit", "50"};
        auto json = good(sweep);
        QCOMPARE(json["made"].toInteger(), 3);
        VERIFY_FIELDS(json["points"].array()[0], "name", "params", "variant", "reused");
        QCOMPARE(json["points"].array()[1]["name"].toString(), std::string("prune 40 %"));
        QCOMPARE(good(sweep)["reused"].toInteger(), 3);
        bad({"project", "sweep", folder, "--from", "1", "--pass", "prune.channels", "--vary", "ratio=x:y"}, "ratio",
            true);
        good({"project", "run", folder, "--variant", "2", "--recipe", text(sample / "recipes/08-int8-minmax.json")});
        json = good({"project", "rebase", folder, "--branch", "2", "--onto", "3"});
        QCOMPARE(json["made"].toInteger(), 1);
        VERIFY_FIELDS(json["variants"].array()[0], "old", "name", "variant", "reused");
        bad({"project", "rebase", folder, "--branch", "4", "--onto", "3"}, "nothing", true);
        json = good({"project", "check", folder});
        QVERIFY(json["sound"].toBool() && json["stale"].array().empty());
        VERIFY_FIELDS(json, "database", "variants", "unneeded_files", "unneeded_bytes");
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_dir / "rows" / "blobs"))
            if (entry.is_regular_file())
                writeFile(entry.path(), "damaged");
        QCOMPARE(runCli({"project", "check", folder, "--json"}).exitCode, 1);
        json = good({"project", "repair", folder});
        QVERIFY(json["sound"].toBool());
        QCOMPARE(json["variants"].array().size(), std::size_t(6));
        QVERIFY(good({"project", "check", folder})["sound"].toBool());
        QVERIFY(good({"project", "reproduce", folder, "--all"})["reproduced"].toBool());
        VERIFY_FIELDS(good({"project", "compact", folder}), "files_removed");
    }
};

QTEST_GUILESS_MAIN(CliProjectTest)
#include "tst_cliproject.moc"
