// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to many variants of a project at once: sweeps, rebases, reproduction, repair, and what of it is stale.
#include "base/sha256.h"
#include "engine/rebase.h"
#include "engine/repair.h"
#include "engine/reproduce.h"
#include "engine/staleness.h"
#include "engine/sweep.h"
#include "onnx/onnxwriter.h"
#include "tests/core/engine/clothes.h"
#include "tests/core/engine/setcolumn.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

std::vector<std::string> namesOf(const std::vector<SweepPoint>& points) {
    std::vector<std::string> names;
    for (const auto& point : points)
        names.push_back(point.name);
    return names;
}

std::vector<double> numbersOf(const SweepParameter& parameter) {
    std::vector<double> numbers;
    for (const auto& value : parameter.values)
        numbers.push_back(value.toDouble());
    return numbers;
}

std::filesystem::path blobFile(const ProjectSession& session, VariantId id) {
    const auto address = session.project().variant(id).value().blob;
    return session.project().folder() / "blobs" / address.substr(0, 2) / (address.substr(2) + ".zst");
}

std::vector<std::string> kindsOf(const std::vector<Difference>& differences) {
    std::vector<std::string> kinds;
    for (const auto& difference : differences)
        kinds.push_back(difference.kind);
    return kinds;
}

} // namespace

using Kinds = std::vector<std::string>;

