// SPDX-License-Identifier: GPL-3.0-or-later
// The program starts itself, twice at a time, as a writer that works on one project until it is killed.
// LAPIDARY_KILLS sets how many are killed.
#include "project/project.h"
#include "tests/support/testsupport.h"

#include <QCoreApplication>
#include <QTest>

#include <csignal>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace lapidary;
using namespace lapidary::test;

namespace {

std::string dataOf(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::string text(60000 + seed % 40000, '\0');
    for (auto& byte : text)
        byte = char(random() & 0xff);
    return text;
}

std::span<const std::byte> bytesOf(const std::string& text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

bool say(const std::string& line) {
    return ::write(STDOUT_FILENO, line.data(), line.size()) == ssize_t(line.size());
}

/// Something that is thrown away again, and the garbage collected, while the other writer stores models.
Status throwAway(Project& project, std::uint64_t seed) {
    VariantRecord record;
    record.name = "temporary";
    const auto id = project.addVariant(record, bytesOf(dataOf(seed + 500000)));
    if (!id)
        return id.status();
    if (auto status = project.setDeleted(*id, true); !status)
        return status;
    return project.compact().status();
}

/// Every kind of write, for ever; says what is committed once it is.
Status work(const char* folder, std::uint64_t seed) {
    auto project = Project::isProject(folder) ? Project::open(folder) : Project::create(folder);
    if (!project && project.error().code == "project.exists") // the other writer was quicker
        project = Project::open(folder);
    if (!project)
        return project.status();
    VariantId last = 0;
    for (;; ++seed) {
        VariantRecord record;
        record.parent = last;
        record.name = std::to_string(seed);
        const auto id = (*project)->addVariant(record, bytesOf(dataOf(seed)));
        if (!id)
            return id.status();
        last = *id;
        say("variant " + std::to_string(last) + " " + record.name + "\n");
        RunRecord run;
        run.variant = last;
        run.kind = "profile";
        if (auto added = (*project)->addRun(run); !added)
            return added.status();
        say("run " + std::to_string(last) + " -\n");
        if (auto status = (*project)->renameVariant(last, record.name + "!"); !status)
            return status;
        say("renamed " + std::to_string(last) + " " + record.name + "!\n");
        if (auto status = (*project)->setTags(last, {"tag"}); !status)
            return status;
        if (auto status = seed % 3 == 0 ? throwAway(**project, seed) : Status(); !status)
            return status;
    }
}

struct Writer {
    pid_t process = 0;
    int output = -1;
    std::string said;
};

Writer start(const std::string& folder, std::uint64_t seed) {
    int ends[2];
    if (::pipe(ends) != 0)
        return {};
    const auto seedText = std::to_string(seed);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execl("/proc/self/exe", "tst_projectkill", "--writer", folder.c_str(), seedText.c_str(), nullptr);
        ::_exit(9);
    }
    ::close(ends[1]);
    return {child, ends[0], {}};
}

bool readMore(Writer& writer) {
    char buffer[4096];
    const ssize_t got = ::read(writer.output, buffer, sizeof buffer);
    if (got > 0)
        writer.said.append(buffer, std::size_t(got));
    return got > 0;
}

/// False if it ended by itself: then `said` ends with why.
bool killed(Writer& writer) {
    ::kill(writer.process, SIGKILL);
    while (readMore(writer)) {
    }
    ::close(writer.output);
    int status = 0;
    ::waitpid(writer.process, &status, 0);
    return WIFSIGNALED(status);
}

struct Committed {
    std::map<VariantId, std::string> names;
    std::set<VariantId> renamed, measured;

    bool read(const std::string& said) {
        std::istringstream lines(said.substr(0, said.rfind('\n') + 1));
        std::string what, name;
        for (VariantId id = 0; lines >> what >> id >> name;) {
            if (what == "variant")
                names[id] = name;
            else if (what == "renamed")
                renamed.insert(id);
            else if (what == "run")
                measured.insert(id);
            else
                return false;
        }
        return true;
    }
};

} // namespace

class ProjectKillTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    /// Whatever was committed before the kill is there, whole, and the project goes on working.
    void killedWriters() {
        const TempDir dir;
        const auto folder = (dir / "p").string();
        const int asked = qEnvironmentVariableIntValue("LAPIDARY_KILLS");
        const int kills = asked > 0 ? asked : 20;
        std::mt19937 random(20260101);
        Committed committed;
        for (int round = 0; round < kills / 2; ++round) {
            Writer writers[2] = {start(folder, std::uint64_t(round) * 2000),
                                 start(folder, std::uint64_t(round) * 2000 + 1000)};
            if (round % 3 != 0) // else perhaps before anything was made
                readMore(writers[0]);
            for (auto& writer : writers) {
                ::usleep(useconds_t(random() % 150000));
                QVERIFY2(killed(writer), writer.said.c_str());
                QVERIFY2(committed.read(writer.said), writer.said.c_str());
            }
            if (!Project::isProject(folder))
                continue;
            const auto project = Project::open(folder);
            LAPIDARY_VERIFY_OK(project);
            for (const auto& problem : (*project)->check())
                QFAIL(problem.toString().c_str());
            verifyAll(**project, committed);
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY2(committed.names.size() >= std::size_t(kills) / 2,
                 "the writers were killed too early to prove anything");
        const auto project = Project::open(folder);
        LAPIDARY_VERIFY_OK(project);
        for (const auto& [variant, text] : committed.names)
            QVERIFY(*(*project)->blobs().get((*project)->variant(variant)->blob) == dataOf(std::stoull(text)));
        LAPIDARY_VERIFY_OK((*project)->compact());
        const auto health = (*project)->examine();
        LAPIDARY_VERIFY_OK(health);
        QVERIFY(health->sound() && health->orphans.empty());
        QCOMPARE(health->orphanBytes, std::uint64_t(0));
    }

private:
    static void verifyAll(const Project& project, const Committed& committed) {
        std::set<VariantId> measured;
        const auto runs = project.newestRuns();
        LAPIDARY_VERIFY_OK(runs);
        for (const auto& run : *runs)
            measured.insert(run.variant);
        for (const auto id : committed.measured)
            QVERIFY2(measured.count(id) > 0, "a committed run is gone");
        for (const auto& [id, name] : committed.names) {
            const auto record = project.variant(id);
            LAPIDARY_VERIFY_OK(record);
            QVERIFY2(record->name == name + "!" || (record->name == name && committed.renamed.count(id) == 0),
                     record->name.c_str());
        }
    }
};

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    if (argc == 4 && std::string_view(argv[1]) == "--writer") {
        const auto status = work(argv[2], std::stoull(argv[3]));
        say(status.error().toString() + "\n");
        return 3;
    }
    ProjectKillTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_projectkill.moc"
