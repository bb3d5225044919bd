// SPDX-License-Identifier: GPL-3.0-or-later
// A project that lives: branches made again, stale results, a project that may only be read, evaluations that stop when
// the answer is clear, several variants in columns.
#include "tests/ui/journeys/windowbench.h"

#include "ui/charts/tradeoffplot.h"
#include "ui/models/varianttreemodel.h"
#include "ui/panels/comparepanel.h"
#include "ui/panels/rebasedialog.h"
#include "ui/panels/tradeoffspanel.h"
#include "ui/panels/variantspanel.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTabWidget>
#include <QTest>
#include <QTreeView>
#include <QTreeWidget>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

class TestProjectWindow : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void branchIsMadeAgain();
    void staleIsMarkedAndMeasuredAgain();
    void readOnlySaysWhy();
    void stopsWhenClear();
    void severalInColumns();
    void plotsSideBySideAreAllWritten();

private:
    Workspace& workspace() { return m_bench->workspace(); }
    VariantTreeModel* model() {
        return static_cast<VariantTreeModel*>(m_bench->find<QTreeView>("variantsTree")->model());
    }
    bool setData(const char* name, int count) {
        std::filesystem::create_directories(m_home->path() / name);
        workspace().setDataset("evaluation",
                               QString::fromStdString(writeFigures(m_home->path() / name, count).string()));
        return waitUntil([&] { return workspace().hasDataset("evaluation"); }) && m_bench->settle();
    }
    QModelIndex cell(VariantId id, int column) { return model()->indexOf(id).siblingAtColumn(column); }

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
    QStringList m_problems;
    VariantId m_source = 0;
};

void TestProjectWindow::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_problems.clear();
    m_bench = std::make_unique<WindowBench>();
    connect(&workspace(), &Workspace::message, this,
            [this](const Diagnostic& problem) { m_problems.append(QString::fromStdString(problem.toString())); });
    m_bench->window().show();
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    m_source = workspace().current();
}

void TestProjectWindow::cleanup() {
    m_bench.reset();
    m_home.reset();
}

void TestProjectWindow::branchIsMadeAgain() {
    auto* action = m_bench->find<QAction>("rebaseBranch");
    QVERIFY(!action->isEnabled());
    QVERIFY(action->toolTip().contains(QStringLiteral("no branch")));
    const auto simple = m_bench->make(m_source, "simplify.graph");
    const auto pruned = m_bench->make(simple, "prune.channels", {{"ratio", Json(0.25)}});
    const auto smaller = m_bench->make(pruned, "prune.channels", {{"ratio", Json(0.5)}});
    const auto other = m_bench->make(m_source, "prune.channels", {{"ratio", Json(0.125)}});
    QVERIFY(simple > 0 && pruned > 0 && smaller > 0 && other > 0);
    // What grows from the current variant, onto the newest beside it.
    workspace().setCurrent(simple);
    QVERIFY(m_bench->settle());
    QVERIFY(action->isEnabled());
    action->trigger();
    auto* dialog = m_bench->find<RebaseDialog>("rebaseDialog");
    QCOMPARE(dialog->branch(), simple);
    QCOMPARE(dialog->onto(), other);
    auto* steps = dialog->findChild<QTreeWidget*>(QStringLiteral("rebaseSteps"));
    QCOMPARE(steps->topLevelItemCount(), 1);
    QCOMPARE(steps->topLevelItem(0)->childCount(), 1);
    QVERIFY2(steps->topLevelItem(0)->text(1).contains(QStringLiteral("0.25")),
             qPrintable(steps->topLevelItem(0)->text(1)));
    auto* run = dialog->findChild<QPushButton*>(QStringLiteral("rebaseRun"));
    auto* onto = dialog->findChild<QComboBox*>(QStringLiteral("rebaseOnto"));
    onto->setCurrentIndex(onto->findData(qlonglong(simple)));
    QVERIFY(!run->isEnabled() && !run->toolTip().isEmpty());
    onto->setCurrentIndex(onto->findData(qlonglong(other)));
    QTest::mouseClick(run, Qt::LeftButton);
    QVERIFY(m_bench->settle());
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
    QCOMPARE(workspace().variants().size(), std::size_t(7));
    const auto& first = workspace().variants()[5].record;
    const auto& second = workspace().variants()[6].record;
    QCOMPARE(first.parent, other);
    QCOMPARE(second.parent, first.id);
    QCOMPARE(first.name, workspace().variant(pruned)->record.name);
    QVERIFY(second.parameters < workspace().variant(other)->record.parameters);
    QCOMPARE(workspace().current(), first.id);
    const auto firstId = first.id;
    m_bench->find<QAction>("undo")->trigger();
    QVERIFY(m_bench->settle());
    QCOMPARE(workspace().variants().size(), std::size_t(5));
    QCOMPARE(workspace().current(), other);
    m_bench->find<QAction>("redo")->trigger();
    QVERIFY(m_bench->settle());
    QCOMPARE(workspace().variants().size(), std::size_t(7));
    QCOMPARE(workspace().current(), firstId);
}

