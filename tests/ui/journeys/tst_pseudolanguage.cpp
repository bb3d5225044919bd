// SPDX-License-Identifier: GPL-3.0-or-later
// Loads the generated pseudo-language, whose every text is in brackets, and looks for texts without them.
#include "tests/ui/journeys/windowbench.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>
#include <QTabWidget>
#include <QTest>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextDocument>
#include <QTranslator>
#include <QTreeWidget>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr QChar bracket(0x27e6);

/// Object names of what shows text that comes from plugins, models, files or devices, and so is nobody's translation
/// here.
const QStringList exempt{
    QStringLiteral("passCombo"),   // titles and summaries of passes: plugins
    QStringLiteral("passSummary"), // summary of the pass: plugin
    QStringLiteral("passFences"),  // reasons given by passes: plugins
    QStringLiteral("passProblem"), // diagnostics
    QStringLiteral("compareA"),    // names of variants
    QStringLiteral("compareB"),    // names of variants
    QStringLiteral("turnsA"),      // names of variants
    QStringLiteral("turnsB"),
    QStringLiteral("turnsDevice"), // names of devices
    QStringLiteral("matrixDevice"),
    QStringLiteral("loadDevice"),
    QStringLiteral("accuracyDevice"),
    QStringLiteral("deviceCompareLeft"),
    QStringLiteral("deviceCompareRight"),
    QStringLiteral("deviceCompareMedians"),
    QStringLiteral("messageText"),               // diagnostics with file names
    QStringLiteral("tensorCombo"),               // names of tensors
    QStringLiteral("devicesDetail"),             // reasons of devices: plugins
    QStringLiteral("qt_dockwidget_closebutton"), // Qt's own, from Qt's translations
    QStringLiteral("qt_dockwidget_floatbutton"),
    QStringLiteral("ScrollLeftButton"), // of tab bars
    QStringLiteral("ScrollRightButton"),
};

/// Words that stay as they are in every language: units, element types, acronyms, names.
bool needsNoTranslation(QString text) {
    static const QRegularExpression notWords(QStringLiteral("[^A-Za-z]+"));
    static const QStringList words{QStringLiteral("B"),      QStringLiteral("KiB"), QStringLiteral("MiB"),
                                   QStringLiteral("GiB"),    QStringLiteral("ms"),  QStringLiteral("s"),
                                   QStringLiteral("k"),      QStringLiteral("M"),   QStringLiteral("G"),
                                   QStringLiteral("fashion")};
    for (const auto& word : text.split(notWords, Qt::SkipEmptyParts))
        if (!words.contains(word))
            return false;
    return true;
}

/// Labels, units and helps of passes' parameters, as their plugins give them.
QSet<QString> schemaTexts(const Engine& engine) {
    QSet<QString> texts;
    const auto add = [&](const std::string& text) { texts.insert(QString::fromStdString(text)); };
    for (const auto& pass : engine.passes().all())
        for (const auto& spec : pass->info().schema.specs()) {
            add(spec.key);
            add(spec.label);
            add(spec.label + " (" + spec.unit + ")");
            add(spec.help);
            for (const auto& option : spec.options) {
                add(option.key);
                add(option.label);
                add(option.help);
            }
        }
    return texts;
}

class Search {
public:
    explicit Search(QSet<QString> given = {}) : m_given(std::move(given)) {}

    void look(const QString& where, const QString& text) {
        if (text.isEmpty())
            return;
        ++m_seen;
        if (!text.contains(bracket) && !needsNoTranslation(text) && !m_given.contains(text))
            m_bare.insert(QStringLiteral("%1: \"%2\"").arg(where, text));
    }

    void lookAt(const QAction* action) {
        look(QStringLiteral("action ") + action->objectName(), action->text());
        look(QStringLiteral("tool tip of action ") + action->objectName(), action->toolTip());
        look(QStringLiteral("status tip of action ") + action->objectName(), action->statusTip());
        if (action->menu())
            look(QStringLiteral("menu"), action->menu()->title());
    }

