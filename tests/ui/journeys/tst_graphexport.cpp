// SPDX-License-Identifier: GPL-3.0-or-later
// The graph written to files through the window's dialog: every format, part, paper and scale; cancelled; failed.
#include "onnx/onnxwriter.h"
#include "tests/support/modelbuilder.h"
#include "tests/ui/journeys/graphbench.h"
#include "ui/panels/comparepanel.h"
#include "ui/panels/graphexportdialog.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include <cmath>
#include <functional>

using namespace lapidary;
using namespace lapidary::test;

namespace {

ModelPtr chainModel() {
    ModelBuilder b;
    b.input("x", {1, 4, 8, 8});
    std::string last = "x";
    for (int i = 0; i < 100; ++i) {
        const auto next = "v" + std::to_string(i);
        b.node(i % 2 == 0 ? "Relu" : "Sigmoid", {last}, {next}, {}, "n" + std::to_string(i));
        last = next;
    }
    return b.node("Abs", {last}, {"y"}, {}, "end").output("y").build();
}

} // namespace

class TestGraphExport : public GraphBench {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void writesEveryFormat_data();
    void writesEveryFormat();
    void writesTheVisiblePart();
    void scaleIsOfTheScreen();
    void paperHasPages();
    void endingAndFormatAgree();
    void tooLargeSaysWhy();
    void cancelWritesNothing();
    void unwritableFileIsAnError();
    void choicesAreRemembered();
    void comparisonIsWritten();

private:
    using Use = std::function<void(GraphExportDialog&)>;
    /// Opens the dialog by its action and hands it over; it must have been closed when this returns.
    void inDialog(const Use& use, const char* action = "exportGraph");
    QString path(const char* name) const {
        return QDir(QString::fromStdString(m_home->path().string())).filePath(QLatin1String(name));
    }
    static QByteArray bytesOf(const QString& file);
    template <typename T>
    static T* part(GraphExportDialog& dialog, const char* name) {
        return dialog.findChild<T*>(QLatin1String(name));
    }
    static void choose(GraphExportDialog& dialog, const char* box, int index) {
        part<QComboBox>(dialog, box)->setCurrentIndex(index);
    }
    static void write(GraphExportDialog& dialog, const QString& file) {
        part<QLineEdit>(dialog, "exportFile")->setText(QDir::toNativeSeparators(file));
        QTest::mouseClick(part<QPushButton>(dialog, "exportWrite"), Qt::LeftButton);
    }
};

void TestGraphExport::init() {
    start(*chainModel(), QSize(1200, 800));
}

void TestGraphExport::inDialog(const Use& use, const char* action) {
    bool used = false;
    QTimer::singleShot(0, this, [&] {
        auto* dialog = m_bench->window().findChild<GraphExportDialog*>();
        if (!dialog)
            return;
        used = true;
        use(*dialog);
        if (dialog->isVisible()) {
            used = false;
            dialog->reject();
        }
    });
    m_bench->find<QAction>(action)->trigger();
    QVERIFY2(used, "the dialog did not come, or was left open");
    QVERIFY(m_bench->settle());
}