void TestProjectWindow::staleIsMarkedAndMeasuredAgain() {
    QVERIFY(setData("data", 40));
    workspace().evaluate({m_source});
    QVERIFY(m_bench->settle());
    auto* again = m_bench->find<QAction>("measureStale");
    QVERIFY(!again->isEnabled());
    QVERIFY(!cell(m_source, VariantTreeModel::Accuracy).data(VariantTreeModel::StaleRole).toBool());
    QVERIFY(setData("other", 60));
    QTRY_VERIFY(cell(m_source, VariantTreeModel::Accuracy).data(VariantTreeModel::StaleRole).toBool());
    QVERIFY(!cell(m_source, VariantTreeModel::Size).data(VariantTreeModel::StaleRole).toBool());
    const auto tip = cell(m_source, VariantTreeModel::Accuracy).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains(QStringLiteral("Stale")) && tip.contains(QStringLiteral("evaluation data")), qPrintable(tip));
    QVERIFY(m_bench->find<QLabel>("variantsStatus")->text().contains(QStringLiteral("1 stale")));
    QVERIFY(again->isEnabled());
    again->trigger();
    QVERIFY(m_bench->settle());
    QVERIFY(workspace().stale().empty());
    QCOMPARE(workspace().variant(m_source)->samples, std::size_t(60));
    QVERIFY(!again->isEnabled());
}

void TestProjectWindow::readOnlySaysWhy() {
    const auto folder = workspace().projectFolder();
    QVERIFY(setData("data", 40));
    QVERIFY(m_bench->make(m_source, "simplify.graph") > 0);
    m_bench.reset();
    {
        auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("later"));
        database.setDatabaseName(folder + QStringLiteral("/project.db"));
        QVERIFY(database.open());
        QSqlQuery query(database);
        QVERIFY(query.exec(QStringLiteral("PRAGMA user_version = %1").arg(Project::formatVersion + 1)));
    }
    QSqlDatabase::removeDatabase(QStringLiteral("later"));
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().show();
    auto* bar = m_bench->find<QWidget>("readOnlyBar");
    QVERIFY(!bar->isVisible());
    workspace().openProject(folder);
    QVERIFY(waitUntil([&] { return workspace().model() != nullptr; }) && m_bench->settle());
    QVERIFY(bar->isVisible());
    const auto why = workspace().readOnlyReason();
    QVERIFY(!why.isEmpty());
    QVERIFY(bar->findChild<QLabel*>(QStringLiteral("readOnlyText"))->text().contains(why));
    for (const char* name : {"evaluate", "profile", "rename", "apply", "remove", "sweepParameter", "rebaseBranch",
                             "variantTags", "variantNote", "variantColourRed", "evaluationData"}) {
        auto* action = m_bench->find<QAction>(name);
        QVERIFY2(!action->isEnabled() && action->toolTip().contains(why), name);
    }
    auto* apply = m_bench->find<QPushButton>("applyButton");
    QVERIFY(!apply->isEnabled() && apply->toolTip() == why);
    for (const char* name : {"exportModel", "compare", "report"})
        QVERIFY2(m_bench->find<QAction>(name)->isEnabled(), name);
    // Looking and comparing goes on.
    auto* panel = m_bench->find<ComparePanel>("comparePanel");
    m_bench->find<QTabWidget>("centreTabs")->setCurrentWidget(panel);
    QVERIFY(m_bench->settle());
    QVERIFY(panel->session().data() != nullptr);
    workspace().openSample(); // another project: the bar goes
    QVERIFY(waitUntil([&] { return workspace().projectFolder() != folder; }) && m_bench->settle());
    QVERIFY(!bar->isVisible());
}

