// SPDX-License-Identifier: GPL-3.0-or-later
// Handing over from the window: the dialog, the job, the verification, the report.
#include "engine/bundleverify.h"
#include "tests/ui/journeys/windowbench.h"
#include "ui/panels/bundledialog.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QTimer>

using namespace lapidary;
using namespace lapidary::test;

namespace fs = std::filesystem;

class BundleJourney : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;

    /// Triggers the action and lets `act` use the dialog that opens.
    void withDialog(const std::function<void(BundleDialog&)>& act) {
        bool seen = false;
        QTimer::singleShot(0, this, [&] {
            auto* dialog = qobject_cast<BundleDialog*>(QApplication::activeModalWidget());
            if (!dialog)
                return;
            seen = true;
            act(*dialog);
            if (dialog->isVisible())
                dialog->reject();
        });
        m_bench->find<QAction>("exportBundle")->trigger();
        QVERIFY(seen);
    }

private Q_SLOTS:
    void init() {
        failOnWarnings();
        m_home = std::make_unique<TempDir>();
        useHome(m_home->path());
        m_bench = std::make_unique<WindowBench>();
        m_bench->window().show();
        QVERIFY(m_bench->settle());
    }
    void cleanup() {
        m_bench.reset();
        m_home.reset();
    }

    void isInTheFileMenuAndSaysWhyNot() {
        auto* action = m_bench->find<QAction>("exportBundle");
        QVERIFY(m_bench->window().menuBar()->actions().first()->menu()->actions().contains(action));
        QVERIFY(!action->isEnabled());
        QVERIFY(action->toolTip().contains(QStringLiteral("no model is open")));
        QVERIFY(m_bench->open(resourcesFolder() / "sample/fashion.onnx"));
        QVERIFY(action->isEnabled());
    }

    void exportsAndVerifies() {
        auto& workspace = m_bench->workspace();
        QVERIFY(m_bench->open(resourcesFolder() / "sample/fashion.onnx"));
        workspace.setDataset("evaluation", QString::fromStdString(writeFigures(m_home->path(), 40).string()));
        QVERIFY(m_bench->settle());
        const auto id = m_bench->make(workspace.current(), "simplify.graph");
        QVERIFY(id > 0);
        workspace.setCurrent(id);
        QVERIFY(m_bench->settle());
        workspace.evaluate({id});
        QVERIFY(m_bench->settle());
        const auto place = m_home->path() / "handed over";
        QSignalSpy notices(&workspace, &Workspace::notice);
        QSignalSpy problems(&workspace, &Workspace::message);
        withDialog([&](BundleDialog& dialog) {
            const auto contents = dialog.findChild<QLabel*>(QStringLiteral("bundleContents"))->text();
            QVERIFY2(contents.contains(QStringLiteral("40 sample")), qPrintable(contents));
            QVERIFY(contents.contains(QStringLiteral("not measured (F5")));
            dialog.findChild<QSpinBox*>(QStringLiteral("bundleGoldens"))->setValue(3);
            auto* write = dialog.findChild<QPushButton*>(QStringLiteral("bundleWrite"));
            auto* folder = dialog.findChild<QLineEdit*>(QStringLiteral("bundleFolder"));
            folder->setText(QStringLiteral("relative"));
            QVERIFY(!write->isEnabled());
            folder->setText(QString::fromStdString(m_home->path().string()));
            QVERIFY(!write->isEnabled());
            QVERIFY(!dialog.findChild<QLabel*>(QStringLiteral("bundleProblem"))->text().isEmpty());
            folder->setText(QString::fromStdString(place.string()));
            QVERIFY(write->isEnabled());
            QTest::mouseClick(write, Qt::LeftButton);
        });
        QVERIFY(m_bench->settle());
        QVERIFY2(problems.isEmpty(),
                 problems.isEmpty() ? "" : problems.first().first().value<Diagnostic>().message.c_str());
        QCOMPARE(notices.size(), 1);
        QVERIFY2(notices.first().first().toString().contains(QStringLiteral("verified")),
                 qPrintable(notices.first().first().toString()));
        const auto verified = verifyBundle(place);
        LAPIDARY_VERIFY_OK(verified);
        QVERIFY(verified->passed());
        QVERIFY(fs::exists(place / "golden/002.pgm") && !fs::exists(place / "golden/003.pgm"));

        // Again to the same place: it asks, and replaces.
        withDialog([&](BundleDialog& dialog) {
            QCOMPARE(dialog.findChild<QSpinBox*>(QStringLiteral("bundleGoldens"))->value(), 3); // remembered
            dialog.findChild<QLineEdit*>(QStringLiteral("bundleFolder"))
                ->setText(QString::fromStdString(place.string()));
            dialog.findChild<QSpinBox*>(QStringLiteral("bundleGoldens"))->setValue(1);
            QTimer::singleShot(0, &dialog, [] {
                auto* question = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
                QVERIFY(question);
                question->button(QMessageBox::Yes)->click();
            });
            QTest::mouseClick(dialog.findChild<QPushButton*>(QStringLiteral("bundleWrite")), Qt::LeftButton);
        });
        QVERIFY(m_bench->settle());
        QVERIFY(problems.isEmpty());
        QVERIFY(!fs::exists(place / "golden/001.pgm"));
    }

    void asOneFile() {
        auto& workspace = m_bench->workspace();
        QVERIFY(m_bench->open(resourcesFolder() / "sample/fashion.onnx"));
        QSignalSpy problems(&workspace, &Workspace::message);
        const auto place = m_home->path() / "handed.zip";
        withDialog([&](BundleDialog& dialog) {
            auto* format = dialog.findChild<QComboBox*>(QStringLiteral("bundleFormat"));
            auto* name = dialog.findChild<QLineEdit*>(QStringLiteral("bundleFolder"));
            QCOMPARE(format->currentIndex(), 0);
            name->setText(QString::fromStdString((m_home->path() / "handed").string()));
            format->setCurrentIndex(1);
            QCOMPARE(name->text(), QString::fromStdString(place.string()));
            format->setCurrentIndex(0);
            QVERIFY(name->text().endsWith(QStringLiteral("handed")));
            name->setText(QString::fromStdString(place.string())); // a name that says it chooses the format
            QCOMPARE(format->currentIndex(), 1);
            QTest::mouseClick(dialog.findChild<QPushButton*>(QStringLiteral("bundleWrite")), Qt::LeftButton);
        });
        QVERIFY(m_bench->settle());
        QVERIFY(problems.isEmpty());
        QVERIFY(fs::is_regular_file(place));
        const auto verified = verifyBundle(place);
        LAPIDARY_VERIFY_OK(verified);
        QVERIFY(verified->passed());
        withDialog([&](BundleDialog& dialog) { // remembered
            QCOMPARE(dialog.findChild<QComboBox*>(QStringLiteral("bundleFormat"))->currentIndex(), 1);
            QVERIFY(dialog.folder().endsWith(QStringLiteral(".zip")));
        });
    }

    void aFullStoryOnPaper() {
        auto& workspace = m_bench->workspace();
        QVERIFY(m_bench->open(resourcesFolder() / "sample/fashion.onnx"));
        QVERIFY(m_bench->make(workspace.current(), "simplify.graph") > 0);
        const auto file = m_home->path() / "report.pdf";
        QSignalSpy problems(&workspace, &Workspace::message);
        workspace.writeReportTo(QString::fromStdString(file.string()));
        QVERIFY(m_bench->settle());
        QVERIFY(problems.isEmpty());
        QVERIFY(readFile(file).starts_with("%PDF-"));
    }
};

QTEST_MAIN(BundleJourney)
#include "tst_bundlejourney.moc"