QByteArray TestGraphExport::bytesOf(const QString& file) {
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

void TestGraphExport::writesEveryFormat_data() {
    QTest::addColumn<QString>("ending");
    QTest::addColumn<QByteArray>("begin");
    QTest::newRow("png") << "png" << QByteArray("\x89PNG");
    QTest::newRow("svg") << "svg" << QByteArray("<?xml");
    QTest::newRow("pdf") << "pdf" << QByteArray("%PDF-");
}

void TestGraphExport::writesEveryFormat() {
    QFETCH(QString, ending);
    QFETCH(QByteArray, begin);
    const auto file = path("out.") + ending;
    QSignalSpy notice(&m_bench->workspace(), &Workspace::notice);
    inDialog([&](GraphExportDialog& dialog) {
        write(dialog, file);
        QCOMPARE(dialog.result(), int(QDialog::Accepted));
    });
    QVERIFY(bytesOf(file).startsWith(begin));
    QVERIFY(bytesOf(file).size() > 2000);
    QCOMPARE(notice.count(), 1);
    QVERIFY(notice.first().first().toString().contains(QFileInfo(file).fileName()));
}

void TestGraphExport::writesTheVisiblePart() {
    m_view->resetZoom();
    const auto seen = m_view->visiblePart().visible();
    inDialog([&](GraphExportDialog& dialog) {
        choose(dialog, "exportRange", 1);
        write(dialog, path("part.png"));
    });
    const QImage image(path("part.png"));
    QVERIFY(std::abs(image.width() - (seen.right - seen.left)) <= 1);
    QVERIFY(std::abs(image.height() - (seen.bottom - seen.top)) <= 1);
    inDialog([&](GraphExportDialog& dialog) { write(dialog, path("whole.svg")); }); // remembered: still the part
    const auto part = bytesOf(path("whole.svg"));
    inDialog([&](GraphExportDialog& dialog) {
        choose(dialog, "exportRange", 0);
        write(dialog, path("all.svg"));
    });
    QVERIFY(bytesOf(path("all.svg")).contains(">Abs<"));
    QVERIFY(!part.isEmpty() && part.size() < bytesOf(path("all.svg")).size());
}

void TestGraphExport::scaleIsOfTheScreen() {
    for (const int percent : {50, 200})
        inDialog([&](GraphExportDialog& dialog) {
            part<QDoubleSpinBox>(dialog, "exportScale")->setValue(percent);
            write(dialog, path(percent == 50 ? "half.png" : "double.png"));
        });
    const QImage half(path("half.png")), twice(path("double.png"));
    QVERIFY(half.width() > 40);
    QVERIFY(std::abs(twice.width() - 4 * half.width()) <= 4);
    QVERIFY(std::abs(twice.height() - 4 * half.height()) <= 4);
}

void TestGraphExport::paperHasPages() {
    const auto pages = [&](int choice, const char* file) {
        QString said;
        inDialog([&](GraphExportDialog& dialog) {
            choose(dialog, "exportFormat", 2);
            choose(dialog, "exportPages", choice);
            said = part<QLabel>(dialog, "exportSize")->text();
            write(dialog, path(file));
        });
        const auto count = int(bytesOf(path(file)).count("/MediaBox"));
        return std::pair(count, said);
    };
    const auto [one, oneSaid] = pages(0, "one.pdf");
    const auto [tiles, tilesSaid] = pages(1, "tiles.pdf");
    const auto [small, smallSaid] = pages(3, "small.pdf");
    QCOMPARE(one, 1);
    QCOMPARE(small, 1);
    QVERIFY(tiles > 2);
    QVERIFY2(tilesSaid.startsWith(QString::number(tiles)), qPrintable(tilesSaid));
    QVERIFY(smallSaid.contains(QStringLiteral("21.0")) || smallSaid.contains(QStringLiteral("29.7")));
}

void TestGraphExport::endingAndFormatAgree() {
    inDialog([&](GraphExportDialog& dialog) {
        auto* file = part<QLineEdit>(dialog, "exportFile");
        auto* format = part<QComboBox>(dialog, "exportFormat");
        auto* pages = part<QComboBox>(dialog, "exportPages");
        file->setText(path("a.svg"));
        QCOMPARE(format->currentIndex(), 1);
        QVERIFY(!pages->isEnabled() && pages->toolTip().contains(QStringLiteral("PDF")));
        format->setCurrentIndex(2);
        QVERIFY(file->text().endsWith(QStringLiteral("a.pdf")));
        QVERIFY(pages->isEnabled());
        file->clear();
        auto* button = part<QPushButton>(dialog, "exportWrite");
        QVERIFY(!button->isEnabled() && !button->toolTip().isEmpty());
        dialog.reject();
    });
}

void TestGraphExport::tooLargeSaysWhy() {
    inDialog([&](GraphExportDialog& dialog) {
        part<QLineEdit>(dialog, "exportFile")->setText(path("huge.png"));
        part<QDoubleSpinBox>(dialog, "exportScale")->setValue(1000);
        auto* button = part<QPushButton>(dialog, "exportWrite");
        QVERIFY(!button->isEnabled());
        const auto text = part<QLabel>(dialog, "exportSize")->text();
        QVERIFY2(text.contains(QStringLiteral("scale of")), qPrintable(text));
        QCOMPARE(button->toolTip(), text);
        part<QDoubleSpinBox>(dialog, "exportScale")->setValue(100);
        QVERIFY(button->isEnabled());
        dialog.reject();
    });
}

void TestGraphExport::cancelWritesNothing() {
    QSignalSpy notice(&m_bench->workspace(), &Workspace::notice);
    inDialog([&](GraphExportDialog& dialog) {
        part<QLineEdit>(dialog, "exportFile")->setText(path("never.png"));
        QTest::keyClick(&dialog, Qt::Key_Escape);
    });
    QVERIFY(!QFileInfo::exists(path("never.png")));
    QCOMPARE(notice.count(), 0);
}

void TestGraphExport::unwritableFileIsAnError() {
    QSignalSpy problem(&m_bench->workspace(), &Workspace::message);
    QSignalSpy notice(&m_bench->workspace(), &Workspace::notice);
    inDialog([&](GraphExportDialog& dialog) { write(dialog, path("model.onnx/graph.svg")); }); // below a file
    QCOMPARE(problem.count(), 1);
    QCOMPARE(notice.count(), 0);
    const auto diagnostic = problem.first().first().value<Diagnostic>();
    QVERIFY2(!diagnostic.message.empty(), diagnostic.code.c_str());
    QVERIFY2(QString::fromStdString(diagnostic.toString()).contains(QStringLiteral("graph.svg")),
             diagnostic.toString().c_str());
}

void TestGraphExport::choicesAreRemembered() {
    inDialog([&](GraphExportDialog& dialog) {
        part<QDoubleSpinBox>(dialog, "exportScale")->setValue(150);
        choose(dialog, "exportColours", 1);
        part<QCheckBox>(dialog, "exportLegend")->setChecked(false);
        write(dialog, path("kept.svg"));
    });
    inDialog([&](GraphExportDialog& dialog) {
        QCOMPARE(part<QDoubleSpinBox>(dialog, "exportScale")->value(), 150.0);
        QCOMPARE(part<QComboBox>(dialog, "exportColours")->currentIndex(), 1);
        QVERIFY(!part<QCheckBox>(dialog, "exportLegend")->isChecked());
        QCOMPARE(dialog.options().format, ExportFormat::Svg);
        QVERIFY(dialog.file().startsWith(QFileInfo(path("kept.svg")).absolutePath()));
        dialog.reject();
    });
}

/// The picture of two models, through its own action and button, with the same dialog.
void TestGraphExport::comparisonIsWritten() {
    auto* action = m_bench->find<QAction>("exportDifference");
    auto* button = m_bench->find<QToolButton>("diffExport");
    QVERIFY(!action->isEnabled());
    QVERIFY2(action->toolTip().contains(QStringLiteral("compared")), qPrintable(action->toolTip()));
    QVERIFY(!button->isEnabled());
    ModelBuilder b;
    b.input("x", {1, 4, 8, 8}).node("Relu", {"x"}, {"v0"}, {}, "n0").node("Tanh", {"v0"}, {"t"}, {}, "other");
    const auto other = *m_home / "other.onnx";
    LAPIDARY_VERIFY_OK(writeOnnx(*b.node("Abs", {"t"}, {"y"}, {}, "end").output("y").build(), other));
    m_bench->find<QTabWidget>("centreTabs")->setCurrentWidget(m_bench->find<ComparePanel>("comparePanel"));
    m_bench->find<ComparePanel>("comparePanel")->compareWith(QString::fromStdString(other.string()));
    QVERIFY(m_bench->settle());
    QTRY_VERIFY(action->isEnabled());
    QTRY_VERIFY(m_bench->find<GraphView>("diffView")->picture());
    QVERIFY(button->isEnabled());
    for (const char* ending : {"svg", "png", "pdf"})
        inDialog([&](GraphExportDialog& dialog) { write(dialog, path("difference.") + QLatin1String(ending)); },
                 "exportDifference");
    const auto svg = bytesOf(path("difference.svg"));
    for (const char* part : {"class=\"added\"", "class=\"removed\"", "class=\"legend\"", "other.onnx", "Tanh"})
        QVERIFY2(svg.contains(part), svg.constData());
    QVERIFY(bytesOf(path("difference.pdf")).startsWith("%PDF-"));
    QVERIFY(QImage(path("difference.png")).height() > 100);
}

QTEST_MAIN(TestGraphExport)
#include "tst_graphexport.moc"
