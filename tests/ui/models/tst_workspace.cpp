// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/userhome.h"
#include "ui/models/workspace.h"

#include <QDir>
#include <QSignalSpy>
#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

/// The state behind a window, with the real passes, on the sample network; no window.
class TestWorkspace : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void opensAModel();
    void opensTheSameModelAgain();
    void appliesUndoesRedoes();
    void renames();
    void removes();
    void saysWhatIsWrongWithAFile();
    void previewFollowsTheNewest();
    void selectionFollowsTheVariant();
    void measures();
    void measuresAfterEachChange();
    void newerChangesSupersede();

private:
    bool settle();
    bool open(const std::filesystem::path& file);
    VariantId prune(double ratio);
    QStringList names() const;
    static RecipeStep step(double ratio) { return {"prune.channels", 0, {{"ratio", Json(ratio)}}, {}, true}; }
    static std::filesystem::path sample() { return resourcesFolder() / "sample" / "fashion.onnx"; }

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<JobManager> m_jobs;
    std::unique_ptr<Workspace> m_workspace;
    QStringList m_messages;
};

void TestWorkspace::initTestCase() {
    m_engine = std::make_unique<Engine>();
    QVERIFY(m_engine->passes().find("prune.channels").ok());
}

void TestWorkspace::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_jobs = std::make_unique<JobManager>();
    m_workspace = std::make_unique<Workspace>(*m_engine, *m_jobs);
    m_messages.clear();
    connect(m_workspace.get(), &Workspace::message, this,
            [this](const Diagnostic& problem) { m_messages.append(QString::fromStdString(problem.toString())); });
}

void TestWorkspace::cleanup() {
    m_jobs->cancelAll();
    settle();
    m_workspace.reset();
    m_jobs.reset();
    m_home.reset();
}

bool TestWorkspace::settle() {
    int calm = 0;
    return waitUntil([&] { return (calm = m_jobs->idle() ? calm + 1 : 0) > 5; }, 60);
}

bool TestWorkspace::open(const std::filesystem::path& file) {
    m_workspace->openModel(QString::fromStdString(file.string()));
    return settle() && m_workspace->model() != nullptr;
}

VariantId TestWorkspace::prune(double ratio) {
    const auto before = m_workspace->current();
    m_workspace->apply(step(ratio));
    return settle() && m_workspace->current() != before ? m_workspace->current() : 0;
}

QStringList TestWorkspace::names() const {
    QStringList all;
    for (const auto& variant : m_workspace->variants())
        all.append(QString::fromStdString(variant.record.name));
    return all;
}

void TestWorkspace::opensAModel() {
    QSignalSpy projects(m_workspace.get(), &Workspace::projectChanged);
    QSignalSpy models(m_workspace.get(), &Workspace::modelChanged);
    QVERIFY(!m_workspace->hasProject());
    QVERIFY2(open(sample()), qPrintable(m_messages.join(u'\n')));
    QVERIFY(m_workspace->hasProject());
    QCOMPARE(projects.count(), 1);
    QVERIFY(models.count() >= 1);
    QCOMPARE(m_workspace->projectName(), QStringLiteral("fashion"));
    QCOMPARE(m_workspace->variants().size(), std::size_t(1));
    const auto folder = std::filesystem::path(m_workspace->projectFolder().toStdString());
    QVERIFY(std::filesystem::exists(folder / "project.db"));
    QCOMPARE(folder.string().find(m_home->path().string()), std::size_t(0)); // in this user's data, nowhere else
    QVERIFY(m_workspace->model()->totals.macs > 0);
    QVERIFY(!m_workspace->hasDataset("evaluation"));
    QVERIFY(m_messages.isEmpty());
}

void TestWorkspace::opensTheSameModelAgain() {
    QVERIFY(open(sample()));
    const auto pruned = prune(0.5);
    QVERIFY(pruned > 0);
    const auto folder = m_workspace->projectFolder();
    QVERIFY(open(sample())); // the project it already has, with its variants
    QCOMPARE(m_workspace->projectFolder(), folder);
    QCOMPARE(m_workspace->variants().size(), std::size_t(2));
    QVERIFY(!m_workspace->undoStack().canUndo());
}

void TestWorkspace::appliesUndoesRedoes() {
    QVERIFY(open(sample()));
    const auto source = m_workspace->current();
    const auto macs = m_workspace->model()->totals.macs;
    const auto pruned = prune(0.5);
    QVERIFY2(pruned > 0, qPrintable(m_messages.join(u'\n')));
    QVERIFY(m_workspace->model()->totals.macs < macs);
    QCOMPARE(m_workspace->variant(pruned)->record.parent, source);
    auto& undo = m_workspace->undoStack();
    QCOMPARE(undo.count(), 1);
    QVERIFY(!undo.undoText().isEmpty());

    undo.undo();
    QVERIFY(settle());
    QVERIFY(!m_workspace->variant(pruned));
    QCOMPARE(m_workspace->current(), source);
    QCOMPARE(m_workspace->model()->totals.macs, macs);

    undo.redo();
    QVERIFY(settle());
    QVERIFY(m_workspace->variant(pruned));
    QCOMPARE(m_workspace->current(), pruned);
    QVERIFY(m_workspace->model()->totals.macs < macs);
    QVERIFY(m_messages.isEmpty());
}

