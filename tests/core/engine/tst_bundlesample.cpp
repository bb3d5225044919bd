// SPDX-License-Identifier: GPL-3.0-or-later
// The programs in a bundle are compiled and run as someone who was handed it would, and give the goldens.
#include "bundlebench.h"
#include "onnx/onnxreader.h"
#include "runtime/session.h"
#include "tensor/npyfile.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
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

/// A Python with numpy: the first of the path, or the system's.
QString pythonWithNumpy() {
    for (const auto& python :
         {QStandardPaths::findExecutable(QStringLiteral("python3")), QStringLiteral("/usr/bin/python3")})
        if (!python.isEmpty() && run(python, {QStringLiteral("-c"), QStringLiteral("import numpy")}).code == 0)
            return python;
    return {};
}

/// The bundle's Python program over the real onnxruntime where there is one, else over the stand-in.
Run runPython(const QString& python, const fs::path& bundle, const QStringList& arguments) {
    const bool real = run(python, {QStringLiteral("-c"), QStringLiteral("import onnxruntime")}).code == 0;
    QTemporaryDir modules;
    if (!real)
        QFile::copy(QStringLiteral(LAPIDARY_SOURCE_DIR "/tests/core/engine/onnxruntimestub.py"),
                    modules.filePath(QStringLiteral("onnxruntime.py")));
    qputenv("PYTHONPATH", modules.path().toUtf8());
    qputenv("PYTHONDONTWRITEBYTECODE", "1");
    qputenv("LAPIDARY_STUB_RUNNER", QCoreApplication::applicationFilePath().toUtf8());
    return run(python, QStringList{text(bundle / "samples/python/classify.py")} + arguments);
}

int runModel(const fs::path& model, const fs::path& input, const fs::path& folder) {
    const auto read = readOnnx(model);
    const auto array = readNpy(input);
    if (!read || !array)
        return 1;
    const auto session = openSession(*read->model, {});
    const auto outputs = session ? (*session)->run({*array}) : Result<std::vector<TensorPtr>>(session.error());
    if (!outputs) {
        qWarning("%s", outputs.error().toString().c_str());
        return 1;
    }
    for (std::size_t i = 0; i < outputs->size(); ++i)
        if (!writeNpy(*(*outputs)[i], folder / (std::to_string(i) + ".npy")))
            return 1;
    return 0;
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

    void pythonGivesTheGoldens_data() { givesTheGoldens_data(); }
    void pythonGivesTheGoldens() {
        const auto python = pythonWithNumpy();
        if (python.isEmpty())
            QSKIP("There is no python3 with numpy here");
        QFETCH(QString, preprocess);
        QFETCH(int, side);
        QFETCH(bool, channelsFirst);
        QFETCH(int, channels);
        const auto place = m_dir / ("python-" + std::to_string(side));
        const auto data = writePictures(m_dir / "data", preprocess.toStdString());
        LAPIDARY_VERIFY_OK(writeBundle(*bundleSourceOf(smallClassifier(side, channelsFirst, channels), data), place));
        const auto tested = runPython(python, place, {text(place), QStringLiteral("--self-test")});
        QVERIFY2(tested.code == 0 && tested.out.contains(QStringLiteral("all good")), qPrintable(tested.out));
        QCOMPARE(tested.out.count(QStringLiteral("ok    ")), 4 * 3);
    }

    void pythonNamesTheClassesAndNoticesChanges() {
        const auto python = pythonWithNumpy();
        if (python.isEmpty())
            QSKIP("There is no python3 with numpy here");
        const auto place = m_dir / "python-named";
        const auto data =
            writePictures(m_dir / "data", R"({"resize": {"width": 16, "height": 16}, "color": "RGB", "scale": 0.01})");
        LAPIDARY_VERIFY_OK(writeBundle(*bundleSourceOf(smallClassifier(16), data), place));
        const auto best = runPython(python, place, {text(place), text(place / "golden/000.ppm")});
        QVERIFY2(best.code == 0, qPrintable(best.out));
        const auto lines = best.out.split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 1 + 5 + 1);
        const QRegularExpression line(QStringLiteral("^ +-?[0-9.]+  [0-5]  (ant|bee|\"cat\"|do\\\\g|éléphant|fox)"));
        QVERIFY2(lines.at(1).contains(line), qPrintable(best.out));
        QCOMPARE(runPython(python, place, {}).code, 2);
        writeFile(place / "golden/000.ppm", ppm(61, 47, 77));
        const auto changed = runPython(python, place, {text(place), QStringLiteral("--self-test")});
        QCOMPARE(changed.code, 1);
        QVERIFY2(changed.out.contains(QStringLiteral("FAILED  preprocessing golden/000.ppm")), qPrintable(changed.out));
    }
};

// The stand-in for Python's ONNX Runtime calls this program with --run-model MODEL INPUT.npy FOLDER.
int main(int argc, char** argv) {
    if (argc == 5 && std::string_view(argv[1]) == "--run-model")
        return runModel(argv[2], argv[3], argv[4]);
    QCoreApplication app(argc, argv);
    BundleSampleTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_bundlesample.moc"
