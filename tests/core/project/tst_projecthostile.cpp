// SPDX-License-Identifier: GPL-3.0-or-later
// Projects that someone spoilt, by accident or on purpose.
#include "project/bloblimit.h"
#include "tests/core/project/projectfiles.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;
namespace fs = std::filesystem;

class ProjectHostileTest : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<TempDir> m_dir;
    fs::path folder() const { return m_dir->path() / "p"; }
    fs::path database() const { return folder() / "project.db"; }

    /// Closed, with everything in one file.
    void makeProject(int variants) const {
        {
            auto project = Project::create(folder()).value();
            VariantId parent = 0;
            for (int i = 0; i < variants; ++i) {
                auto record = recordOf(*project, "v" + std::to_string(i), parent);
                record.note = std::string(1000, 'n');
                parent = project->addVariant(record).value();
            }
        }
        runSql(database(), QStringLiteral("PRAGMA journal_mode=DELETE"));
    }

private Q_SLOTS:
    void init() {
        failOnWarnings();
        m_dir = std::make_unique<TempDir>();
    }
    void cleanup() { setLargestBlob(0); }

    void parentsInACircle() {
        makeProject(3);
        runSql(database(), QStringLiteral("UPDATE variants SET parent = 3 WHERE id = 1"));
        const auto project = Project::open(folder()).value();
        const auto records = project->variants();
        LAPIDARY_VERIFY_OK(records);
        QCOMPARE(records->size(), std::size_t(3));
        for (const auto& record : *records)
            QVERIFY(record.parent < record.id);
        const auto health = project->examine();
        LAPIDARY_VERIFY_OK(health);
        QCOMPARE(health->variants.size(), std::size_t(1));
        QCOMPARE(health->variants.front().id, VariantId(1));
        QCOMPARE(health->variants.front().problem.code, std::string("project.parent"));
    }

    void programsInTheDatabase_data() {
        QTest::addColumn<QString>("sql");
        QTest::newRow("view")
            << "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n";
        QTest::newRow("trigger") << "CREATE TRIGGER t AFTER UPDATE ON variants BEGIN DELETE FROM runs; END";
        QTest::newRow("virtual table") << "CREATE VIRTUAL TABLE f USING fts5(x)";
        QTest::newRow("computed column") << "ALTER TABLE variants ADD COLUMN c TEXT AS (hex(zeroblob(100)))";
    }
    void programsInTheDatabase() {
        QFETCH(QString, sql);
        makeProject(2);
        runSql(database(), sql);
        for (const auto access : {ProjectAccess::ReadOnly, ProjectAccess::ReadWrite}) {
            const auto project = Project::open(folder(), access);
            QVERIFY(!project.ok());
            QCOMPARE(project.error().code, std::string("project.open"));
            QVERIFY2(project.error().message.find("no plain table") != std::string::npos,
                     project.error().message.c_str());
        }
    }

    /// A list that breaks off at a damaged page must not pass for the whole: what is not in it would be thrown away.
    void damagedPage() {
        constexpr int count = 60;
        makeProject(count);
        const int size = scalar(database(), QStringLiteral("PRAGMA page_size")).toInt();
        auto bytes = readFile(database());
        int damaged = 0;
        const std::string mark(300, 'n');
        for (std::size_t page = bytes.size() / std::size_t(size) / 2; damaged == 0; ++page) {
            const auto at = page * std::size_t(size);
            QVERIFY(at < bytes.size());
            if (bytes[at] != 13 || bytes.substr(at, std::size_t(size)).find(mark) == std::string::npos)
                continue; // no leaf of the table of variants
            std::fill_n(bytes.begin() + std::ptrdiff_t(at), size, '\xee');
            ++damaged;
        }
        writeFile(database(), bytes);
        const auto project = Project::open(folder()).value();
        const auto files = filesBelow(folder() / "blobs");
        const auto records = project->variants();
        QVERIFY2(!records.ok(), "not all of them are there");
        QCOMPARE(records.error().code, std::string("project.database"));
        QVERIFY(!project->compact().ok());
        QCOMPARE(filesBelow(folder() / "blobs"), files);
        QVERIFY(!project->check().empty());
    }

    void oneChunkAgainAndAgain() {
        makeProject(1);
        const auto project = Project::open(folder()).value();
        const std::string bytes(1000, 'b');
        const auto address = project->blobs().put(bytesOf(bytes)).value();
        setLargestBlob(1000);
        LAPIDARY_VERIFY_OK(project->blobs().get(address));
        setLargestBlob(999);
        const auto refused = project->blobs().get(address);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("blob.large"));
        // Three megabytes of one letter are one chunk three times.
        const std::string many(3 << 20, 'b');
        const auto large = project->blobs().put(bytesOf(many)).value();
        QVERIFY(fs::file_size(blobFile(*project, large)) < 1000);
        setLargestBlob(2 << 20);
        QCOMPARE(project->blobs().get(large).error().code, std::string("blob.large"));
        setLargestBlob(0);
        QCOMPARE(project->blobs().get(large)->size(), many.size());
    }
};

QTEST_GUILESS_MAIN(ProjectHostileTest)
#include "tst_projecthostile.moc"
