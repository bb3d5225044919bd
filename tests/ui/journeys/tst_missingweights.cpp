// SPDX-License-Identifier: GPL-3.0-or-later
// A model whose file of weights is somewhere else: it opens, says so, and is complete once the file was chosen.
#include "onnx/onnxwriter.h"
#include "tests/support/modelbuilder.h"
#include "tests/ui/journeys/windowbench.h"

#include <QApplication>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QTimer>

using namespace lapidary;
using namespace lapidary::test;

class TestMissingWeights : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void opensAndIsCompleted();
    void aWrongFileChangesNothing();

private:
    void choose(const std::filesystem::path& file);
    QWidget* bar() { return m_bench->find<QWidget>("missingWeightsBar"); }

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
};

void TestMissingWeights::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    ModelBuilder b;
    b.input("x", {1, 8, 8, 8}).init("w", {16, 8, 3, 3}, 1).init("v", {8, 16, 1, 1}, 2);
    b.node("Conv", {"x", "w"}, {"y"}, {attr("pads", {1, 1, 1, 1})}, "first");
    b.node("Relu", {"y"}, {"z"}, {}, "relu").node("Conv", {"z", "v"}, {"out"}, {}, "second").output("out");
    WriteOptions apart;
    apart.externalAbove = 0;
    apart.externalTensorBytes = 16;
    LAPIDARY_VERIFY_OK(writeOnnx(*b.build(), *m_home / "net.onnx", apart));
    std::filesystem::create_directory(*m_home / "away");
    std::filesystem::rename(*m_home / "net.onnx.data", *m_home / "away/weights.bin");
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().resize(1280, 800);
    m_bench->window().show();
}

void TestMissingWeights::cleanup() {
    m_bench.reset();
    m_home.reset();
}

void TestMissingWeights::choose(const std::filesystem::path& file) {
    bool answered = false;
    QTimer::singleShot(0, this, [&] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog)
            return;
        answered = dialog->windowTitle().contains(QStringLiteral("net.onnx.data"));
        dialog->setDirectory(QString::fromStdString(file.parent_path().string()));
        dialog->selectFile(QString::fromStdString(file.filename().string()));
        static_cast<QDialog*>(dialog)->accept();
    });
    QTest::mouseClick(m_bench->find<QPushButton>("findWeights"), Qt::LeftButton);
    QVERIFY(answered);
    QVERIFY(m_bench->settle());
}

void TestMissingWeights::opensAndIsCompleted() {
    QVERIFY(m_bench->open(*m_home / "net.onnx"));
    QVERIFY(bar()->isVisible());
    const auto text = m_bench->find<QLabel>("missingWeightsText")->text();
    QVERIFY2(text.contains(QStringLiteral("2 tensor")) && text.contains(QStringLiteral("net.onnx.data")),
             qPrintable(text));
    choose(*m_home / "away/weights.bin");
    QVERIFY(!bar()->isVisible());
    QCOMPARE(m_bench->workspace().variants().size(), std::size_t(1));
    const auto model = m_bench->workspace().model();
    QVERIFY(model);
    QCOMPARE(model->model->graph->constant(model->model->graph->findValue("v")->id)->data.size(),
             std::size_t(8 * 16 * 4));
    // Opened again, it is complete from the project.
    m_bench->window().openPath(QString::fromStdString((*m_home / "net.onnx").string()));
    QVERIFY(m_bench->settle());
    QVERIFY(!bar()->isVisible());
}

void TestMissingWeights::aWrongFileChangesNothing() {
    writeFile(*m_home / "away/short.bin", "no weights");
    QVERIFY(m_bench->open(*m_home / "net.onnx"));
    std::vector<Diagnostic> problems;
    connect(&m_bench->workspace(), &Workspace::message, this,
            [&](const Diagnostic& problem) { problems.push_back(problem); });
    choose(*m_home / "away/short.bin");
    QCOMPARE(problems.size(), std::size_t(1));
    QCOMPARE(problems.front().code, std::string("onnx.missing_data"));
    QVERIFY(problems.front().message.find("short.bin") != std::string::npos);
    QVERIFY(bar()->isVisible());
    QCOMPARE(m_bench->workspace().variants().size(), std::size_t(1));
}

QTEST_MAIN(TestMissingWeights)
#include "tst_missingweights.moc"
