// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/project.h"
#include "tests/core/project/projectfiles.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

#include <latch>
#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

VariantId add(Project& project, const std::string& name, VariantId parent = 0) {
    return addVariantOf(project, name, parent);
}

std::vector<std::string> names(const Project& project) {
    std::vector<std::string> list;
    const auto records = project.variants();
    for (const auto& record : *records)
        list.push_back(record.name);
    return list;
}

} // namespace

using Names = std::vector<std::string>;

class ProjectTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void createAndOpen() {
        const TempDir dir;
        const auto folder = dir / "with spaces and ü" / "deeper";
        QVERIFY(!Project::isProject(folder));
        {
            const auto project = Project::create(folder);
            LAPIDARY_VERIFY_OK(project);
            QCOMPARE((*project)->folder(), folder);
        }
        QVERIFY(Project::isProject(folder));
        const auto again = Project::open(folder);
        LAPIDARY_VERIFY_OK(again);
        QVERIFY((*again)->variants()->empty());
        QVERIFY((*again)->check().empty());
        const auto twice = Project::create(folder);
        QVERIFY(!twice.ok());
        QCOMPARE(twice.error().code, std::string("project.exists"));
    }

    /// SQLite does not let wait who switches to its log while another is about to write.
    void openedWhileAnotherBegins() {
        const TempDir dir;
        const auto file = dir / "p" / "project.db";
        std::filesystem::create_directory(dir / "p");
        writeFile(file, {});
        std::latch begun(1);
        std::thread other([&] {
            {
                auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("other"));
                database.setDatabaseName(QString::fromStdString(file.string()));
                (void)database.open();
                QSqlQuery(database).exec(QStringLiteral("BEGIN IMMEDIATE"));
                begun.count_down();
                std::this_thread::sleep_for(std::chrono::milliseconds(200));
                QSqlQuery(database).exec(QStringLiteral("COMMIT"));
            }
            QSqlDatabase::removeDatabase(QStringLiteral("other"));
        });
        begun.wait();
        const auto project = Project::open(dir / "p");
        other.join();
        LAPIDARY_VERIFY_OK(project);
    }

    void notAProject() {
        const TempDir dir;
        const auto missing = Project::open(dir / "nothing");
        QVERIFY(!missing.ok());
        QCOMPARE(missing.error().code, std::string("project.open"));
        QVERIFY(!std::filesystem::exists(dir / "nothing")); // looking does not make one
        std::filesystem::create_directory(dir / "text");
        writeFile(dir / "text" / "project.db", std::string(5000, 'x'));
        const auto text = Project::open(dir / "text");
        QVERIFY(!text.ok());
        QCOMPARE(text.error().code, std::string("project.open"));
        QCOMPARE(readFile(dir / "text" / "project.db"), std::string(5000, 'x'));
    }

    /// A kill between making the file and its tables.
    void emptyDatabaseBecomesAProject() {
        const TempDir dir;
        std::filesystem::create_directory(dir / "p");
        writeFile(dir / "p" / "project.db", {});
        const auto project = Project::open(dir / "p");
        LAPIDARY_VERIFY_OK(project);
        QVERIFY(add(**project, "a") > 0);
    }

    void variantsKeepEverything() {
        const TempDir dir;
        VariantRecord record;
        VariantId id = 0;
        {
            auto project = Project::create(dir / "p");
            LAPIDARY_VERIFY_OK(project);
            const auto root = add(**project, "root");
            record = recordOf(**project, "Größe 'x'; DROP TABLE variants; --", root);
            record.note = "two\nlines";
            record.recipe.set("steps", Json::Array{Json("a"), Json(1.5)});
            record.report = Json::Array{Json(true)};
            record.sourcePath = "/a/b c.onnx";
            record.parameters = 5'000'000'000u;
            record.parameterBytes = 20'000'000'000u;
            record.macs = std::uint64_t(1) << 50;
            record.fileBytes = 7;
            record.dataHash = "data";
            record.versions = "v";
            record.createdMs = 1700000000123;
            const auto added = (*project)->addVariant(record);
            LAPIDARY_VERIFY_OK(added);
            id = *added;
        }
        const auto project = Project::open(dir / "p");
        LAPIDARY_VERIFY_OK(project);
        const auto got = (*project)->variant(id);
        LAPIDARY_VERIFY_OK(got);
        QCOMPARE(got->parent, record.parent);
        QCOMPARE(got->name, record.name);
        QCOMPARE(got->note, record.note);
        QVERIFY(got->recipe == record.recipe);
        QVERIFY(got->report == record.report);
        QCOMPARE(got->modelHash, record.modelHash);
        QCOMPARE(got->blob, record.blob);
        QCOMPARE(got->sourcePath, record.sourcePath);
        QCOMPARE(got->parameters, record.parameters);
        QCOMPARE(got->parameterBytes, record.parameterBytes);
        QCOMPARE(got->macs, record.macs);
        QCOMPARE(got->fileBytes, record.fileBytes);
        QCOMPARE(got->dataHash, record.dataHash);
        QCOMPARE(got->versions, record.versions);
        QCOMPARE(got->createdMs, record.createdMs);
        QVERIFY(!got->deleted);
        QVERIFY((*project)->renameVariant(id, "new").ok());
        QVERIFY((*project)->setNote(id, "").ok());
        QCOMPARE((*project)->variant(id)->name, std::string("new"));
        QCOMPARE((*project)->variant(id)->note, std::string());
        const auto unknown = (*project)->variant(99);
        QVERIFY(!unknown.ok());
        QCOMPARE(unknown.error().code, std::string("project.unknown"));
        QVERIFY(!(*project)->addVariant(recordOf(**project, "orphan", 99)).ok());
    }

    void deleteAndRestoreSubtree() {
        const TempDir dir;
        auto project = Project::create(dir / "p").value();
        const auto root = add(*project, "root");
        const auto a = add(*project, "a", root);
        add(*project, "a1", a);
        const auto a2 = add(*project, "a2", a);
        add(*project, "a21", a2);
        add(*project, "b", root);
        QVERIFY(project->setDeleted(a, true).ok());
        QCOMPARE(names(*project), (Names{"root", "b"}));
        QCOMPARE(project->variants(true)->size(), std::size_t(6));
        QVERIFY(project->setDeleted(a, false).ok());
        QCOMPARE(names(*project), (Names{"root", "a", "a1", "a2", "a21", "b"}));
        QVERIFY(project->setDeleted(a2, true).ok());
        const auto before = project->variants(true)->size();
        const auto removed = project->compact();
        LAPIDARY_VERIFY_OK(removed);
        QCOMPARE(*removed, std::size_t(4)); // two blobs, each a list and a chunk
        QCOMPARE(project->variants(true)->size(), before - 2);
        QVERIFY(project->check().empty());
    }

    /// Shown variants are never dropped, even when something above them is hidden.
    void compactKeepsWhatIsShown() {
        const TempDir dir;
        auto project = Project::create(dir / "p").value();
        const auto root = add(*project, "root");
        const auto a = add(*project, "a", root);
        const auto a1 = add(*project, "a1", a);
        add(*project, "a2", a);
        QVERIFY(project->setDeleted(a, true).ok());
        QVERIFY(project->setDeleted(a1, false).ok());
        QVERIFY(project->compact().ok());
        QCOMPARE(names(*project), (Names{"root", "a1"}));
        QCOMPARE(project->variants(true)->size(), std::size_t(3));
        QVERIFY(project->check().empty());
    }

    /// A record without data (a damaged database) must not cost the others theirs, and nothing is thrown.
    void compactWithABrokenRecord() {
        const TempDir dir;
        auto project = Project::create(dir / "p").value();
        const auto good = add(*project, "good");
        VariantRecord broken;
        broken.name = "broken";
        QVERIFY(project->addVariant(broken).ok());
        QVERIFY(!project->compact().ok());
        QCOMPARE(project->check().size(), std::size_t(1));
        QVERIFY(project->blobs().get(project->variant(good)->blob).ok());
    }

    void runs() {
        const TempDir dir;
        auto project = Project::create(dir / "p").value();
        const auto a = add(*project, "a");
        const auto b = add(*project, "b");
        RunRecord run;
        run.variant = a;
        run.kind = "profile";
        run.key = "k1";
        run.subject = "host";
        run.settings.set("threads", 2);
        run.result.set("median_ms", 0.1);
        run.environment.set("cpu", "x");
        const auto first = project->addRun(run);
        LAPIDARY_VERIFY_OK(first);
        run.variant = b;
        QVERIFY(project->addRun(run).ok());
        run.key = "k2";
        QVERIFY(project->addRun(run).ok());
        QCOMPARE(project->runs()->size(), std::size_t(3));
        QCOMPARE(project->runs(a)->size(), std::size_t(1));
        QCOMPARE(project->findRuns("k1")->size(), std::size_t(2));
        QCOMPARE(project->findRuns("none")->size(), std::size_t(0));
        const auto got = project->runs(a)->front();
        QCOMPARE(got.id, *first);
        QCOMPARE(got.kind, run.kind);
        QCOMPARE(got.subject, run.subject);
        QVERIFY(got.settings == run.settings);
        QVERIFY(got.result == run.result);
        QVERIFY(got.environment == run.environment);
        QVERIFY(got.createdMs > 1600000000000);
        run.variant = 77;
        QVERIFY(!project->addRun(run).ok());
        QVERIFY(project->setDeleted(b, true).ok());
        QVERIFY(project->compact().ok());
        QCOMPARE(project->runs()->size(), std::size_t(1));
    }

    void settingsAndDatasets() {
        const TempDir dir;
        auto project = Project::create(dir / "p").value();
        QVERIFY(project->setting("view").isNull());
        Json view;
        view.set("zoom", 1.25);
        QVERIFY(project->setSetting("view", view).ok());
        QVERIFY(project->setSetting("other", 3).ok());
        QVERIFY(project->setting("view") == view);
        QVERIFY(project->setSetting("view", "replaced").ok());
        QCOMPARE(project->setting("view").toString(), std::string("replaced"));
        QVERIFY(project->addDataset({0, "one", "a.json", "h1", "evaluation", 10}).ok());
        QVERIFY(project->addDataset({0, "two", "b.json", "h2", "calibration", 20}).ok());
        QVERIFY(project->addDataset({0, "three", "c.json", "h3", "evaluation", 30}).ok());
        const auto datasets = project->datasets();
        LAPIDARY_VERIFY_OK(datasets);
        QCOMPARE(datasets->size(), std::size_t(2));
        QCOMPARE(datasets->front().name, std::string("two"));
        QCOMPARE(datasets->back().path, std::string("c.json"));
        QCOMPARE(datasets->back().samples, std::uint64_t(30));
    }

    void checkFindsDamagedBlobs() {
        const TempDir dir;
        auto project = Project::create(dir / "p").value();
        add(*project, "a");
        add(*project, "b");
        QVERIFY(project->check().empty());
        const auto address = project->variant(1)->blob;
        std::filesystem::remove(dir / "p" / "blobs" / address.substr(0, 2) / (address.substr(2) + ".zst"));
        const auto found = project->check();
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found.front().code, std::string("blob.missing"));
    }

    /// Two windows on one project: every write of both arrives, none fails.
    void twoProjectsOnOneFolder() {
        const TempDir dir;
        QVERIFY(Project::create(dir / "p").ok());
        constexpr int each = 40;
        std::vector<std::string> failures(2);
        const auto work = [&](std::size_t who) {
            auto project = Project::open(dir / "p");
            if (!project) {
                failures[who] = project.error().toString();
                return;
            }
            VariantId last = 0;
            for (int i = 0; i < each && failures[who].empty(); ++i) {
                const auto name = std::to_string(who) + "-" + std::to_string(i);
                const auto id = (*project)->addVariant(recordOf(**project, name, last));
                if (!id)
                    failures[who] = id.error().toString();
                else if (auto status = (*project)->setSetting("last", name); !status)
                    failures[who] = status.error().toString();
                else
                    last = *id;
            }
        };
        std::thread first(work, 0);
        std::thread second(work, 1);
        first.join();
        second.join();
        QCOMPARE(failures[0], std::string());
        QCOMPARE(failures[1], std::string());
        const auto project = Project::open(dir / "p");
        LAPIDARY_VERIFY_OK(project);
        QCOMPARE((*project)->variants()->size(), std::size_t(2 * each));
        QVERIFY((*project)->check().empty());
    }

    /// One object from many threads that come and go.
    void oneProjectManyThreads() {
        const TempDir dir;
        auto project = Project::create(dir / "p").value();
        std::atomic<int> failed = 0;
        for (int round = 0; round < 3; ++round) {
            std::vector<std::thread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([&, t] {
                    for (int i = 0; i < 5; ++i)
                        if (!project->addVariant(recordOf(*project, std::to_string(t))) || !project->variants())
                            ++failed;
                });
            for (auto& thread : threads)
                thread.join();
        }
        QCOMPARE(failed.load(), 0);
        QCOMPARE(project->variants()->size(), std::size_t(60));
    }
};

QTEST_GUILESS_MAIN(ProjectTest)
#include "tst_project.moc"