void TestProjectWindow::stopsWhenClear() {
    QVERIFY(setData("data", 2000));
    const auto ruined = m_bench->make(m_source, "prune.channels", {{"ratio", Json(0.9)}});
    QVERIFY(ruined > 0);
    QVERIFY(m_bench->find<QAction>("stopNever")->isChecked());
    auto& accuracy = workspace().accuracy();
    accuracy.setStopRule(*StopRule::parse("agreement=99.5"));
    auto* other = m_bench->find<QAction>("stopOther");
    QVERIFY(other->isChecked());
    QVERIFY2(other->text().contains(QStringLiteral("99.5")), qPrintable(other->text()));
    workspace().evaluate({ruined});
    QVERIFY(m_bench->settle());
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
    const auto* variant = workspace().variant(ruined);
    QVERIFY(!variant->top1 && variant->early);
    QVERIFY2(variant->early->samples < 2000, "no sample was spared");
    QCOMPARE(variant->early->population, std::size_t(2000));
    QVERIFY(variant->early->stop && variant->early->stop->side == StopVerdict::Side::Below);
    // Shown as the estimate it is: with its interval, in the list, in the strip and in the readings of the plots.
    const auto shown = cell(ruined, VariantTreeModel::Agreement);
    QVERIFY2(shown.data().toString().startsWith(QChar(0x2248)) && shown.data().toString().contains(QChar(0xb1)),
             qPrintable(shown.data().toString()));
    QVERIFY(shown.data(VariantTreeModel::EstimateRole).toBool());
    QVERIFY(shown.data(Qt::ToolTipRole).toString().contains(QStringLiteral("the agreement is below 99.5")));
    QVERIFY(m_bench->find<QLabel>("accuracySeen")->text().remove(u',').contains(QStringLiteral("2000")));
    const auto* reading = findReading(variant->readings, "agreement", {});
    QVERIFY(reading && reading->estimate && reading->interval);
    // Without the rule the whole is measured, and inside the interval that was promised.
    const auto promised = *variant->early->agreementOfAll;
    m_bench->find<QAction>("stopNever")->trigger();
    QVERIFY(!accuracy.stopRule());
    workspace().evaluate({ruined});
    QVERIFY(m_bench->settle());
    variant = workspace().variant(ruined);
    QVERIFY(variant->agreement && !variant->early);
    QCOMPARE(variant->samples, std::size_t(2000));
    QVERIFY(variant->agreement->percent >= promised.low - 1 && variant->agreement->percent <= promised.high + 1);
    // A choice of the menu is remembered.
    m_bench->find<QAction>("stopOne")->trigger();
    QCOMPARE(accuracy.stopRule()->toString(), std::string("drop=1"));
    WindowBench later;
    QCOMPARE(later.workspace().accuracy().stopRule()->toString(), std::string("drop=1"));
    QVERIFY(later.find<QAction>("stopOne")->isChecked());
}

