// SPDX-License-Identifier: GPL-3.0-or-later
// Every action can be reached, named, explained; every control can be found by a screen reader and a test.
#include "tests/ui/journeys/windowbench.h"

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QMenu>
#include <QMenuBar>
#include <QSlider>
#include <QTabWidget>
#include <QTest>
#include <QToolBar>

using namespace lapidary;
using namespace lapidary::test;

class TestActions : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void everyActionIsNamedAndExplained();
    void shortcutsAreUnique();
    void mnemonicsAreUnique();
    void disabledActionsSayWhy();
    void openingEnables();
    void controlsHaveNames();
    void pagesLeaveRoomForTheDocks();

private:
    /// Actions of the menus, at any depth, without separators and submenus.
    QList<QAction*> menuActions();
    static void collect(QMenu* menu, QList<QAction*>& into);

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
};

void TestActions::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().show();
    QVERIFY(m_bench->settle());
}

void TestActions::cleanup() {
    m_bench.reset();
    m_home.reset();
}

void TestActions::collect(QMenu* menu, QList<QAction*>& into) {
    for (auto* action : menu->actions()) {
        if (action->menu())
            collect(action->menu(), into);
        else if (!action->isSeparator())
            into.append(action);
    }
}

QList<QAction*> TestActions::menuActions() {
    QList<QAction*> all;
    for (auto* action : m_bench->window().menuBar()->actions())
        collect(action->menu(), all);
    return all;
}

void TestActions::everyActionIsNamedAndExplained() {
    const auto inMenus = menuActions();
    QVERIFY(inMenus.size() > 30);
    QStringList wrong;
    QSet<QString> names;
    for (auto* action : inMenus) {
        const auto name = action->objectName();
        const auto text = QString(action->text()).remove(u'&');
        if (name.isEmpty())
            wrong.append(QStringLiteral("no object name: ") + text);
        else if (names.contains(name))
            wrong.append(QStringLiteral("name twice: ") + name);
        names.insert(name);
        if (text.isEmpty())
            wrong.append(QStringLiteral("no text: ") + name);
        // Qt makes a tool tip of the text where there is none.
        if (action->toolTip().isEmpty() || action->toolTip() == text)
            wrong.append(QStringLiteral("no tool tip: ") + text);
    }
    for (auto* action : m_bench->window().actions())
        if (!action->isSeparator() && action->shortcut().isEmpty() && !inMenus.contains(action))
            wrong.append(QStringLiteral("neither in a menu nor with a shortcut: ") + action->text());
    for (auto* bar : m_bench->window().findChildren<QToolBar*>())
        for (auto* action : bar->actions())
            if (!action->isSeparator() && !inMenus.contains(action))
                wrong.append(QStringLiteral("only in the tool bar: ") + action->text());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
}

void TestActions::shortcutsAreUnique() {
    QMap<QString, QString> owners;
    QStringList wrong;
    auto actions = m_bench->window().actions() + menuActions();
    QSet<QAction*> seen;
    for (auto* action : actions) {
        if (seen.contains(action))
            continue;
        seen.insert(action);
        for (const auto& keys : action->shortcuts()) {
            const auto text = keys.toString(QKeySequence::PortableText);
            if (owners.contains(text))
                wrong.append(QStringLiteral("%1: %2 and %3").arg(text, owners[text], action->text()));
            owners[text] = action->text();
        }
    }
    QVERIFY(owners.size() >= 20);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
}

void TestActions::mnemonicsAreUnique() {
    QStringList wrong;
    const auto check = [&](const QString& where, const QList<QAction*>& actions) {
        QMap<QString, QString> taken;
        for (auto* action : actions) {
            const auto at = action->text().indexOf(u'&');
            if (action->isSeparator() || at < 0)
                continue;
            const auto letter = action->text().mid(at + 1, 1).toLower();
            if (taken.contains(letter))
                wrong.append(QStringLiteral("%1: %2 and %3").arg(where, taken[letter], action->text()));
            taken[letter] = action->text();
        }
    };
    const auto* bar = m_bench->window().menuBar();
    check(QStringLiteral("menu bar"), bar->actions());
    for (auto* menu : bar->findChildren<QMenu*>())
        check(menu->title(), menu->actions());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
}

