// SPDX-License-Identifier: GPL-3.0-or-later
// The program starts itself as a writer that adds variants until it is killed.
#include "project/project.h"
#include "tests/support/testsupport.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>

#include <csignal>
#include <cstdio>
#include <map>
#include <random>
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

/// Adds variants for ever; prints the id of each once it is committed.
int writer(const char* folder, std::uint64_t seed) {
    auto project = Project::isProject(folder) ? Project::open(folder) : Project::create(folder);
    if (!project)
        return 3;
    VariantId last = 0;
    for (;; ++seed) {
        const auto data = dataOf(seed);
        const auto blob = (*project)->blobs().put(std::as_bytes(std::span(data.data(), data.size())));
        if (!blob)
            return 4;
        VariantRecord record;
        record.parent = last;
        record.name = std::to_string(seed);
        record.blob = *blob;
        const auto id = (*project)->addVariant(record);
        if (!id)
            return 5;
        last = *id;
        RunRecord run;
        run.variant = last;
        run.kind = "profile";
        if (!(*project)->addRun(run))
            return 6;
        const auto line = std::to_string(last) + " " + record.name + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) != ssize_t(line.size()))
            return 7;
    }
}

/// Starts the writer, kills it after `microseconds` (counted from its first commit if `afterCommit`), and returns what
/// it said.
std::string runAndKill(const std::string& folder, std::uint64_t seed, int microseconds, bool afterCommit) {
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
    std::string said;
    char buffer[4096];
    if (const ssize_t got = afterCommit ? ::read(ends[0], buffer, sizeof buffer) : 0; got > 0)
        said.append(buffer, std::size_t(got));
    ::usleep(useconds_t(microseconds));
    ::kill(child, SIGKILL);
    for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        said.append(buffer, std::size_t(got));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? said : "the writer ended by itself: " + std::to_string(WEXITSTATUS(status));
}

} // namespace

class ProjectKillTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    /// Whatever was committed before the kill is there, whole, and the project goes on working.
    void killedWriters() {
        const TempDir dir;
        const auto folder = (dir / "p").string();
        std::mt19937 random(20260101);
        std::map<VariantId, std::string> committed;
        for (std::uint64_t round = 0; round < 15; ++round) {
            const auto seed = round * 1000;
            std::istringstream said(runAndKill(folder, seed, int(random() % 200000), round % 3 != 0));
            std::string line;
            while (std::getline(said, line)) {
                std::istringstream words(line);
                VariantId id = 0;
                std::string name;
                QVERIFY2(bool(words >> id >> name), line.c_str());
                committed[id] = name;
            }
            if (!Project::isProject(folder))
                continue; // killed before anything was made
            const auto project = Project::open(folder);
            LAPIDARY_VERIFY_OK(project);
            for (const auto& problem : (*project)->check())
                QFAIL(problem.toString().c_str());
            for (const auto& [variant, text] : committed) {
                const auto record = (*project)->variant(variant);
                LAPIDARY_VERIFY_OK(record);
                QCOMPARE(record->name, text);
            }
        }
        QVERIFY2(committed.size() >= 10, "the writers were killed too early to prove anything");
        const auto project = Project::open(folder);
        LAPIDARY_VERIFY_OK(project);
        for (const auto& [variant, text] : committed)
            QVERIFY(*(*project)->blobs().get((*project)->variant(variant)->blob) == dataOf(std::stoull(text)));
        QVERIFY((*project)->compact().ok());
        QVERIFY((*project)->check().empty());
    }
};

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    if (argc == 4 && std::string_view(argv[1]) == "--writer")
        return writer(argv[2], std::stoull(argv[3]));
    ProjectKillTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_projectkill.moc"
