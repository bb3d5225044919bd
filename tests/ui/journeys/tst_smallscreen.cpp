// SPDX-License-Identifier: GPL-3.0-or-later
// A screen of 1280 x 800 holds the whole window, with every page filled and whichever of them is in front. With
// LAPIDARY_PICTURES=FOLDER it leaves pictures of all pages, light and dark.
#include "tests/ui/journeys/weakmodel.h"
#include "tests/ui/journeys/windowbench.h"

#include "ui/panels/benchpanel.h"
#include "ui/panels/comparepanel.h"
#include "ui/panels/passpanel.h"
#include "ui/theme/applytheme.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QHeaderView>
#include <QLayout>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr QSize screen(1280, 800);
/// What a window manager's title bar and a panel leave of it.
constexpr QSize room(1240, 740);

QSize leastSize(const QWidget& widget) {
    return widget.minimumSizeHint().expandedTo(widget.minimumSize()).expandedTo(QSize(0, 0));
}

/// The way down to the part that asks for the most height (or width).
QString greediest(const QWidget& top, bool width) {
    QStringList way;
    const QWidget* at = &top;
    while (at) {
        const auto size = leastSize(*at);
        way << QStringLiteral("%1 %2: %3 x %4")
                   .arg(QLatin1String(at->metaObject()->className()), at->objectName())
                   .arg(size.width())
                   .arg(size.height());
        const QWidget* next = nullptr;
        for (auto* child : at->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
            const auto least = [width](const QWidget& one) {
                return width ? leastSize(one).width() : leastSize(one).height();
            };
            if (!child->isWindow() && (!next || least(*child) > least(*next)))
                next = child;
        }
        at = next;
    }
    return way.join(QStringLiteral("\n    "));
}

} // namespace

class TestSmallScreen : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_bench.reset(); }
    void comparePagesFit_data();
    void comparePagesFit();
    void measurePagesFit();
    void quantizationPagesFit();
    void cutReportFits();
    void everyTabFits();

private:
    template <typename T>
    T* find(const char* name) {
        return m_bench->find<T>(name);
    }
    Workspace& workspace() { return m_bench->workspace(); }
    bool useData(const char* role, int images) {
        workspace().setDataset(role, QString::fromStdString(writeFigures(m_home.path(), images).string()));
        return waitUntil([&] { return workspace().hasDataset(role); }) && m_bench->settle();
    }
    bool press(const char* button) {
        QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton);
        return m_bench->settle(200);
    }
    void open(const char* page) {
        for (auto* tabs : m_bench->window().findChildren<QTabWidget*>())
            for (int i = 0; i < tabs->count(); ++i)
                if (tabs->widget(i)->objectName() == QLatin1String(page) ||
                    tabs->widget(i)->findChild<QWidget*>(QLatin1String(page)))
                    tabs->setCurrentIndex(i);
    }
    QString complaint(const QString& where);
    void shoot(const QString& what);

    TempDir m_home;
    std::unique_ptr<WindowBench> m_bench;
    VariantId m_source = 0, m_pruned = 0, m_int8 = 0;
};

void TestSmallScreen::initTestCase() {
    useHome(m_home.path());
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().resize(screen);
    m_bench->window().show();
    QVERIFY(m_bench->open(writeWeakModel(m_home.path())));
    m_source = workspace().current();
    QVERIFY(useData("evaluation", 60));
    QVERIFY(useData("calibration", 32));
    m_pruned = m_bench->make(m_source, "prune.channels", {{"ratio", Json(0.4)}});
    m_int8 = m_bench->make(m_source, "quantize.int8", {{"per_channel", Json(false)}});
    QVERIFY(m_pruned > 0 && m_int8 > 0);
    workspace().evaluate({m_source, m_pruned, m_int8});
    workspace().profileVariants({m_source, m_pruned, m_int8}, "host");
    QVERIFY(m_bench->settle(200));
}

/// Empty if the window holds its size.
QString TestSmallScreen::complaint(const QString& where) {
    QCoreApplication::sendPostedEvents();
    waitUntil([] { return false; }, 0);
    auto& window = m_bench->window();
    window.resize(screen);
    QCoreApplication::processEvents();
    const auto least = leastSize(window).expandedTo(window.layout()->totalMinimumSize());
    QString text;
    for (const bool width : {false, true})
        if (width ? least.width() > room.width() : least.height() > room.height())
            text += QStringLiteral("%1 asks for %2 x %3\n    %4\n")
                        .arg(where)
                        .arg(least.width())
                        .arg(least.height())
                        .arg(greediest(*window.centralWidget(), width));
    if (!text.isEmpty())
        for (const auto* dock : window.findChildren<QDockWidget*>())
            text += QStringLiteral("%1 asks for %2 x %3\n")
                        .arg(dock->objectName())
                        .arg(leastSize(*dock).width())
                        .arg(leastSize(*dock).height());
    if (window.size() != screen)
        text += QStringLiteral("%1 grew to %2 x %3\n").arg(where).arg(window.width()).arg(window.height());
    shoot(where);
    return text;
}

void TestSmallScreen::shoot(const QString& what) {
    const auto folder = qEnvironmentVariable("LAPIDARY_PICTURES");
    if (folder.isEmpty())
        return;
    for (const bool dark : {true, false}) {
        applyTheme(*qApp, Theme::forScheme(dark));
        waitUntil([] { return false; }, 1);
        const auto name = QStringLiteral("small-%1-%2.png").arg(what, dark ? "dark" : "light");
        QVERIFY(m_bench->window().grab().save(QDir(folder).filePath(name)));
    }
}

