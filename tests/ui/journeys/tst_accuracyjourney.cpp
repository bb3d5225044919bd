// SPDX-License-Identifier: GPL-3.0-or-later
// Accuracy after each change, in the real window: switched on, an edit, the estimate while it sharpens, the number.
// With LAPIDARY_PICTURES=FOLDER it also leaves pictures of the unfinished and the finished state, light and dark.
#include "tests/ui/journeys/windowbench.h"

#include "ui/models/varianttreemodel.h"
#include "ui/theme/applytheme.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QDir>
#include <QLabel>
#include <QTest>
#include <QTreeView>

using namespace lapidary;
using namespace lapidary::test;

class TestAccuracyJourney : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void oneSwitchInTwoPlaces();
    void estimateSharpensIntoANumber();

private:
    void shoot(WindowBench& bench, const QString& what) {
        const auto folder = qEnvironmentVariable("LAPIDARY_PICTURES");
        if (folder.isEmpty())
            return;
        for (const bool dark : {false, true}) {
            applyTheme(*qApp, Theme::forScheme(dark));
            QCoreApplication::processEvents();
            const auto name =
                QStringLiteral("%1-%2.png").arg(what, dark ? QStringLiteral("dark") : QStringLiteral("light"));
            QVERIFY(bench.window().grab().save(QDir(folder).filePath(name)));
        }
    }
    static QVariant cell(WindowBench& bench, VariantId id, int role) {
        auto* tree = bench.find<QTreeView>("variantsTree");
        const auto* model = qobject_cast<VariantTreeModel*>(tree->model());
        return model ? model->indexOf(id).siblingAtColumn(VariantTreeModel::Accuracy).data(role) : QVariant();
    }
};

void TestAccuracyJourney::oneSwitchInTwoPlaces() {
    TempDir home;
    useHome(home.path());
    {
        WindowBench bench;
        auto* action = bench.find<QAction>("evaluateAfterChange");
        auto* box = bench.find<QCheckBox>("evaluateAfterChangeBox");
        QVERIFY(!action->isChecked() && !box->isChecked());
        box->click();
        QVERIFY(action->isChecked());
        action->trigger();
        QVERIFY(!box->isChecked());
        action->trigger();
    }
    WindowBench again;
    QVERIFY(again.find<QCheckBox>("evaluateAfterChangeBox")->isChecked()); // remembered
    QVERIFY(again.find<QAction>("evaluateAfterChange")->isChecked());
}

void TestAccuracyJourney::estimateSharpensIntoANumber() {
    TempDir home;
    useHome(home.path());
    WindowBench bench;
    auto& workspace = bench.workspace();
    bench.window().show();
    QVERIFY(bench.open(resourcesFolder() / "sample" / "fashion.onnx"));
    auto* values = bench.find<QLabel>("accuracyValues");
    auto* seen = bench.find<QLabel>("accuracySeen");
    QVERIFY(seen->text().contains(QStringLiteral("No evaluation data")));
    workspace.setDataset("evaluation", QString::fromStdString(writeFigures(home.path(), 6000).string()));
    QVERIFY(bench.settle());
    const auto source = workspace.current();
    workspace.evaluate({source});
    QVERIFY(bench.settle());
    QVERIFY(!values->text().contains(u'≈') && !values->font().italic());

    workspace.accuracy().setAfterEachChange(true);
    workspace.apply({"prune.channels", 0, {{"ratio", Json(0.5)}}, {}, true});
    const auto estimated = [&] {
        const auto* running = workspace.accuracy().running(workspace.current());
        return workspace.current() != source && running && running->samples > 0 && workspace.model() != nullptr;
    };
    QVERIFY(waitUntil(estimated, 60));
    const auto variant = workspace.current();
    QVERIFY2(values->text().contains(u'≈'), qPrintable(values->text()));
    QVERIFY(values->font().italic());
    QVERIFY2(seen->text().contains(QStringLiteral("6,000")), qPrintable(seen->text()));
    QVERIFY(cell(bench, variant, Qt::DisplayRole).toString().startsWith(u'≈'));
    QVERIFY(cell(bench, variant, Qt::ToolTipRole).toString().contains(QStringLiteral("Unfinished")));
    QVERIFY(cell(bench, variant, Qt::FontRole).value<QFont>().italic());
    shoot(bench, QStringLiteral("accuracy-running"));

    QVERIFY(bench.settle());
    QVERIFY2(!values->text().contains(u'≈'), qPrintable(values->text()));
    QVERIFY(!values->font().italic());
    QVERIFY(workspace.variant(variant)->top1.has_value());
    QVERIFY(!cell(bench, variant, Qt::DisplayRole).toString().contains(u'≈'));
    QVERIFY(!cell(bench, variant, Qt::FontRole).isValid());
    shoot(bench, QStringLiteral("accuracy-measured"));
    bench.window().hide();
}

QTEST_MAIN(TestAccuracyJourney)
#include "tst_accuracyjourney.moc"