void TestWorkspace::renames() {
    QVERIFY(open(sample()));
    const auto source = m_workspace->current();
    m_workspace->rename(source, QStringLiteral("  clothing "));
    QVERIFY(settle());
    QCOMPARE(names(), QStringList{QStringLiteral("clothing")});
    m_workspace->rename(source, QStringLiteral("   "));
    m_workspace->rename(source, QStringLiteral("clothing"));
    QCOMPARE(m_workspace->undoStack().count(), 1); // neither was a change
    m_workspace->undoStack().undo();
    QVERIFY(settle());
    QCOMPARE(names(), QStringList{QStringLiteral("fashion")});
    m_workspace->undoStack().redo();
    QVERIFY(settle());
    QCOMPARE(names(), QStringList{QStringLiteral("clothing")});
}

void TestWorkspace::removes() {
    QVERIFY(open(sample()));
    const auto source = m_workspace->current();
    m_workspace->remove(source); // the source stays
    QCOMPARE(m_workspace->undoStack().count(), 0);
    const auto pruned = prune(0.25);
    const auto again = prune(0.25);
    QVERIFY(pruned > 0 && again > 0);
    QCOMPARE(m_workspace->variant(again)->record.parent, pruned);
    m_workspace->remove(pruned);
    QVERIFY(settle());
    QVERIFY(!m_workspace->variant(pruned));
    QCOMPARE(m_workspace->current(), source);
    QVERIFY2(!m_workspace->variant(again), "what stands below a removed variant goes with it");
    m_workspace->undoStack().undo();
    QVERIFY(settle());
    QVERIFY(m_workspace->variant(pruned));
    QVERIFY(m_workspace->variant(again));
}

void TestWorkspace::saysWhatIsWrongWithAFile() {
    const auto bad = *m_home / "broken.onnx";
    writeFile(bad, "this is no network");
    QVERIFY(!open(bad));
    QCOMPARE(m_messages.size(), 1);
    QVERIFY2(m_messages[0].contains(QStringLiteral("broken.onnx")), qPrintable(m_messages[0]));
    QVERIFY(!m_workspace->hasProject());
    QVERIFY(!open(*m_home / "absent.onnx"));
    QCOMPARE(m_messages.size(), 2);
    QVERIFY(open(sample())); // and goes on as if nothing had happened
    m_workspace->setDataset("evaluation", QString::fromStdString((*m_home / "absent.json").string()));
    QVERIFY(settle());
    QCOMPARE(m_messages.size(), 3);
    QVERIFY(!m_workspace->hasDataset("evaluation"));
    // A file mended in place opens: its first failure leaves nothing behind.
    writeFile(bad, readFile(sample()));
    QVERIFY2(open(bad), qPrintable(m_messages.join(u'\n')));
    QCOMPARE(m_workspace->projectName(), QStringLiteral("broken"));
}

void TestWorkspace::previewFollowsTheNewest() {
    QVERIFY(open(sample()));
    QSignalSpy changes(m_workspace.get(), &Workspace::previewChanged);
    for (const double ratio : {0.125, 0.25, 0.375, 0.5, 0.75})
        m_workspace->requestPreview(step(ratio));
    QTRY_VERIFY(m_workspace->preview());
    QTest::qWait(100);
    const auto total = m_workspace->preview()->after.macs;
    const auto alone = m_engine->preview(*m_workspace->model(), step(0.75), {});
    LAPIDARY_VERIFY_OK(alone);
    QCOMPARE(total, alone->after.macs); // the last one asked for
    QVERIFY(total < m_workspace->preview()->before.macs);
    QCOMPARE(changes.count(), 1);
    m_workspace->selection().set({m_workspace->model()->model->graph->nodes().front()->id});
    QVERIFY(!m_workspace->preview()); // it was for another scope

    QSignalSpy failures(m_workspace.get(), &Workspace::previewFailed);
    m_workspace->requestPreview({"no.such.pass", 0, {}, {}, true});
    QTRY_COMPARE(failures.count(), 1);
    QVERIFY(failures[0][0].toString().contains(QStringLiteral("no.such.pass")));
}

void TestWorkspace::selectionFollowsTheVariant() {
    QVERIFY(open(sample()));
    const auto source = m_workspace->current();
    std::vector<std::string> convolutions;
    std::set<NodeId> ids;
    for (const auto& node : m_workspace->model()->model->graph->nodes())
        if (node->is("Conv") && convolutions.size() < 2) {
            convolutions.push_back(node->name);
            ids.insert(node->id);
        }
    QCOMPARE(ids.size(), std::size_t(2));
    m_workspace->selection().set(ids);
    QCOMPARE(m_workspace->scopePatterns(), convolutions);
    const auto pruned = prune(0.5);
    QVERIFY(pruned > 0);
    QCOMPARE(m_workspace->scopePatterns(), convolutions); // the same layers, in the variant on screen
    m_workspace->setCurrent(source);
    QVERIFY(settle());
    QCOMPARE(m_workspace->scopePatterns(), convolutions);
}