void TestActions::disabledActionsSayWhy() {
    int disabled = 0;
    const auto check = [&] {
        for (auto* action : menuActions())
            if (!action->isEnabled()) {
                ++disabled;
                const auto lines = action->toolTip().split(u'\n');
                QVERIFY2(lines.size() >= 2 && lines.last().startsWith(QStringLiteral("Not now: ")) &&
                             lines.last().size() > 12,
                         qPrintable(action->objectName() + QStringLiteral(": ") + action->toolTip()));
            } else {
                QVERIFY2(!action->toolTip().contains(QStringLiteral("Not now")), qPrintable(action->objectName()));
            }
    };
    check();
    QVERIFY(disabled > 10);
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    check();
    for (auto* menu : m_bench->window().menuBar()->findChildren<QMenu*>())
        QVERIFY2(menu->title().isEmpty() || menu->toolTipsVisible(), qPrintable(menu->title())); // untitled: Qt's own
}

void TestActions::openingEnables() {
    const auto enabled = [&](const char* name) { return m_bench->find<QAction>(name)->isEnabled(); };
    for (const char* name :
         {"exportModel", "profile", "apply", "find", "compare", "evaluate", "remove", "undo", "redo"})
        QVERIFY2(!enabled(name), name);
    QVERIFY(enabled("openModel") && enabled("quit"));
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    for (const char* name : {"exportModel", "profile", "apply", "find"})
        QVERIFY2(enabled(name), name);
    for (const char* name : {"compare", "evaluate", "remove", "undo", "redo", "cancelJobs"}) // one variant, no data
        QVERIFY2(!enabled(name), name);
    QVERIFY(m_bench->make(m_bench->workspace().current(), "simplify.graph") > 0);
    for (const char* name : {"compare", "remove", "undo"})
        QVERIFY2(enabled(name), name);
    QVERIFY(!enabled("evaluate"));
    m_bench->workspace().setDataset("evaluation", QString::fromStdString(writeFigures(m_home->path(), 10).string()));
    QVERIFY(m_bench->settle());
    QVERIFY(enabled("evaluate"));
}

void TestActions::controlsHaveNames() {
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    QStringList wrong;
    const auto& window = m_bench->window();
    for (const auto* widget : window.findChildren<QWidget*>()) {
        const bool control = qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QComboBox*>(widget) ||
                             qobject_cast<const QSlider*>(widget) || qobject_cast<const QLineEdit*>(widget);
        // Parts that Qt puts into its own widgets bear Qt's names, or none.
        const bool qts = widget->objectName().startsWith(QStringLiteral("qt_")) ||
                         widget->objectName().startsWith(QStringLiteral("_q_")) ||
                         (widget->parentWidget() && widget->parentWidget()->inherits("QAbstractSpinBox")) ||
                         (widget->parentWidget() && widget->parentWidget()->inherits("QComboBox")) ||
                         (widget->parentWidget() && widget->parentWidget()->inherits("QLineEdit")) ||
                         (widget->parentWidget() && widget->parentWidget()->inherits("QTabBar")) ||
                         (widget->parentWidget() && widget->parentWidget()->inherits("QToolBar")) ||
                         (widget->parentWidget() && widget->parentWidget()->inherits("QTableView"));
        if (!control || qts || !widget->isVisibleTo(&window))
            continue;
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const auto where =
            QStringLiteral("%1 in %2")
                .arg(QString::fromLatin1(widget->metaObject()->className()), widget->parentWidget()->objectName());
        if (widget->objectName().isEmpty())
            wrong.append(QStringLiteral("no object name: ") + where);
        if (button && button->text().isEmpty() && button->toolTip().isEmpty())
            wrong.append(QStringLiteral("a button without words: ") + where);
    }
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
}

/// A page that needs more takes it from the variants beside it, in every tab.
void TestActions::pagesLeaveRoomForTheDocks() {
    auto* pages = qobject_cast<QTabWidget*>(m_bench->window().centralWidget()->findChild<QTabWidget*>());
    QVERIFY(pages);
    QStringList wide;
    for (int i = 0; i < pages->count(); ++i)
        if (const int width = pages->widget(i)->minimumSizeHint().width(); width > 650)
            wide.append(QStringLiteral("%1: %2").arg(pages->tabText(i)).arg(width));
    QVERIFY2(wide.isEmpty(), qPrintable(wide.join(u'\n')));
}

QTEST_MAIN(TestActions)
#include "tst_actions.moc"
