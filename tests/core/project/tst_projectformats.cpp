// SPDX-License-Identifier: GPL-3.0-or-later
// Databases of other formats than this one: brought to it, read only, or refused.
#include "project/project.h"
#include "tests/core/project/projectfiles.h"

#include <QTest>

#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace lapidary;
using namespace lapidary::test;

namespace {

const std::filesystem::path corpus = std::filesystem::path(LAPIDARY_SOURCE_DIR) / "tests/corpus";

/// A project of format 1 with its models.
std::filesystem::path oldProject(const TempDir& dir) {
    const auto folder = dir / "old";
    std::filesystem::create_directories(folder);
    runSqlFile(folder / "project.db", readFile(corpus / "project-v1.sql"));
    BlobStore blobs(folder / "blobs");
    for (const char* name : {"source", "pruned", "hidden", "grün"})
        (void)blobs.put(bytesOf(std::string("model of ") + name));
    return folder;
}

void verifyContents(const Project& project) {
    const auto variants = project.variants();
    LAPIDARY_VERIFY_OK(variants);
    QCOMPARE(variants->size(), std::size_t(3));
    const auto& source = variants->at(0);
    QCOMPARE(source.name, std::string("source"));
    QCOMPARE(source.note, std::string("It's the first"));
    QCOMPARE(source.parent, VariantId(0));
    QVERIFY(source.recipe.isNull() && source.tags.empty() && source.color.empty() && source.provenance.isNull());
    QCOMPARE(source.sourcePath, std::string("/models/source.onnx"));
    QCOMPARE(source.parameters, std::uint64_t(999));
    QCOMPARE(source.createdMs, std::int64_t(1700000000001));
    QCOMPARE(variants->at(2).name, std::string("grün"));
    QCOMPARE(variants->at(2).recipe["seed"].toInteger(), std::int64_t(7));
    QCOMPARE(project.variants(true)->size(), std::size_t(4));
    QCOMPARE(project.runs()->size(), std::size_t(6));
    QCOMPARE(project.runs(1)->at(1).result["nodes"].array().size(), std::size_t(1));
    QCOMPARE(project.setting("view")["zoom"].toDouble(), 1.25);
    QCOMPARE(project.datasets()->front().path, std::string("../data.json"));
    std::vector<RecordId> newest;
    const auto runs = project.newestRuns();
    LAPIDARY_VERIFY_OK(runs);
    for (const auto& run : *runs)
        newest.push_back(run.id);
    QCOMPARE(newest, (std::vector<RecordId>{2, 3, 4, 5, 6}));
    QCOMPARE(runs->front().result["median_ms"].toDouble(), 1.25);
    QVERIFY2(runs->at(3).result.isNull(), "a damaged result is none");
}

} // namespace

class ProjectFormatsTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void formatOneIsBroughtToThisOne() {
        const TempDir dir;
        const auto folder = oldProject(dir);
        for (int round = 0; round < 2; ++round) {
            const auto project = Project::open(folder);
            LAPIDARY_VERIFY_OK(project);
            QVERIFY(!(*project)->readOnlyReason());
            verifyContents(**project);
            QVERIFY2((*project)->newestRuns()->front().result["nodes"].isNull(), "the summary leaves the nodes out");
            QVERIFY((*project)->check().empty());
        }
        const auto project = Project::open(folder).value();
        QVERIFY(project->setTags(2, {"ship", "fast", "ship", ""}).ok());
        QVERIFY(project->setColor(2, "#a0B1c2").ok());
        QCOMPARE(project->variant(2)->tags, (std::vector<std::string>{"ship", "fast"}));
        QCOMPARE(project->variant(2)->color, std::string("#a0B1c2"));
        for (const char* bad : {"red", "#12345", "#12345g", "#1234567"})
            QCOMPARE(project->setColor(2, bad).error().code, std::string("project.color"));
        QCOMPARE(scalar(folder / "project.db", QStringLiteral("PRAGMA user_version")).toInt(), Project::formatVersion);
    }

    /// What it was before lies beside it, and is a whole project again when put back.
    void theOldDatabaseIsKept() {
        const TempDir dir;
        const auto folder = oldProject(dir);
        QVERIFY(Project::open(folder).value()->renameVariant(1, "renamed").ok());
        QVERIFY(std::filesystem::exists(folder / "project.db.v1"));
        QVERIFY(!std::filesystem::exists(folder / "project.db.v1.part"));
        QCOMPARE(scalar(folder / "project.db.v1", QStringLiteral("PRAGMA user_version")).toInt(), 1);
        for (const char* name : {"project.db", "project.db-wal", "project.db-shm"})
            std::filesystem::remove(folder / name);
        std::filesystem::copy_file(folder / "project.db.v1", folder / "project.db");
        verifyContents(*Project::open(folder).value());
    }

    /// No copy, no migration.
    void withoutACopyNothingChanges() {
        const TempDir dir;
        const auto folder = oldProject(dir);
        std::filesystem::create_directories(folder / "project.db.v1" / "not a file");
        const auto project = Project::open(folder);
        QVERIFY(!project.ok());
        QVERIFY2(project.error().message.find("copy") != std::string::npos, project.error().message.c_str());
        QCOMPARE(scalar(folder / "project.db", QStringLiteral("PRAGMA user_version")).toInt(), 1);
    }

    void twoAtOnceMigrateOnce() {
        const TempDir dir;
        const auto folder = oldProject(dir);
        std::vector<std::string> failures(4);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < failures.size(); ++i)
            threads.emplace_back([&, i] { failures[i] = problemOf(Project::open(folder)); });
        for (auto& thread : threads)
            thread.join();
        for (const auto& failure : failures)
            QCOMPARE(failure, std::string());
        QCOMPARE(scalar(folder / "project.db.v1", QStringLiteral("PRAGMA user_version")).toInt(), 1);
        verifyContents(*Project::open(folder).value());
    }

    void oldFormatIsReadAsItIs() {
        const TempDir dir;
        const auto folder = oldProject(dir);
        const auto project = Project::open(folder, ProjectAccess::ReadOnly);
        LAPIDARY_VERIFY_OK(project);
        verifyContents(**project);
        QVERIFY((*project)->check().empty());
        QCOMPARE(scalar(folder / "project.db", QStringLiteral("PRAGMA user_version")).toInt(), 1);
    }

    void everyWriteToAReadOnlyProjectSaysWhy() {
        const TempDir dir;
        const auto folder = oldProject(dir);
        const auto project = Project::open(folder, ProjectAccess::ReadOnly).value();
        QVERIFY(project->readOnlyReason().has_value());
        const VariantRecord record;
        const DatasetRecord dataset;
        RunRecord run;
        run.variant = 1;
        const std::vector<Status> refused = {project->addVariant(record).status(),
                                             project->addVariant(record, bytesOf("x")).status(),
                                             project->renameVariant(1, "x"),
                                             project->setNote(1, "x"),
                                             project->setTags(1, {"x"}),
                                             project->setColor(1, "#000000"),
                                             project->setDeleted(1, true),
                                             project->addDataset(dataset).status(),
                                             project->addRun(run).status(),
                                             project->setSetting("x", 1),
                                             project->compact().status(),
                                             project->rebuildIndices(),
                                             project->blobs().put(bytesOf("x")).status(),
                                             project->blobs().collectGarbage({}).status()};
        for (const auto& status : refused) {
            QVERIFY(!status.ok());
            QCOMPARE(status.error().code, std::string("project.read_only"));
        }
        verifyContents(*project);
    }

    /// A later Lapidary added a column: all that this one knows is shown, nothing is written.
    void newerFormatIsOnlyRead() {
        const TempDir dir;
        const auto folder = oldProject(dir);
        LAPIDARY_VERIFY_OK(Project::open(folder));
        runSql(folder / "project.db",
               QStringLiteral("ALTER TABLE variants ADD COLUMN later TEXT NOT NULL DEFAULT 'x'"));
        runSql(folder / "project.db", QStringLiteral("PRAGMA user_version = %1").arg(Project::formatVersion + 1));
        const auto newer = Project::open(folder);
        LAPIDARY_VERIFY_OK(newer);
        QVERIFY((*newer)->readOnlyReason().has_value());
        QCOMPARE((*newer)->readOnlyReason()->code, std::string("project.newer"));
        QCOMPARE((*newer)->renameVariant(1, "x").error().code, std::string("project.newer"));
        QVERIFY(!(*newer)->renameVariant(1, "x").error().hint.empty());
        verifyContents(**newer);
    }

    /// ... or changed what this one must know: refused, and not touched.
    void newerFormatThatCannotBeRead() {
        const TempDir dir;
        const auto folder = oldProject(dir);
        LAPIDARY_VERIFY_OK(Project::open(folder));
        runSql(folder / "project.db", QStringLiteral("ALTER TABLE variants RENAME COLUMN blob TO data"));
        runSql(folder / "project.db", QStringLiteral("PRAGMA user_version = %1").arg(Project::formatVersion + 1));
        for (const auto access : {ProjectAccess::ReadWrite, ProjectAccess::ReadOnly}) {
            const auto newer = Project::open(folder, access);
            QVERIFY(!newer.ok());
            QCOMPARE(newer.error().code, std::string("project.newer"));
            QVERIFY(!newer.error().hint.empty());
        }
        QCOMPARE(scalar(folder / "project.db", QStringLiteral("PRAGMA user_version")).toInt(),
                 Project::formatVersion + 1);
    }

    void foldersWithoutPermission_data() {
        QTest::addColumn<bool>("unfinished");
        QTest::newRow("closed") << false;
        QTest::newRow("left by a kill") << true;
    }
    /// A project on someone else's share. The second case has committed work in the log only.
    void foldersWithoutPermission() {
        QFETCH(bool, unfinished);
        const TempDir dir;
        const auto folder = oldProject(dir);
        LAPIDARY_VERIFY_OK(Project::open(folder));
        const auto share = dir / "share";
        {
            const auto project = Project::open(folder).value();
            QVERIFY(project->setNote(4, "in the log").ok());
            if (unfinished)
                std::filesystem::copy(folder, share, std::filesystem::copy_options::recursive);
        }
        if (!unfinished)
            std::filesystem::copy(folder, share, std::filesystem::copy_options::recursive);
        std::filesystem::remove(share / "project.db-shm");
        QCOMPARE(std::filesystem::exists(share / "project.db-wal"), unfinished);
        ::chmod(dir.path().c_str(), 0755);
        ::chmod(share.c_str(), 0555);
        ::chmod((share / "project.db").c_str(), 0444);
        const bool root = ::geteuid() == 0; // for whom permissions are air
        QVERIFY(!root || ::seteuid(65534) == 0);
        auto project = Project::open(share);
        const auto problem = problemOf(project);
        const auto refused = problem.empty() ? (*project)->renameVariant(1, "x") : Status();
        const auto note = problem.empty() ? (*project)->variant(4).value().note : std::string();
        const auto variants = problem.empty() ? (*project)->variants()->size() : 0;
        if (problem.empty())
            project->reset();
        QVERIFY(!root || ::seteuid(0) == 0);
        ::chmod(share.c_str(), 0755);
        QCOMPARE(problem, std::string());
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("project.read_only"));
        QCOMPARE(note, std::string("in the log"));
        QCOMPARE(variants, std::size_t(3));
    }
};

QTEST_GUILESS_MAIN(ProjectFormatsTest)
#include "tst_projectformats.moc"