    void lookAt(const QWidget* widget) {
        if (isExempt(widget))
            return;
        const auto name =
            QStringLiteral("%1 %2").arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName());
        look(QStringLiteral("tool tip of ") + name, widget->toolTip());
        look(QStringLiteral("accessible name of ") + name, widget->accessibleName());
        if (const auto* label = qobject_cast<const QLabel*>(widget))
            look(name, label->text());
        else if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
            look(name, button->text());
        else if (const auto* dock = qobject_cast<const QDockWidget*>(widget))
            look(name, dock->windowTitle());
        else if (const auto* edit = qobject_cast<const QLineEdit*>(widget))
            look(QStringLiteral("placeholder of ") + name, edit->placeholderText());
        else if (const auto* group = qobject_cast<const QGroupBox*>(widget))
            look(name, group->title());
        else if (const auto* combo = qobject_cast<const QComboBox*>(widget))
            for (int i = 0; i < combo->count(); ++i)
                look(name, combo->itemText(i));
        else if (const auto* tabs = qobject_cast<const QTabBar*>(widget))
            for (int i = 0; i < tabs->count(); ++i)
                look(name, tabs->tabText(i));
        else if (const auto* header = qobject_cast<const QHeaderView*>(widget))
            lookAtHeader(name, *header);
        for (const auto* action : widget->actions())
            lookAt(action);
    }

    int seen() const { return m_seen; }
    QStringList bare() const {
        auto list = QStringList(m_bare.begin(), m_bare.end());
        list.sort();
        return list;
    }

private:
    static bool isExempt(const QWidget* widget) {
        for (; widget; widget = widget->parentWidget())
            if (exempt.contains(widget->objectName()))
                return true;
        return false;
    }

    void lookAtHeader(const QString& name, const QHeaderView& header) {
        if (header.orientation() == Qt::Horizontal && header.model())
            for (int i = 0; i < header.model()->columnCount(); ++i)
                look(QStringLiteral("%1 in %2").arg(name, header.parentWidget()->objectName()),
                     header.model()->headerData(i, Qt::Horizontal).toString());
    }

    QSet<QString> m_given;
    QSet<QString> m_bare;
    int m_seen = 0;
};

} // namespace

class TestPseudoLanguage : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theWelcomePage();
    void theWindow();
    void everyPassForm();
    void theInspector();
    void shortcutsSurvive();

private:
    void walk(Search& search, WindowBench& bench);

    QTranslator m_translator;
};

void TestPseudoLanguage::initTestCase() {
    const auto file = QStringLiteral(LAPIDARY_TEST_TRANSLATION_DIR "/lapidary_qps.qm");
    QVERIFY2(m_translator.load(file), qPrintable(file));
    QVERIFY(QCoreApplication::installTranslator(&m_translator));
}

void TestPseudoLanguage::walk(Search& search, WindowBench& bench) {
    search.lookAt(&bench.window());
    search.look(QStringLiteral("window title"), bench.window().windowTitle());
    for (const auto* action : bench.window().findChildren<QAction*>())
        if (!action->isSeparator() && !action->objectName().startsWith(QStringLiteral("_q_")) &&
            !action->objectName().startsWith(QStringLiteral("profileOn_"))) // names of devices
            search.lookAt(action);
    for (const auto* widget : bench.window().findChildren<QWidget*>())
        if (widget->isVisibleTo(&bench.window()))
            search.lookAt(widget);
}

void TestPseudoLanguage::theWelcomePage() {
    TempDir home;
    useHome(home.path());
    WindowBench bench;
    bench.window().show();
    QVERIFY(bench.settle());
    Search search(schemaTexts(bench.workspace().engine()));
    walk(search, bench);
    QVERIFY(search.seen() > 100);
    QVERIFY2(search.bare().isEmpty(), qPrintable(search.bare().join(u'\n')));
}