void TestWorkspace::measures() {
    QVERIFY(open(sample()));
    const auto source = m_workspace->current();
    const auto data = writeFigures(m_home->path(), 40);
    QSignalSpy notices(m_workspace.get(), &Workspace::notice);
    m_workspace->setDataset("evaluation", QString::fromStdString(data.string()));
    QVERIFY(settle());
    QCOMPARE(notices.count(), 1);
    QVERIFY(m_workspace->hasDataset("evaluation"));
    m_workspace->evaluate({source});
    QVERIFY(settle());
    QVERIFY2(m_workspace->variant(source)->top1, qPrintable(m_messages.join(u'\n')));
    QCOMPARE(m_workspace->variant(source)->samples, std::size_t(40));
    QVERIFY(!m_workspace->sparsity().empty());
    QVERIFY(!m_workspace->profile());

    int compared = 0;
    const auto pruned = prune(0.5);
    QVERIFY(pruned > 0);
    m_workspace->startComparison(source, pruned, this, [&](const ModelComparison& comparison) {
        ++compared;
        QVERIFY(comparison.diff.changed > 0);
        QCOMPARE(comparison.samples, std::size_t(40));
    });
    QVERIFY(settle());
    QCOMPARE(compared, 1);
    QVERIFY2(m_messages.isEmpty(), qPrintable(m_messages.join(u'\n')));
}

void TestWorkspace::measuresAfterEachChange() {
    QVERIFY(open(sample()));
    const auto source = m_workspace->current();
    m_workspace->setDataset("evaluation", QString::fromStdString(writeFigures(m_home->path(), 1500).string()));
    QVERIFY(settle());
    QVERIFY(!m_workspace->accuracy().afterEachChange()); // unless the user asked for it
    const auto quiet = prune(0.25);
    QVERIFY(quiet > 0 && !m_workspace->variant(quiet)->top1);
    m_workspace->accuracy().setAfterEachChange(true);
    QVERIFY(Workspace(*m_engine, *m_jobs).accuracy().afterEachChange()); // remembered
    m_workspace->setCurrent(source);
    QVERIFY(settle());

    std::vector<EvaluationResult> seen;
    connect(&m_workspace->accuracy(), &AccuracyRuns::runningChanged, this, [&](qlonglong id) {
        if (const auto* running = m_workspace->accuracy().running(id); running && running->samples > 0)
            seen.push_back(*running);
    });
    const auto pruned = prune(0.5);
    QVERIFY2(pruned > 0, qPrintable(m_messages.join(u'\n')));
    const auto* measured = m_workspace->variant(pruned);
    QVERIFY(measured->top1 && measured->agreement);
    QCOMPARE(measured->samples, std::size_t(1500));
    QVERIFY(!m_workspace->accuracy().running(pruned));
    QVERIFY(!seen.empty());
    for (const auto& so : seen) {
        QVERIFY(!so.complete && so.samples < so.population && so.population == 1500);
        QVERIFY(so.top1OfAll && so.top1OfAll->low <= so.top1->percent && so.top1->percent <= so.top1OfAll->high);
        QVERIFY(so.drop.has_value());
    }
    const auto width = [](const EvaluationResult& so) { return so.top1OfAll->high - so.top1OfAll->low; };
    QVERIFY(seen.size() < 2 || width(seen.back()) < width(seen.front()));
    QVERIFY2(m_messages.isEmpty(), qPrintable(m_messages.join(u'\n')));
}

void TestWorkspace::newerChangesSupersede() {
    QVERIFY(open(sample()));
    m_workspace->setDataset("evaluation", QString::fromStdString(writeFigures(m_home->path(), 20000).string()));
    QVERIFY(settle());
    m_workspace->accuracy().setAfterEachChange(true);
    VariantId running = 0;
    connect(&m_workspace->accuracy(), &AccuracyRuns::runningChanged, this, [&](qlonglong id) {
        if (m_workspace->accuracy().running(id))
            running = id;
    });
    m_workspace->apply(step(0.25));
    QVERIFY(waitUntil([&] { return running > 0; }, 60));
    const auto first = running;
    m_workspace->apply(step(0.5));
    QVERIFY2(waitUntil([&] { return running != first; }, 60), qPrintable(m_messages.join(u'\n')));
    QVERIFY(waitUntil([&] { return !m_workspace->accuracy().running(first); }, 5)); // gave way at once
    m_workspace->accuracy().cancelAll();
    QVERIFY(settle());
    QVERIFY(!m_workspace->variant(first)->top1);
    QVERIFY2(m_messages.isEmpty(), qPrintable(m_messages.join(u'\n'))); // a cancelled one is no problem
}

QTEST_MAIN(TestWorkspace)
#include "tst_workspace.moc"