class ProjectWorkTest : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<Engine> m_engine;
    TempDir m_dir;
    int m_next = 0;

    std::unique_ptr<ProjectSession> fresh(const std::string& data = "data") {
        const auto folder = m_dir / ("p" + std::to_string(m_next++));
        auto session = std::make_unique<ProjectSession>(*m_engine, Project::create(folder).value());
        for (const char* role : {"evaluation", "calibration"})
            if (auto status = session->setDataset(role, m_dir / data / "data.json"); !status)
                qFatal("%s", status.error().toString().c_str());
        if (const auto id = session->importModel(sampleFiles / "fashion.onnx", "source"); !id || *id != 1)
            qFatal("no model");
        return session;
    }

    SweepRequest pruning(const std::string& range) const {
        SweepRequest request;
        request.from = 1;
        request.step.pass = "prune.channels";
        request.vary = {
            parseSweepParameter(m_engine->passes().find("prune.channels").value()->info().schema, range).value()};
        return request;
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string()));
        m_engine = std::make_unique<Engine>(QStringList{QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
        writeClothes(m_dir / "data");
    }

    void sweepValues() {
        const auto& prune = m_engine->passes().find("prune.channels").value()->info().schema;
        const auto& quantize = m_engine->passes().find("quantize.int8").value()->info().schema;
        using Numbers = std::vector<double>;
        QCOMPARE(numbersOf(parseSweepParameter(prune, "ratio=0.1:0.5:0.1").value()),
                 (Numbers{0.1, 0.2, 0.3, 0.4, 0.5}));
        QCOMPARE(numbersOf(parseSweepParameter(prune, "ratio=0.5:0.1:0.2").value()), (Numbers{0.5, 0.3, 0.1}));
        QCOMPARE(numbersOf(parseSweepParameter(prune, "ratio=0.25,0.5").value()), (Numbers{0.25, 0.5}));
        QCOMPARE(parseSweepParameter(quantize, "reduce_range=off,on").value().values,
                 (std::vector<Json>{Json("off"), Json("on")}));
        for (const char* bad : {"ratio", "ratio=", "=1", "ratio=0.1:x", "ratio=0.1:0.5:0", "ratio=0.1:0.2:0.3:0.4",
                                "ratio=5", "nothing=1", "ratio=0.1:0.9:0.0001"}) {
            const auto parsed = parseSweepParameter(prune, bad);
            QVERIFY2(!parsed.ok(), bad);
            QVERIFY2(!parsed.error().message.empty(), bad);
        }
    }

    void sweepPlan() {
        auto request = pruning("ratio=0.1:0.3:0.1");
        QCOMPARE(namesOf(planSweep(*m_engine, request).value()), (Kinds{"prune 10 %", "prune 20 %", "prune 30 %"}));
        const auto& schema = m_engine->passes().find("quantize.int8").value()->info().schema;
        SweepRequest two;
        two.step.pass = "quantize.int8";
        two.vary = {parseSweepParameter(schema, "reduce_range=off,on").value(),
                    parseSweepParameter(schema, "symmetric_activations=on,off").value()};
        const auto points = planSweep(*m_engine, two);
        LAPIDARY_VERIFY_OK(points);
        QCOMPARE(points->size(), std::size_t(4));
        QVERIFY(points->at(0).name.starts_with("quantize reduce_range off, "));
        QVERIFY(points->at(0).name != points->at(1).name && points->at(1).name != points->at(2).name);
        request.vary.push_back(request.vary.front());
        QCOMPARE(planSweep(*m_engine, request).error().code, std::string("sweep.empty"));
        request.vary.clear();
        QCOMPARE(planSweep(*m_engine, request).error().code, std::string("sweep.empty"));
    }

    /// A row of siblings, each what applying its recipe by hand gives; the second time nothing is computed.
    void sweepMakesARowAndGoesOn() {
        const auto session = fresh();
        auto request = pruning("ratio=0.2:0.6:0.2");
        request.evaluate = true;
        std::stop_source stop;
        std::size_t seen = 0;
        const auto cancelled = runSweep(*session, request, {stop.get_token(), {}}, [&](const SweepPoint&) {
            if (++seen == 2)
                stop.request_stop();
        });
        QVERIFY(!cancelled.ok());
        QVERIFY(isCancelled(cancelled.error()));
        QCOMPARE(session->project().variants()->size(), std::size_t(3));
        const auto outcome = runSweep(*session, request);
        LAPIDARY_VERIFY_OK(outcome);
        QCOMPARE(outcome->points.size(), std::size_t(3));
        QCOMPARE(outcome->made, std::size_t(1));
        QCOMPARE(outcome->reused, std::size_t(2));
        std::uint64_t parameters = session->project().variant(1)->parameters;
        for (const auto& point : outcome->points) {
            const auto record = session->project().variant(point.variant);
            LAPIDARY_VERIFY_OK(record);
            QCOMPARE(record->parent, VariantId(1));
            QCOMPARE(record->name, point.name);
            QVERIFY2(record->parameters < parameters, "more pruned, smaller");
            parameters = record->parameters;
            QVERIFY(session->latestEvaluation(point.variant).value().has_value());
        }
        Recipe byHand;
        byHand.steps = {{"prune.channels", 0, {{"ratio", 0.4}}, {}, true}};
        Diagnostics problems;
        const auto data = session->calibration(&problems);
        const auto same = m_engine->apply((*session->model(1))->model, byHand, data.get());
        LAPIDARY_VERIFY_OK(same);
        QCOMPARE(sha256(serializeOnnx(*same->model).value()),
                 session->project().variant(outcome->points[1].variant)->modelHash);
        const auto runs = session->project().runs()->size();
        const auto again = runSweep(*session, request);
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE(again->reused, std::size_t(3));
        QCOMPARE(session->project().runs()->size(), runs);
        QVERIFY(session->project().setDeleted(again->points[0].variant, true).ok());
        QCOMPARE(runSweep(*session, request)->made, std::size_t(1)); // what is hidden is made again
    }

    void sweepFailures() {
        const auto session = fresh();
        auto request = pruning("ratio=0.2,0.4");
        request.step.nodes = {"/no such layer/*"};
        const auto nothing = runSweep(*session, request);
        QVERIFY(!nothing.ok());
        QCOMPARE(nothing.error().code, std::string("recipe.no_match"));
        request = pruning("ratio=0.2,0.4");
        request.profile = true;
        request.device = "toaster";
        QCOMPARE(runSweep(*session, request).error().code, std::string("device.unknown"));
        request.from = 77;
        QCOMPARE(runSweep(*session, request).error().code, std::string("project.unknown"));
        request.step.pass = "prune.chanels";
        request.from = 1;
        QCOMPARE(runSweep(*session, request).error().code, std::string("pass.unknown"));
    }

    /// 1 → 2 (prune 20 %) → 3 (int8), 4 (float16) → 5 (simplify); the change: 6 (prune 40 %).
    void rebase() {
        const auto session = fresh();
        const auto rows = runSweep(*session, pruning("ratio=0.2"));
        LAPIDARY_VERIFY_OK(rows);
        const auto apply = [&](VariantId parent, const Recipe& recipe, const std::string& name) {
            return session->apply({parent, recipe, name, "note of " + name, {"tag"}, "#ff0000"}).value();
        };
        Recipe half;
        half.steps = {{"quantize.float16", 0, {}, {}, true}};
        QCOMPARE(apply(2, clothesRecipe("08-int8-minmax.json"), "int8"), VariantId(3));
        QCOMPARE(apply(2, half, "half"), VariantId(4));
        QCOMPARE(apply(4, clothesRecipe("01-simplify.json"), "tidy"), VariantId(5));
        QCOMPARE(runSweep(*session, pruning("ratio=0.4"))->points[0].variant, VariantId(6));
        const auto outcome = rebaseBranch(*session, 2, 6);
        LAPIDARY_VERIFY_OK(outcome);
        QCOMPARE(outcome->made, std::size_t(3));
        QCOMPARE(outcome->failed, std::size_t(0));
        QCOMPARE(session->project().variants()->size(), std::size_t(9));
        std::map<VariantId, VariantRecord> made;
        for (const auto& entry : outcome->variants)
            made[entry.old] = session->project().variant(entry.made).value();
        QCOMPARE(made[3].parent, VariantId(6));
        QCOMPARE(made[4].parent, VariantId(6));
        QCOMPARE(made[5].parent, made[4].id);
        QCOMPARE(made[5].name, std::string("tidy"));
        QCOMPARE(made[5].note, std::string("note of tidy"));
        QCOMPARE(made[5].tags, (Kinds{"tag"}));
        QCOMPARE(made[5].color, std::string("#ff0000"));
        QVERIFY(made[3].parameters < session->project().variant(3)->parameters);
        QVERIFY2(session->reproduce(made[3].id).ok(), "a rebased variant is one like any other");
        const auto again = rebaseBranch(*session, 2, 6);
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE(again->reused, std::size_t(3));
        QCOMPARE(rebaseBranch(*session, 5, 6).error().code, std::string("rebase.nothing"));
        QCOMPARE(rebaseBranch(*session, 2, 2).error().code, std::string("rebase.nothing"));
        QCOMPARE(rebaseBranch(*session, 2, 99).error().code, std::string("project.unknown"));
        // A step put between 2 and what was below it: 3 and 4 with 5 go below 3' of it, it itself does not.
        const auto between = apply(2, clothesRecipe("01-simplify.json"), "between");
        const auto inserted = rebaseBranch(*session, 2, between);
        LAPIDARY_VERIFY_OK(inserted);
        QCOMPARE(inserted->variants.size(), std::size_t(3));
    }

    /// What no longer applies is named, what hangs on it is left out, the rest is made.
    void rebaseReportsWhatNoLongerApplies() {
        const auto session = fresh();
        QVERIFY(runSweep(*session, pruning("ratio=0.2,0.4")).ok()); // 2, 3
        Recipe narrow;
        narrow.steps = {{"prune.channels", 0, {{"ratio", 0.1}}, {"op:Conv"}, true}};
        const auto child = session->apply({2, narrow, "narrow"});
        LAPIDARY_VERIFY_OK(child);
        QVERIFY(session->apply({*child, clothesRecipe("01-simplify.json"), "below"}).ok());
        Recipe half;
        half.steps = {{"quantize.float16", 0, {}, {}, true}};
        QVERIFY(session->apply({2, half, "half"}).ok());
        // As if the layer of the pattern were gone in the other branch.
        narrow.steps[0].nodes = {"/gone/*"};
        setColumn(*session, *child, QStringLiteral("recipe"), QString::fromStdString(narrow.toJson().dump()));
        const auto outcome = rebaseBranch(*session, 2, 3);
        LAPIDARY_VERIFY_OK(outcome);
        QCOMPARE(outcome->made, std::size_t(1));
        QCOMPARE(outcome->failed, std::size_t(2));
        QCOMPARE(outcome->variants[0].failure->code, std::string("recipe.no_match"));
        QCOMPARE(outcome->variants[1].failure->code, std::string("rebase.parent"));
        QCOMPARE(outcome->variants[2].name, std::string("half"));
        QVERIFY(outcome->variants[2].made > 0);
    }

    /// Everything comes out the same; then one thing after the other is not as it was, and is named.
    void reproduceNamesWhatDiffers() {
        writeClothes(m_dir / "moving");
        const auto session = fresh("moving");
        QVERIFY(session->apply({1, clothesRecipe("01-simplify.json"), "s"}).ok());    // 2
        QVERIFY(session->apply({2, clothesRecipe("08-int8-minmax.json"), "q"}).ok()); // 3
        auto results = reproduceVariants(*session, {1, 2, 3});
        LAPIDARY_VERIFY_OK(results);
        QCOMPARE(results->size(), std::size_t(3));
        for (const auto& result : *results) {
            QVERIFY2(result.same, result.reason().c_str());
            QVERIFY(result.differences.empty() && result.hash == result.expectedHash);
        }
        const auto two = session->project().variant(2).value(), three = session->project().variant(3).value();
        QVERIFY2(two.dataHash.empty() && two.provenance["data"].isNull(), "simplifying asked for no data");
        QVERIFY(two.provenance["passes"]["simplify.graph"].isInteger());
        QVERIFY(three.provenance["runtime"].toString().starts_with("onnxruntime "));
        QVERIFY(three.provenance["processor"]["int8_products_saturate"].isBool());
        QCOMPARE(three.provenance["data"]["hash"].toString(), three.dataHash);

        // Another dataset is chosen now; the recorded file is still as it was, so it is taken.
        writeClothes(m_dir / "other", 9); // for both roles: "data" has the same pictures as "moving"
        for (const char* role : {"evaluation", "calibration"})
            QVERIFY(session->setDataset(role, m_dir / "other" / "data.json").ok());
        QVERIFY(session->reproduce(3).ok());

        // The recorded file changes.
        writeClothes(m_dir / "moving", 500);
        std::filesystem::last_write_time(m_dir / "moving" / "data.json",
                                         std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
        results = reproduceVariants(*session, {3});
        LAPIDARY_VERIFY_OK(results);
        QVERIFY(!results->front().same);
        QCOMPARE(kindsOf(results->front().differences), Kinds{"data"});
        QVERIFY2(results->front().reason().find("moving") != std::string::npos, results->front().reason().c_str());

        // Made with another version of the pass, another runtime, on another processor.
        auto was = two.provenance;
        Json passes;
        passes.set("simplify.graph", 99);
        was.set("passes", passes);
        was.set("runtime", "onnxruntime 0.1");
        Json processor = was["processor"];
        processor.set("features", "none at all");
        was.set("processor", processor);
        setColumn(*session, 2, QStringLiteral("provenance"), QString::fromStdString(was.dump()));
        setColumn(*session, 2, QStringLiteral("model_hash"), QStringLiteral("another"));
        results = reproduceVariants(*session, {2, 3});
        LAPIDARY_VERIFY_OK(results);
        QCOMPARE(kindsOf(results->front().differences), (Kinds{"pass", "runtime", "processor"}));
        QCOMPARE(results->front().differences[0].recorded, std::string("99"));
        QCOMPARE(results->back().differences.front().kind, std::string("parent"));
        const auto json = results->front().toJson();
        QCOMPARE(json["reproduced"].toBool(true), false);
        QCOMPARE(json["differences"].array().size(), std::size_t(3));
        QCOMPARE(reproduceVariants(*session, {44}).error().code, std::string("project.unknown"));
    }

    void staleResultsAreFound() {
        writeClothes(m_dir / "stale");
        const auto session = fresh("stale");
        QVERIFY(session->apply({1, clothesRecipe("08-int8-minmax.json"), "q"}).ok()); // 2
        for (const VariantId id : {1, 2})
            QVERIFY(session->evaluate(id, 50, {}).ok());
        ProfileOptions quick;
        quick.maxSeconds = 0.1;
        QVERIFY(session->profile(1, "host", quick).ok());
        auto stale = staleResults(*session);
        LAPIDARY_VERIFY_OK(stale);
        QVERIFY(stale->empty());
        QVERIFY(session->setDataset("evaluation", m_dir / "data" / "data.json").ok());
        QVERIFY(staleResults(*session)->empty()); // the same pictures in another folder
        writeClothes(m_dir / "fresh", 31);
        QVERIFY(session->setDataset("evaluation", m_dir / "fresh" / "data.json").ok());
        stale = staleResults(*session);
        LAPIDARY_VERIFY_OK(stale);
        QCOMPARE(stale->size(), std::size_t(2));
        QCOMPARE(stale->front().kind, std::string("evaluation"));
        QCOMPARE(stale->front().reasons.front().kind, std::string("data"));
        QVERIFY(session->evaluate(1, 0, {}).ok());
        QCOMPARE(staleResults(*session)->size(), std::size_t(1));
        QVERIFY(session->setDataset("calibration", m_dir / "fresh" / "data.json").ok());
        stale = staleResults(*session);
        QCOMPARE(stale->size(), std::size_t(2));
        QCOMPARE(stale->front().variant, VariantId(2));
        QCOMPARE(stale->front().kind, std::string("variant"));
    }

    /// Every model but one is lost: read again, made again in order; the one whose recipe is gone is named.
    void repair() {
        const auto session = fresh();
        QVERIFY(runSweep(*session, pruning("ratio=0.2,0.4")).ok());                   // 2, 3
        QVERIFY(session->apply({2, clothesRecipe("08-int8-minmax.json"), "q"}).ok()); // 4
        std::filesystem::create_directories(session->project().folder() / "blobs" / "aa");
        writeFile(session->project().folder() / "blobs" / "aa" / (std::string(62, 'b') + ".zst"), "nobody's");
        QVERIFY(session->project().check().empty());
        std::map<VariantId, std::string> before;
        for (VariantId id = 1; id <= 4; ++id)
            before[id] = *session->project().blobs().get(session->project().variant(id)->blob);
        for (const VariantId id : {1, 2, 4})
            std::filesystem::remove(blobFile(*session, id));
        writeFile(blobFile(*session, 3), "damaged");
        QCOMPARE(session->project().check().size(), std::size_t(4));
        QVERIFY2(session->project().check()[1].message.find("prune 20 %") != std::string::npos, "the variant is named");
        QCOMPARE(session->project().compact().error().code, std::string("blob.missing"));
        const auto report = repairProject(*session);
        LAPIDARY_VERIFY_OK(report);
        QVERIFY(report->sound());
        QCOMPARE(report->variants.size(), std::size_t(4));
        QVERIFY(report->filesRemoved >= 1);
        QVERIFY(session->project().check().empty());
        for (VariantId id = 1; id <= 4; ++id)
            QVERIFY(*session->project().blobs().get(session->project().variant(id)->blob) == before[id]);

        setColumn(*session, 3, QStringLiteral("recipe"), QStringLiteral("{\"steps\": [tru"));
        std::filesystem::remove(blobFile(*session, 3));
        const auto lost = repairProject(*session);
        LAPIDARY_VERIFY_OK(lost);
        QVERIFY(!lost->sound());
        QCOMPARE(lost->variants.size(), std::size_t(2)); // its recipe, its model
        QVERIFY(!lost->variants[0].mended && !lost->variants[1].mended);
        QVERIFY2(lost->orphansKept.has_value(), "as long as something is missing nothing is removed");
        QVERIFY(session->project().setDeleted(3, true).ok());
        QVERIFY(session->project().compact().ok());
        QVERIFY(session->project().check().empty());
    }
};

QTEST_GUILESS_MAIN(ProjectWorkTest)
#include "tst_projectwork.moc"