void TestPseudoLanguage::theWindow() {
    TempDir home;
    useHome(home.path());
    WindowBench bench;
    bench.window().show();
    QVERIFY(bench.open(resourcesFolder() / "sample" / "fashion.onnx"));
    const auto source = bench.workspace().current();
    const auto simplified = bench.make(source, "simplify.graph");
    QVERIFY(simplified > 0);
    Search search(schemaTexts(bench.workspace().engine()));
    auto* tabs = bench.find<QTabWidget>("centreTabs");
    for (int tab = 0; tab < tabs->count(); ++tab) {
        tabs->setCurrentIndex(tab);
        QTest::qWait(20);
        walk(search, bench);
    }
    for (auto* dock : bench.window().findChildren<QDockWidget*>()) {
        dock->show();
        dock->raise();
        QTest::qWait(5);
        walk(search, bench);
    }
    const auto* model = bench.find<QTreeView>("variantsTree")->model();
    for (int column = 1; column < model->columnCount(); ++column)
        search.look(QStringLiteral("tool tip of the tree"), model->index(0, column).data(Qt::ToolTipRole).toString());
    bench.find<QAction>("compare")->trigger();
    QVERIFY(bench.settle());
    const auto* numbers = bench.find<QAbstractItemView>("compareNumbers")->model();
    for (int row = 0; row < numbers->rowCount(); ++row)
        search.look(QStringLiteral("compareNumbers"), numbers->index(row, 0).data().toString());
    QVERIFY(search.seen() > 300);
    QVERIFY2(search.bare().isEmpty(), qPrintable(search.bare().join(u'\n')));
}

void TestPseudoLanguage::everyPassForm() {
    TempDir home;
    useHome(home.path());
    WindowBench bench;
    bench.window().show();
    QVERIFY(bench.open(resourcesFolder() / "sample" / "fashion.onnx"));
    auto* passes = bench.find<QComboBox>("passCombo");
    QVERIFY(passes->count() >= 4);
    Search search(schemaTexts(bench.workspace().engine()));
    for (int i = 0; i < passes->count(); ++i) {
        passes->setCurrentIndex(i);
        QTest::qWait(20);
        for (const auto* widget : bench.find<QWidget>("passPanel")->findChildren<QWidget*>())
            if (widget->isVisibleTo(&bench.window()))
                search.lookAt(widget);
    }
    QVERIFY2(search.bare().isEmpty(), qPrintable(search.bare().join(u'\n')));
}

void TestPseudoLanguage::theInspector() {
    TempDir home;
    useHome(home.path());
    WindowBench bench;
    bench.window().show();
    QVERIFY(bench.open(resourcesFolder() / "sample" / "fashion.onnx"));
    bench.find<QDockWidget>("inspectorDock")->raise();
    Search search(schemaTexts(bench.workspace().engine()));
    auto* text = bench.find<QTextBrowser>("inspectorText");
    const auto headings = [&] {
        for (auto block = text->document()->begin(); block.isValid(); block = block.next())
            if (block.blockFormat().headingLevel() == 4)
                search.look(QStringLiteral("heading of the inspector"), block.text());
    };
    headings();
    for (const auto& node : bench.workspace().model()->model->graph->nodes())
        if (node->is("Conv") || node->is("Gemm")) {
            bench.workspace().selection().set({node->id}, node->id);
            headings();
            bench.find<QTabWidget>("inspectorTabs")->setCurrentIndex(1);
            auto* views = bench.find<QTabWidget>("tensorViews");
            for (int view = 0; view < views->count(); ++view) {
                views->setCurrentIndex(view);
                QTest::qWait(20);
                for (const auto* widget : bench.find<QWidget>("inspectorPanel")->findChildren<QWidget*>())
                    if (widget->isVisibleTo(&bench.window()))
                        search.lookAt(widget);
            }
        }
    QVERIFY(search.seen() > 100);
    QVERIFY2(search.bare().isEmpty(), qPrintable(search.bare().join(u'\n')));
}

void TestPseudoLanguage::shortcutsSurvive() {
    TempDir home;
    useHome(home.path());
    WindowBench bench;
    for (const char* name : {"openModel", "openProject", "exportModel", "undo", "redo", "rename", "remove", "apply",
                             "evaluate", "profile", "compare", "cancelJobs", "fit", "horizontal"}) {
        const auto keys = bench.find<QAction>(name)->shortcut();
        QVERIFY2(!keys.isEmpty() && keys[0].key() != Qt::Key_unknown, name);
    }
}

QTEST_MAIN(TestPseudoLanguage)
#include "tst_pseudolanguage.moc"
