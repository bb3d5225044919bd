// SPDX-License-Identifier: GPL-3.0-or-later
// A project folder that someone spoilt: see hostileproject.h. Whatever is in it, opening fails with a reason or gives a
// project whose calls end; parents lead to a source; what is sound before a clean-up is sound after it.
#include "project/bloblimit.h"
#include "tests/core/project/projectfiles.h"
#include "tests/fuzz/hostileproject.h"

#include <QCoreApplication>

#include <cstdio>
#include <cstdlib>
#include <map>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr std::uint64_t mostModel = 16 << 20;

void require(bool condition, const char* what) {
    if (condition)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

void requireReason(const Diagnostic& problem) {
    require(!problem.code.empty() && !problem.message.empty(), "a failure says what is wrong");
}

template <typename T>
void readWhole(const Result<T>& result) {
    if (!result)
        requireReason(result.error());
}

void walkUp(const std::vector<VariantRecord>& records) {
    std::map<VariantId, VariantId> parents;
    for (const auto& record : records)
        parents[record.id] = record.parent;
    for (const auto& record : records) {
        std::size_t steps = 0;
        for (auto at = parents.find(record.id); at != parents.end(); at = parents.find(at->second))
            require(++steps <= parents.size(), "parents lead to a source");
    }
}

/// Which of the variants can be read.
std::map<VariantId, bool> readModels(const Project& project, const std::vector<VariantRecord>& records) {
    std::map<VariantId, bool> readable;
    for (const auto& record : records) {
        const auto bytes = project.blobs().get(record.blob);
        readWhole(bytes);
        require(!bytes || bytes->size() <= mostModel, "no more is read than was asked for");
        readable[record.id] = bytes.ok();
    }
    return readable;
}

bool readAll(const Project& project) {
    const auto records = project.variants(true);
    readWhole(records);
    readWhole(project.datasets());
    readWhole(project.runs());
    readWhole(project.newestRuns());
    readWhole(project.findRuns("k"));
    (void)project.setting("view");
    const auto health = project.examine();
    readWhole(health);
    if (health) {
        for (const auto& problem : health->database)
            requireReason(problem);
        for (const auto& variant : health->variants)
            requireReason(variant.problem);
    }
    if (!records)
        return false;
    walkUp(*records);
    for (const auto& record : *records) {
        (void)record.recipe.dump();
        readWhole(project.variant(record.id));
    }
    const auto readable = readModels(project, *records);
    if (!health || !health->sound())
        return false;
    for (const auto& [id, ok] : readable)
        require(ok, "a sound project's models can be read");
    return true;
}

void write(Project& project, bool sound) {
    const auto before = project.variants(false);
    (void)project.setNote(1, "note");
    (void)project.setDeleted(2, true);
    (void)project.setDeleted(2, false);
    readWhole(project.addVariant(VariantRecord{}, bytesOf("another model")));
    readWhole(project.compact());
    if (!sound || !before)
        return;
    const auto after = project.variants(false);
    require(after.ok(), "a sound project can be listed after a clean-up");
    for (const auto& [id, ok] : readModels(project, *after))
        require(ok, "a clean-up takes nothing that is needed");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static int argc = 1;
    static char name[] = "fuzz_project";
    static char* argv[] = {name, nullptr};
    static QCoreApplication application(argc, argv);
    static HostileProject hostile;
    setLargestBlob(mostModel);
    const auto folder = hostile.spoil({reinterpret_cast<const char*>(data), size});
    for (const auto access : {ProjectAccess::ReadOnly, ProjectAccess::ReadWrite}) {
        const auto project = Project::open(folder, access);
        if (!project) {
            requireReason(project.error());
            continue;
        }
        const bool sound = readAll(**project);
        if (access == ProjectAccess::ReadWrite && !(*project)->readOnlyReason())
            write(**project, sound);
    }
    return 0;
}
