// SPDX-License-Identifier: GPL-3.0-or-later
// A large project: 5 000 variants with 100 000 runs. Prints what opening and listing it takes; reach: both within a
// second.
#include "engine/projectsession.h"
#include "tests/support/testsupport.h"

#include <QCoreApplication>
#include <QSqlDatabase>
#include <QSqlQuery>

#include <chrono>
#include <cstdio>

using namespace lapidary;

namespace {

constexpr int variantCount = 5000;
constexpr int runsPerVariant = 20;

std::string profileText(int run) {
    Profile profile;
    profile.device = "host";
    profile.timing.median = 10 + run * 0.01;
    profile.runsMs.assign(50, 10.5);
    for (int i = 0; i < 60; ++i)
        profile.nodes.push_back(
            {"/layer" + std::to_string(i) + "/Conv", "Conv", 0.1, 0.01, "Conv+Relu", "float", false});
    return profile.toJson().dump();
}

std::string reportText() {
    StepReport report;
    report.pass = "prune.channels";
    for (int i = 0; i < 20; ++i)
        report.layers.push_back(
            {"/layer" + std::to_string(i) + "/Conv", "Conv", "64 → 48 channels", {{"ratio", 0.25}}, {1, 2, 3}});
    return Json(Json::Array{report.toJson()}).dump();
}

/// Rows behind the project's back, in one transaction: what years of work leave.
bool fill(const std::filesystem::path& file) {
    auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("fill"));
    database.setDatabaseName(QString::fromStdString(file.string()));
    if (!database.open() || !database.transaction())
        return false;
    QSqlQuery variant(database), run(database);
    variant.prepare(QStringLiteral(
        "INSERT INTO variants (parent, name, recipe, report, model_hash, blob, source_path, parameters, "
        "parameter_bytes, macs, "
        "file_bytes, data_hash, versions, created_ms) VALUES (?, ?, ?, ?, ?, 'b', '', 1, 1, 1, 1, '', 'v', 1)"));
    run.prepare(QStringLiteral(
        "INSERT INTO runs (variant, kind, key, subject, settings, result, environment, created_ms, summary) "
        "SELECT ?, ?, ?, ?, '{}', r, '{\"cpu\":\"x\"}', 1, json_remove(r, '$.nodes', '$.runs_ms') FROM (SELECT ? AS "
        "r)"));
    const auto recipe =
        QStringLiteral(R"({"lapidary_recipe":1,"steps":[{"pass":"prune.channels","params":{"ratio":0.25}}]})");
    const auto report = QString::fromStdString(reportText());
    const auto evaluation =
        QStringLiteral(R"({"samples":1000,"top1":90.5,"top1_low":88,"top1_high":92,"complete":true})");
    for (int i = 1; i <= variantCount; ++i) {
        variant.addBindValue(i == 1 ? QVariant() : QVariant(i / 2));
        variant.addBindValue(QStringLiteral("variant %1").arg(i));
        variant.addBindValue(i == 1 ? QStringLiteral("null") : recipe);
        variant.addBindValue(report);
        variant.addBindValue(QStringLiteral("hash%1").arg(i));
        if (!variant.exec())
            return false;
        for (int r = 0; r < runsPerVariant; ++r) {
            const bool profiled = r % 2 == 0;
            run.addBindValue(i);
            run.addBindValue(profiled ? QStringLiteral("profile") : QStringLiteral("evaluation"));
            run.addBindValue(QStringLiteral("key %1 %2").arg(i).arg(r));
            run.addBindValue(profiled ? (r % 4 == 0 ? QStringLiteral("host") : QStringLiteral("stick"))
                                      : QStringLiteral("data"));
            run.addBindValue(profiled ? QString::fromStdString(profileText(r)) : evaluation);
            if (!run.exec())
                return false;
        }
    }
    return database.commit();
}

template <typename Work>
double secondsOf(const Work& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    const test::TempDir dir;
    const auto folder = dir / "p";
    (void)Project::create(folder).value();
    if (!fill(folder / "project.db")) {
        std::fprintf(stderr, "the project could not be filled\n");
        return 1;
    }
    const Engine engine(QStringList{QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    std::unique_ptr<ProjectSession> session;
    const double open =
        secondsOf([&] { session = std::make_unique<ProjectSession>(engine, Project::open(folder).value()); });
    std::size_t rows = 0, measured = 0;
    const double list = secondsOf([&] {
        const auto summaries = session->summaries().value();
        rows = summaries.size();
        for (const auto& summary : summaries)
            measured += summary.latency && summary.top1 ? 1 : 0;
    });
    const double again = secondsOf([&] { (void)session->summaries(); });
    const double newest = secondsOf([&] { (void)session->project().newestRuns(); });
    const double records = secondsOf([&] { (void)session->project().variants(); });
    const double rename = secondsOf([&] { (void)session->project().renameVariant(77, "renamed"); });
    const auto bytes = double(std::filesystem::file_size(folder / "project.db"));
    std::printf("%d variants, %d runs, project.db %.0f MiB\n", variantCount, variantCount * runsPerVariant,
                bytes / (1 << 20));
    std::printf("open                   %7.3f s\n", open);
    std::printf("list, %zu of %zu measured %7.3f s (again %.3f s), reach 1 s together: %.2f\n", measured, rows, list,
                again, open + list);
    std::printf("  its newest runs      %7.3f s\n  its variants         %7.3f s\n", newest, records);
    std::printf("rename one             %7.3f s\n", rename);
    return measured == rows && rows == std::size_t(variantCount) ? 0 : 1;
}