void TestSmallScreen::measurePagesFit() {
    auto* bench = find<BenchPanel>("benchPanel");
    open("benchPanel");
    find<QSpinBox>("loadSeconds")->setValue(3);
    QString all;
    using Kind = DeviceBench::Kind;
    for (const auto& [kind, name] :
         {std::pair(Kind::Devices, "devices"), std::pair(Kind::Turns, "turns"), std::pair(Kind::Matrix, "matrix"),
          std::pair(Kind::Load, "load"), std::pair(Kind::Accuracy, "accuracy")}) {
        if (kind == Kind::Turns)
            bench->compare(m_source, m_pruned, "host", true);
        else
            bench->open(kind, "host", true);
        QVERIFY(waitUntil([&] { return !bench->bench().isRunning(kind); }, 90) && m_bench->settle(90));
        all += complaint(QStringLiteral("measure-") + QLatin1String(name));
    }
    QVERIFY2(all.isEmpty(), qPrintable(all));
}

void TestSmallScreen::comparePagesFit_data() {
    QTest::addColumn<QString>("button");
    for (const char* name : {"Summary", "Picture", "Sides", "Table", "Layers", "Recipe", "Many", "Numbers",
                             "Disagreements", "Confusion", "Scores"})
        QTest::newRow(name) << QStringLiteral("compareMode") + QLatin1String(name);
}

void TestSmallScreen::comparePagesFit() {
    QFETCH(QString, button);
    auto* panel = find<ComparePanel>("comparePanel");
    open("comparePanel");
    if (button.endsWith(QStringLiteral("Many")))
        panel->compareMany({m_source, m_pruned, m_int8});
    else if (!panel->session().data())
        panel->compare(m_source, m_int8);
    QVERIFY(m_bench->settle(90));
    QTest::mouseClick(find<QToolButton>(qPrintable(button)), Qt::LeftButton);
    QVERIFY(m_bench->settle(90));
    for (auto* start : panel->findChildren<QPushButton*>())
        if (start->isVisible() && start->isEnabled() && start->text().startsWith(QStringLiteral("Compare"))) {
            QTest::mouseClick(start, Qt::LeftButton);
            QVERIFY(m_bench->settle(90));
        }
    const auto text = complaint(QStringLiteral("compare-") + button.mid(11));
    QVERIFY2(text.isEmpty(), qPrintable(text));
}

void TestSmallScreen::quantizationPagesFit() {
    workspace().setCurrent(m_source);
    QVERIFY(m_bench->settle());
    auto* passes = find<PassPanel>("passPanel");
    passes->setPass(QStringLiteral("quantize.int8"));
    QString all;
    for (const auto& [page, button] :
         {std::pair("quantReportPanel", "findCulpritsButton"), std::pair("rangesPage", "measureRangesButton"),
          std::pair("schemesPage", "compareSchemesButton"), std::pair("guardPage", "guardButton")}) {
        open("quantizationTabs");
        open(page);
        QVERIFY(press(button));
        all += complaint(QStringLiteral("quant-") + QLatin1String(page));
    }
    QVERIFY2(all.isEmpty(), qPrintable(all));
    // All columns of the culprits are in sight, the advice as a whole.
    open("quantReportPanel");
    QCoreApplication::processEvents();
    auto* table = find<QTableView>("quantReportTable");
    QVERIFY(table->model()->rowCount() > 3);
    QVERIFY2(!table->horizontalScrollBar()->isVisible(),
             qPrintable(QStringLiteral("%1 of %2").arg(table->horizontalHeader()->length()).arg(table->width())));
    for (int column = 0; column < table->model()->columnCount(); ++column)
        if (!table->isColumnHidden(column))
            QVERIFY(!table->visualRect(table->model()->index(0, column)).isEmpty());
}

/// The report of a step to 8 bits has no column without a word.
void TestSmallScreen::cutReportFits() {
    auto* table = find<QTableView>("cutReportTable");
    QString all;
    for (const auto variant : {m_pruned, m_int8}) {
        workspace().setCurrent(variant);
        open("cutReportPanel");
        QVERIFY(m_bench->settle());
        QVERIFY(table->isVisible() && table->model()->rowCount() > 3);
        for (int column = 0; column < table->model()->columnCount(); ++column) {
            int said = 0;
            for (int row = 0; row < table->model()->rowCount(); ++row)
                said += table->model()->index(row, column).data().toString() != QStringLiteral("–");
            QVERIFY2(table->isColumnHidden(column) || said > 0,
                     qPrintable(table->model()->headerData(column, Qt::Horizontal).toString()));
        }
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(table->model()->index(1, 0)).center());
        QVERIFY(m_bench->settle());
        all += complaint(variant == m_int8 ? QStringLiteral("cut-int8") : QStringLiteral("cut-pruned"));
    }
    QVERIFY2(all.isEmpty(), qPrintable(all));
}

/// By now nothing is empty.
void TestSmallScreen::everyTabFits() {
    workspace().setCurrent(m_source);
    QVERIFY(m_bench->settle());
    QString all;
    auto* tabs = find<QTabWidget>("centreTabs");
    for (int i = 0; i < tabs->count(); ++i) {
        tabs->setCurrentIndex(i);
        QVERIFY(m_bench->settle());
        all += complaint(QStringLiteral("tab%1-%2").arg(i).arg(tabs->tabText(i).remove(u' ')));
    }
    for (auto* dock : m_bench->window().findChildren<QDockWidget*>()) {
        dock->show();
        dock->raise();
        all += complaint(QStringLiteral("dock-") + dock->objectName());
    }
    for (const char* front : {"jobsDock", "passesDock"})
        find<QDockWidget>(front)->raise();
    QVERIFY2(all.isEmpty(), qPrintable(all));
}

QTEST_MAIN(TestSmallScreen)
#include "tst_smallscreen.moc"