void TestProjectWindow::severalInColumns() {
    QVERIFY(setData("data", 100));
    const auto simple = m_bench->make(m_source, "simplify.graph");
    const auto pruned = m_bench->make(simple, "prune.channels", {{"ratio", Json(0.5)}});
    QVERIFY(simple > 0 && pruned > 0);
    m_bench->find<VariantsPanel>("variantsPanel")->select({pruned, m_source, simple});
    m_bench->find<QAction>("compare")->trigger();
    auto* table = m_bench->find<QTreeWidget>("compareManyTable");
    QTRY_COMPARE_WITH_TIMEOUT(table->topLevelItemCount(), 3, 60000);
    QCOMPARE(m_bench->find<ComparePanel>("comparePanel")->mode(), ComparePanel::Many);
    QCOMPARE(table->columnCount(), 4);
    const auto* head = table->headerItem();
    QCOMPARE(head->text(1).toStdString(), workspace().variant(m_source)->record.name);
    QCOMPARE(head->text(3).toStdString(), workspace().variant(pruned)->record.name);
    const auto* numbers = table->topLevelItem(0);
    // Simplifying changes no answer; the numbers say so in words.
    const auto row = [&](const QString& name) -> const QTreeWidgetItem* {
        for (int i = 0; i < numbers->childCount(); ++i)
            if (numbers->child(i)->text(0) == name)
                return numbers->child(i);
        return nullptr;
    };
    QVERIFY(row(QStringLiteral("Agreement"))->text(2).startsWith(QStringLiteral("100")));
    QVERIFY(row(QStringLiteral("Chance"))->text(2).contains(QStringLiteral("may be chance")));
    QVERIFY(row(QStringLiteral("Against the reference"))->text(3).contains(QStringLiteral("points (")));
    QVERIFY(table->topLevelItem(1)->childCount() > 3);
    const auto* steps = table->topLevelItem(2);
    QCOMPARE(steps->childCount(), 2);
    QVERIFY(steps->child(1)->text(3).contains(QStringLiteral("0.5")));
    QVERIFY(!steps->child(1)->text(2).contains(QStringLiteral("0.5")));
}

void TestProjectWindow::plotsSideBySideAreAllWritten() {
    QVERIFY(m_bench->make(m_source, "prune.channels", {{"ratio", Json(0.5)}}) > 0);
    // Numbers of two devices, as profiles leave them.
    auto& project = workspace().session()->project();
    for (const auto& variant : workspace().variants())
        for (const char* device : {"host", "board"}) {
            RunRecord run;
            run.variant = variant.record.id;
            run.kind = "profile";
            run.subject = device;
            run.key = device + std::to_string(variant.record.id);
            run.result.set("median_ms", 1 + double(variant.record.macs) / 1e6);
            run.result.set("runs", 10);
            LAPIDARY_VERIFY_OK(project.addRun(run));
        }
    workspace().reload();
    QVERIFY(m_bench->settle());
    auto* panel = m_bench->find<TradeoffsPanel>("tradeoffsPanel");
    m_bench->find<QTabWidget>("centreTabs")->setCurrentWidget(panel);
    const auto choose = [&](const char* name, const QVariant& data) {
        auto* combo = m_bench->find<QComboBox>(name);
        combo->setCurrentIndex(combo->findData(data));
    };
    choose("tradeoffX", QStringLiteral("latency_ms"));
    choose("tradeoffY", QStringLiteral("macs"));
    choose("tradeoffDevice", QStringLiteral("*"));
    auto* second = m_bench->find<TradeoffPlot>("tradeoffPlot2");
    QTRY_VERIFY(second->height() > 100 && second->width() > 100); // laid out
    QString error;
    const auto file = [&](const char* name) { return QString::fromStdString((m_home->path() / name).string()); };
    for (const char* name : {"all.png", "all.svg", "all.pdf", "all.csv"})
        QVERIFY2(panel->exportPlots(file(name), &error), qPrintable(error));
    const QImage picture(file("all.png"));
    QVERIFY(picture.width() >= 2 * (panel->plot()->width() + second->width()) - 2);
    QFile csv(file("all.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const auto text = QString::fromUtf8(csv.readAll());
    QCOMPARE(text.count(QStringLiteral("\"board\",")), 2);
    QCOMPARE(text.count(QStringLiteral("\r\n")), 5);
    QFile svg(file("all.svg"));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    QVERIFY(QString::fromUtf8(svg.readAll()).contains(QStringLiteral("board")));
    choose("tradeoffColour", 3); // by tag
    for (const auto& point : panel->plot()->points())
        QCOMPARE(point.group, QStringLiteral("No tag"));
}

QTEST_MAIN(TestProjectWindow)
#include "tst_projectwindow.moc"
