// SPDX-License-Identifier: GPL-3.0-or-later
// The programs in a bundle are compiled and run as someone who was handed it would, and give the goldens.
#include "bundlebench.h"

#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace fs = std::filesystem;

namespace {

struct Run {
    int code = -1;
    QString out;
};

Run run(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    Run result;
    if (process.waitForFinished(100000) && process.exitStatus() == QProcess::NormalExit)
        result.code = process.exitCode();
    result.out = QString::fromUtf8(process.readAll());
    return result;
}

QString text(const fs::path& path) {
    return QString::fromStdString(path.string());
}

QString compiler() {
    return QStandardPaths::findExecutable(QStringLiteral("c++"));
}

Run compile(const fs::path& bundle, const fs::path& program) {
    const auto library = QFileInfo(QStringLiteral(LAPIDARY_ORT_LIBRARY));
    return run(compiler(), {QStringLiteral("-std=c++17"), QStringLiteral("-Wall"), QStringLiteral("-Wextra"),
                            QStringLiteral("-Werror"), QStringLiteral("-isystem"), QStringLiteral(LAPIDARY_ORT_INCLUDE),
                            text(bundle / "samples/cpp/classify.cpp"), library.filePath(),
                            QStringLiteral("-Wl,-rpath,") + library.path(), QStringLiteral("-o"), text(program)});
}

} // namespace

class BundleSampleTest : public TestCase {
    Q_OBJECT

private:
    TempDir m_dir;

private Q_SLOTS:
    void initTestCase() { qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string())); }

    void givesTheGoldens_data() {
        QTest::addColumn<QString>("preprocess");
        QTest::addColumn<int>("side");
        QTest::addColumn<bool>("channelsFirst");
        QTest::addColumn<int>("channels");
        const auto row = [](const char* name, const char* preprocess, int side, bool first = true, int channels = 3) {
            QTest::newRow(name) << QString::fromLatin1(preprocess) << side << first << channels;
        };
        row("linear and crop",
            R"({"resize": {"shorter": 40}, "crop": 32, "mean": [123.7, 116.3, 103.5], "std": [58.4, 57.1, 57.4]})", 32);
        row("area shrinks",
            R"({"resize": {"width": 23, "height": 23}, "interpolation": "area", "scale": 0.00392156862745098})", 23);
        row("area grows", R"({"resize": {"width": 90, "height": 90}, "interpolation": "area", "color": "BGR"})", 90);
        row("cubic, channels last",
            R"({"resize": {"width": 100, "height": 100}, "interpolation": "cubic", "layout": "NHWC", "std": [2]})", 100,
            false);
        row("nearest", R"({"resize": {"width": 37, "height": 37}, "interpolation": "nearest"})", 37);
        // Nothing is resized, so the bytes must be the very same.
        row("grey and crop", R"({"crop": 41, "color": "GRAY", "mean": [72.94], "std": [90.02]})", 41, true, 1);
    }

    void givesTheGoldens() {
        if (compiler().isEmpty())
            QSKIP("There is no compiler c++ here");
        QFETCH(QString, preprocess);
        QFETCH(int, side);
        QFETCH(bool, channelsFirst);
        QFETCH(int, channels);
        const auto place = m_dir / ("bundle-" + std::to_string(side));
        const auto data = writePictures(m_dir / "data", preprocess.toStdString());
        LAPIDARY_VERIFY_OK(writeBundle(*bundleSourceOf(smallClassifier(side, channelsFirst, channels), data), place));
        const auto program = m_dir / ("classify-" + std::to_string(side));
        const auto compiled = compile(place, program);
        QVERIFY2(compiled.code == 0, qPrintable(compiled.out));
        const auto tested = run(text(program), {text(place), QStringLiteral("--self-test")});
        QVERIFY2(tested.code == 0 && tested.out.contains(QStringLiteral("all good")), qPrintable(tested.out));
        QCOMPARE(tested.out.count(QStringLiteral("ok    ")), 4 * 3);
    }

    void namesTheClassesAndNoticesChanges() {
        if (compiler().isEmpty())
            QSKIP("There is no compiler c++ here");
        const auto place = m_dir / "named";
        const auto data =
            writePictures(m_dir / "data", R"({"resize": {"width": 16, "height": 16}, "color": "RGB", "scale": 0.01})");
        LAPIDARY_VERIFY_OK(writeBundle(*bundleSourceOf(smallClassifier(16), data), place));
        QVERIFY(compile(place, m_dir / "named-program").code == 0);
        const auto picture = text(place / "golden/000.ppm");
        const auto best = run(text(m_dir / "named-program"), {text(place), picture});
        QVERIFY2(best.code == 0, qPrintable(best.out));
        const auto lines = best.out.split(QLatin1Char('\n'));
        QCOMPARE(lines.at(0), picture);
        QVERIFY2(lines.at(1).contains(
                     QRegularExpression(QStringLiteral("^ +-?[0-9.]+  [0-5]  (ant|bee|\"cat\"|do\\\\g|éléphant|fox)"))),
                 qPrintable(best.out));
        QCOMPARE(run(text(m_dir / "named-program"), {text(place), text(m_dir / "none.ppm")}).code, 1);
        QCOMPARE(run(text(m_dir / "named-program"), {}).code, 2);
        // Another picture under the same name: the program says that its preprocessing differs.
        writeFile(place / "golden/000.ppm", ppm(61, 47, 77));
        const auto changed = run(text(m_dir / "named-program"), {text(place), QStringLiteral("--self-test")});
        QCOMPARE(changed.code, 1);
        QVERIFY2(changed.out.contains(QStringLiteral("FAILED  preprocessing golden/000.ppm")), qPrintable(changed.out));
    }

    void pythonIsPython() {
        const auto python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (python.isEmpty())
            QSKIP("There is no python3 here");
        const auto place = m_dir / "python";
        const auto data =
            writePictures(m_dir / "data", R"({"resize": {"shorter": 40}, "crop": 32, "mean": [123.7, 116.3, 103.5]})");
        LAPIDARY_VERIFY_OK(writeBundle(*bundleSourceOf(smallClassifier(32), data), place));
        const auto script = text(place / "samples/python/classify.py");
        const auto compiled = run(python, {QStringLiteral("-m"), QStringLiteral("py_compile"), script});
        QVERIFY2(compiled.code == 0, qPrintable(compiled.out));
        if (run(python, {QStringLiteral("-c"), QStringLiteral("import numpy, onnxruntime")}).code != 0)
            QSKIP("This python3 has no numpy and onnxruntime: the program was checked for its syntax only");
        const auto tested = run(python, {script, text(place), QStringLiteral("--self-test")});
        QVERIFY2(tested.code == 0, qPrintable(tested.out));
    }
};

QTEST_GUILESS_MAIN(BundleSampleTest)
#include "tst_bundlesample.moc"
