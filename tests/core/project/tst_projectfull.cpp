// SPDX-License-Identifier: GPL-3.0-or-later
// A disk without room, played by the largest size a process may give a file: what does not fit fails with a clear
// reason and leaves nothing half.
#include "tests/core/project/projectfiles.h"

#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// No file of this process grows over `bytes` while this lives.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileLimit() {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int) = nullptr;
};

std::string noise(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::uint64_t state = 5;
    for (auto& byte : text) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        byte = char(state >> 56);
    }
    return text;
}

} // namespace

class ProjectFullTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void noRoomForAModel() {
        const TempDir dir;
        const auto project = Project::create(dir / "p").value();
        addVariantOf(*project, "before");
        const auto files = filesBelow(dir / "p" / "blobs");
        VariantRecord record;
        record.name = "large";
        const auto data = noise(3 << 20);
        {
            const FileLimit limit(8192);
            const auto refused = project->addVariant(record, bytesOf(data));
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().code, std::string("project.full"));
            QVERIFY(!refused.error().hint.empty());
        }
        QCOMPARE(project->variants()->size(), std::size_t(1));
        QVERIFY(project->check().empty());
        LAPIDARY_VERIFY_OK(project->compact());
        QVERIFY2(filesBelow(dir / "p" / "blobs") == files, "nothing half-written is left");
        LAPIDARY_VERIFY_OK(project->addVariant(record, bytesOf(data))); // there is room again
        QVERIFY(*project->blobs().get(project->variants()->back().blob) == data);
    }

    /// The log of the database is what cannot grow.
    void noRoomForARow() {
        const TempDir dir;
        const auto project = Project::create(dir / "p").value();
        const auto id = addVariantOf(*project, "a");
        RunRecord run;
        run.variant = id;
        run.kind = "profile";
        run.result.set("text", std::string(300000, 'x'));
        std::size_t stored = 0;
        Status refused;
        {
            const FileLimit limit(2 << 20);
            for (int i = 0; i < 50 && refused; ++i)
                if (const auto added = project->addRun(run); added)
                    ++stored;
                else
                    refused = added.status();
        }
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("project.full"));
        QCOMPARE(project->runs()->size(), stored);
        QVERIFY(project->check().empty());
        LAPIDARY_VERIFY_OK(project->addRun(run));
        const auto again = Project::open(dir / "p");
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE((*again)->runs()->size(), stored + 1);
    }
};

QTEST_GUILESS_MAIN(ProjectFullTest)
#include "tst_projectfull.moc"
