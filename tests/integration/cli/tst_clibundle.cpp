// SPDX-License-Identifier: GPL-3.0-or-later
// Handing over from the command line: bundles, their verification, cards, reports on paper.
#include "clirunner.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"
#include "tests/support/userhome.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace fs = std::filesystem;

namespace {

QString text(const fs::path& path) {
    return QString::fromStdString(path.string());
}

const QString fashion = text(fs::path(LAPIDARY_SOURCE_DIR) / "resources/sample/fashion.onnx");
const QString recipe = text(fs::path(LAPIDARY_SOURCE_DIR) / "resources/sample/recipes/05-prune-12.json");

} // namespace

class CliBundleTest : public TestCase {
    Q_OBJECT

private:
    TempDir m_dir;
    QString m_data;

    QString file(const std::string& name) { return text(m_dir / name); }

    Json good(const QStringList& arguments, int code = 0) {
        const auto result = runCli(arguments + QStringList{QStringLiteral("--json")});
        std::string problem;
        auto json = result.json(&problem);
        if (result.exitCode != code || !problem.empty())
            qWarning("%s: exit code %d\n%s\n%s", qPrintable(arguments.join(u' ')), result.exitCode, problem.c_str(),
                     result.err.c_str());
        return json;
    }

private Q_SLOTS:
    void initTestCase() { m_data = text(writeFigures(m_dir.path(), 60)); }

    void bareModel() {
        const auto made = good({QStringLiteral("bundle"), fashion, QStringLiteral("--data"), m_data,
                                QStringLiteral("-o"), file("bare"), QStringLiteral("--goldens"), QStringLiteral("2")});
        QCOMPARE(made["goldens"].toInteger(), std::int64_t(2));
        QVERIFY(made["bytes"].toInteger() > 10000);
        const auto verified =
            good({QStringLiteral("project"), QStringLiteral("verify"), file("bare"), QStringLiteral("--data"), m_data});
        QVERIFY(verified["passed"].toBool());
        QCOMPARE(verified["checks"].array().back()["check"].toString(), std::string("accuracy"));
        const auto again = runCli({QStringLiteral("bundle"), fashion, QStringLiteral("-o"), file("bare")});
        QCOMPARE(again.exitCode, 1);
        QVERIFY2(again.err.find("--replace") != std::string::npos, again.err.c_str());
        QCOMPARE(runCli({QStringLiteral("bundle"), fashion}).exitCode, 2);
        // Moved elsewhere it is as good.
        fs::create_directories(m_dir / "other/place");
        fs::rename(m_dir / "bare", m_dir / "other/place/b");
        QVERIFY(good({QStringLiteral("project"), QStringLiteral("verify"), file("other/place/b")})["passed"].toBool());
    }

    void variantWithItsStory() {
        good({QStringLiteral("project"), QStringLiteral("new"), file("p"), fashion, QStringLiteral("--data"), m_data,
              QStringLiteral("--calibration"), m_data});
        const auto rows = good({QStringLiteral("project"), QStringLiteral("run"), file("p"), QStringLiteral("--recipe"),
                                recipe, QStringLiteral("--evaluate")});
        const auto variant = QString::number(rows["variants"].array().back()["id"].toInteger());
        const auto made = good({QStringLiteral("project"), QStringLiteral("export"), file("p"), variant,
                                QStringLiteral("--bundle"), file("handed"), QStringLiteral("-o"), file("alone.onnx")});
        QVERIFY(made["bundle"]["files"].toInteger() > 15);
        QVERIFY(good({QStringLiteral("project"), QStringLiteral("verify"), file("handed")})["passed"].toBool());
        const auto card = good({QStringLiteral("inspect"), file("alone.onnx")})["card"];
        QCOMPARE(card["variant_sha256"].toString(), rows["variants"].array().back()["model_hash"].toString());
        QCOMPARE(card["accuracy"]["samples"].toInteger(), std::int64_t(60));
        const auto shown = runCli({QStringLiteral("inspect"), file("alone.onnx")});
        QVERIFY2(shown.out.find("prune.channels") != std::string::npos, shown.out.c_str());
        QVERIFY(good({QStringLiteral("inspect"), fashion})["card"].isNull());
        QCOMPARE(runCli({QStringLiteral("project"), QStringLiteral("export"), file("p"), variant}).exitCode, 2);

        // The same as one file: a name that ends in .zip is enough.
        const auto zipped = good({QStringLiteral("project"), QStringLiteral("export"), file("p"), variant,
                                  QStringLiteral("-o"), file("handed.zip")});
        QCOMPARE(zipped["bundle"]["bytes"].toInteger(), std::int64_t(fs::file_size(m_dir / "handed.zip")));
        QVERIFY(good({QStringLiteral("project"), QStringLiteral("verify"), file("handed.zip")})["passed"].toBool());
        auto bytes = readFile(m_dir / "handed.zip");
        writeFile(m_dir / "handed.zip", bytes.substr(0, bytes.size() / 2));
        const auto cut = runCli({QStringLiteral("project"), QStringLiteral("verify"), file("handed.zip")});
        QCOMPARE(cut.exitCode, 1);
        QVERIFY2(cut.err.find("handed.zip") != std::string::npos &&
                     cut.err.find("hint: Copy it once more") != std::string::npos,
                 cut.err.c_str());

        // Someone changed the weights and signed for it: the goldens tell.
        writeFile(m_dir / "handed/golden/000.output-0.npy", readFile(m_dir / "handed/golden/001.output-0.npy"));
        const auto changed = good({QStringLiteral("project"), QStringLiteral("verify"), file("handed")}, 1);
        QVERIFY(!changed["passed"].toBool());
        QCOMPARE(changed["checks"].array().front()["subject"].toString(), std::string("golden/000.output-0.npy"));
        const auto words = runCli({QStringLiteral("project"), QStringLiteral("verify"), file("handed")});
        QCOMPARE(words.exitCode, 1);
        QVERIFY2(words.err.starts_with("error: The file is not what it was"), words.err.c_str());
        QVERIFY2(words.err.find("golden/000.output-0.npy") != std::string::npos, words.err.c_str());
        QVERIFY2(words.err.find("hint: Copy the bundle once more") != std::string::npos, words.err.c_str());
        QCOMPARE(runCli({QStringLiteral("project"), QStringLiteral("verify"), file("nowhere")}).exitCode, 1);
    }

    void reports() {
        good({QStringLiteral("report"), file("p"), QStringLiteral("-o"), file("r.pdf")});
        const auto pdf = readFile(m_dir / "r.pdf");
        QVERIFY(pdf.starts_with("%PDF-1."));
        QVERIFY(pdf.find("%%EOF") != std::string::npos);
        QVERIFY2(pdf.size() > 20000 && pdf.size() < 3'000'000, std::to_string(pdf.size()).c_str());
        good({QStringLiteral("report"), file("p"), QStringLiteral("-o"), file("r.html")});
        const auto html = readFile(m_dir / "r.html");
        QVERIFY(html.find("What became of the graph") != std::string::npos);
        QVERIFY(html.find("src=\"data:image/svg+xml;base64,") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(CliBundleTest)
#include "tst_clibundle.moc"
