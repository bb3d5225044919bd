// SPDX-License-Identifier: GPL-3.0-or-later
// Measurements on devices, as the project keeps them.
#include "engine/latency.h"
#include "engine/storedmeasurements.h"
#include "tests/core/engine/clothes.h"

#include <QFileInfo>
#include <QTest>

#include <cmath>
#include <limits>

using namespace lapidary;
using namespace lapidary::test;

class DeviceMeasurementsTest : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<ProjectSession> m_session;
    TempDir m_dir;
    VariantId m_source = 0, m_pruned = 0;

    static ProfileOptions quick() {
        ProfileOptions options;
        options.maxSeconds = 0.3;
        options.threads = 1;
        return options;
    }
    std::vector<RunRecord> runsOf(VariantId id, const std::string& kind) {
        auto runs = m_session->project().runs(id).value();
        std::erase_if(runs, [&](const RunRecord& run) { return run.kind != kind; });
        return runs;
    }
    static std::string agent() { return "exec:" LAPIDARY_AGENT " --stdio"; }

private Q_SLOTS:
    void initTestCase() {
        qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string()));
        m_engine = std::make_unique<Engine>(QStringList{QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
        m_session = std::make_unique<ProjectSession>(*m_engine, Project::create(m_dir / "p").value());
        LAPIDARY_VERIFY_OK(m_session->setDataset("evaluation", writeClothes(m_dir / "data")));
        m_source = m_session->importModel(sampleFiles / "fashion.onnx", "").value();
        RecipeStep step;
        step.pass = "prune.channels";
        step.params["ratio"] = 0.5;
        ApplyRequest request;
        request.parent = m_source;
        request.recipe.steps = {step};
        request.name = "half";
        m_pruned = m_session->apply(request).value();
    }

    void turnsAreKeptWithBothVariants() {
        const auto result = compareSpeed(*m_session, m_source, m_pruned, "host", quick(), {});
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(result->aMs.size() == result->bMs.size() && result->aMs.size() >= 20);
        QVERIFY(result->ratioLow <= result->ratio && result->ratio <= result->ratioHigh);
        const auto runs = runsOf(m_pruned, speedComparisonKind);
        QCOMPARE(runs.size(), std::size_t(1));
        QCOMPARE(runs[0].subject, std::string("host"));
        QCOMPARE(VariantId(runs[0].settings["against"].toInteger()), m_source);
        QCOMPARE(runs[0].result["ratio"].toDouble(), result->ratio);
        const auto read = AbComparison::fromJson(runs[0].result);
        LAPIDARY_VERIFY_OK(read);
        QCOMPARE(read->toJson().dump(), result->toJson().dump());
        QVERIFY(read->outcome == result->outcome && read->a.runs == result->aMs.size());
        QCOMPARE(AbComparison::fromJson(Json::Object{}).error().code, std::string("comparison.format"));
    }

    void everyCellOfTheMatrix() {
        const auto matrix = measureMatrix(*m_session, m_source, "host", quick(), {1, 2}, {1}, {});
        LAPIDARY_VERIFY_OK(matrix);
        QCOMPARE(matrix->cells.size(), std::size_t(2));
        for (const auto& cell : matrix->cells)
            QVERIFY(cell.profile && cell.profile->threads == cell.threads);
        const auto runs = runsOf(m_source, profileMatrixKind);
        QCOMPARE(runs.size(), std::size_t(1));
        QCOMPARE(runs[0].result["cells"].array().size(), std::size_t(2));
        const auto read = ProfileMatrix::fromJson(runs[0].result);
        LAPIDARY_VERIFY_OK(read);
        QCOMPARE(read->toJson().dump(), matrix->toJson().dump());
        QCOMPARE(read->fastest()->threads, matrix->fastest()->threads);
        QCOMPARE(read->cells[1].profile->timing.ciHigh, matrix->cells[1].profile->timing.ciHigh);
        // A cell that failed keeps its reason.
        auto failed = *matrix;
        failed.cells[0].profile.reset();
        failed.cells[0].problem = errorDiagnostic("device.batch", "No batch here", "Give a free axis.");
        const auto again = ProfileMatrix::fromJson(failed.toJson());
        LAPIDARY_VERIFY_OK(again);
        QVERIFY(!again->cells[0].profile);
        QCOMPARE(again->cells[0].problem.hint, std::string("Give a free axis."));
        QCOMPARE(ProfileMatrix::fromJson({}).error().code, std::string("matrix.format"));
    }

    void secondsUnderLoad() {
        const auto load = measureUnderLoad(*m_session, m_source, "host", quick(), 1.5, {});
        LAPIDARY_VERIFY_OK(load);
        QVERIFY(load->windows.size() >= 3);
        const auto runs = runsOf(m_source, sustainedLoadKind);
        QCOMPARE(runs.size(), std::size_t(1));
        const auto read = SustainedLoad::fromJson(runs[0].result);
        LAPIDARY_VERIFY_OK(read);
        QCOMPARE(read->toJson().dump(), load->toJson().dump());
        QCOMPARE(read->windows.back().sensors.throttles, load->windows.back().sensors.throttles);
        QCOMPARE(read->settledSeconds, load->settledSeconds);
        QCOMPARE(SustainedLoad::fromJson({}).error().code, std::string("load.format"));
    }

    void stoppedMeasurementsLeaveNothing() {
        const auto before = m_session->project().runs().value().size();
        std::stop_source stop;
        stop.request_stop();
        Work work;
        work.stop = stop.get_token();
        const auto result = measureUnderLoad(*m_session, m_source, "host", quick(), 60, work);
        QVERIFY(!result.ok() && isCancelled(result.error()));
        QCOMPARE(m_session->project().runs().value().size(), before);
    }

    /// What a device answered is never taken for what this computer answered, nor the other way round.
    void evaluationsAreKeyedByDevice() {
        if (!QFileInfo::exists(QStringLiteral(LAPIDARY_AGENT)))
            QSKIP("lapidary-agent is not built");
        const auto there = evaluateOnDevice(*m_session, m_pruned, agent(), 50, {});
        LAPIDARY_VERIFY_OK(there);
        QCOMPARE(there->samples, std::size_t(50));
        QVERIFY(runsOf(m_pruned, "evaluation").empty());
        QVERIFY(!m_session->latestEvaluation(m_pruned).value());
        auto summaries = m_session->summaries().value();
        for (const auto& summary : summaries) {
            QVERIFY(!summary.top1);
            QVERIFY(!findReading(summary.readings, "top1", ""));
            QCOMPARE(findReading(summary.readings, "top1", agent()) != nullptr, summary.record.id == m_pruned);
        }
        const auto here = m_session->evaluate(m_pruned, 50, {});
        LAPIDARY_VERIFY_OK(here);
        QCOMPARE(runsOf(m_pruned, "evaluation").size(), std::size_t(1));
        // The same network on the same samples: the agent is this computer once more.
        QCOMPARE(there->top1->percent, here->top1->percent);
        const auto again = evaluateOnDevice(*m_session, m_pruned, agent(), 50, {});
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE(again->top1->percent, there->top1->percent);
        QCOMPARE(runsOf(m_pruned, deviceEvaluationKind).size(), std::size_t(1));
        // On this device it is known, on another it is asked anew.
        LAPIDARY_VERIFY_OK(evaluateOnDevice(*m_session, m_pruned, "host", 50, {}));
        QCOMPARE(runsOf(m_pruned, deviceEvaluationKind).size(), std::size_t(2));
    }

    void departuresAreReadAsWritten() {
        Departure departure;
        departure.departs = true;
        departure.outputSqnrDb = 9.25;
        departure.outputCosine = 0.75;
        departure.toleranceDb = 40;
        departure.samples = 4;
        departure.candidates = 20;
        departure.compared = 11;
        departure.verdict = "departs at conv3";
        departure.notes.push_back(noteDiagnostic("departure.fused", "Fused"));
        departure.first = NodeDeparture{"conv3", "Conv", "y", 12.5, 0.5, "a", "float32", "b", "float16"};
        departure.before =
            NodeDeparture{"relu2", "Relu", "x", std::numeric_limits<double>::infinity(), 1, {}, {}, {}, {}};
        const auto read = Departure::fromJson(Json::parse(departure.toJson().dump()).value());
        LAPIDARY_VERIFY_OK(read);
        QVERIFY(read->departs && read->first && read->before);
        QCOMPARE(read->first->node, std::string("conv3"));
        QCOMPARE(read->first->sqnrDb, 12.5);
        QCOMPARE(read->first->therePrecision, std::string("float16"));
        QCOMPARE(read->first->herePrecision, std::string("float32"));
        QVERIFY(std::isinf(read->before->sqnrDb));
        QCOMPARE(read->compared, std::size_t(11));
        QCOMPARE(read->outputSqnrDb, 9.25);
        QCOMPARE(read->notes.size(), std::size_t(1));
        Departure same;
        same.outputSqnrDb = std::numeric_limits<double>::infinity();
        QVERIFY(std::isinf(Departure::fromJson(same.toJson())->outputSqnrDb));
        QCOMPARE(Departure::fromJson({}).error().code, std::string("departure.format"));
    }

    /// What another session on the same folder finds.
    void measurementsComeBack() {
        LAPIDARY_VERIFY_OK(evaluateOnDevice(*m_session, m_pruned, "host", 50, {}));
        LAPIDARY_VERIFY_OK(m_session->evaluate(m_pruned, 50, {}));
        const ProjectSession later(*m_engine, Project::open(m_dir / "p").value());
        const auto ofSource = storedMeasurements(later, m_source);
        LAPIDARY_VERIFY_OK(ofSource);
        QCOMPARE(ofSource->matrices.size(), std::size_t(1));
        QCOMPARE(ofSource->loads.size(), std::size_t(1));
        const auto& matrix = ofSource->matrices.front();
        QCOMPARE(matrix.device, std::string("host"));
        QVERIFY(matrix.stale.empty() && matrix.measuredMs > 1'700'000'000'000);
        QCOMPARE(matrix.result.cells.size(), std::size_t(2));
        const auto ofPruned = storedMeasurements(later, m_pruned);
        LAPIDARY_VERIFY_OK(ofPruned);
        QVERIFY(ofPruned->matrices.empty() && ofPruned->unreadable.empty());
        const auto* there = newestOn(ofPruned->evaluations, "host");
        QVERIFY(there && there->device == "host");
        const auto& here = ofPruned->here.at(std::size_t(there - ofPruned->evaluations.data()));
        QVERIFY(here && here->samples == there->result.samples);
        QCOMPARE(here->top1->percent, there->result.top1->percent);
        Diagnostics unreadable;
        const auto turns = storedTurns(later, unreadable);
        LAPIDARY_VERIFY_OK(turns);
        QCOMPARE(turns->size(), std::size_t(1));
        QCOMPARE(turns->front().against, m_source);
        QCOMPARE(turns->front().variant, m_pruned);
        QVERIFY(unreadable.empty());
    }

    /// The newest on each device, one that cannot be read lets the one before it through, and what is old says why.
    void newestThatCanBeReadAndStale() {
        auto run = runsOf(m_source, profileMatrixKind).front();
        run.createdMs = 0;
        run.subject = "exec:elsewhere";
        LAPIDARY_VERIFY_OK(m_session->project().addRun(run));
        run.subject = "host";
        run.environment.set("cpu", "Another processor");
        LAPIDARY_VERIFY_OK(m_session->project().addRun(run));
        auto found = storedMeasurements(*m_session, m_source);
        LAPIDARY_VERIFY_OK(found);
        QCOMPARE(found->matrices.size(), std::size_t(2));
        QCOMPARE(found->matrices.front().device, std::string("host"));
        QCOMPARE(found->matrices.front().stale.size(), std::size_t(1));
        QCOMPARE(found->matrices.front().stale.front().kind, std::string("processor"));
        QVERIFY(found->matrices.back().stale.empty()); // it has a processor of its own
        QCOMPARE(newestOn(found->matrices, "exec:elsewhere"), &found->matrices.back());
        QCOMPARE(newestOn(found->matrices, "exec:nowhere"), &found->matrices.front());
        run.result = Json::Object{};
        LAPIDARY_VERIFY_OK(m_session->project().addRun(run));
        found = storedMeasurements(*m_session, m_source);
        LAPIDARY_VERIFY_OK(found);
        QCOMPARE(found->matrices.size(), std::size_t(2));
        QCOMPARE(found->unreadable.size(), std::size_t(1));
        QCOMPARE(found->unreadable.front().code, std::string("matrix.format"));
        // Other data make what was evaluated stale, and speed not.
        LAPIDARY_VERIFY_OK(m_session->setDataset("evaluation", writeClothes(m_dir / "other", 31)));
        found = storedMeasurements(*m_session, m_pruned);
        LAPIDARY_VERIFY_OK(m_session->setDataset("evaluation", m_dir / "data" / "data.json"));
        LAPIDARY_VERIFY_OK(found);
        QVERIFY(!found->evaluations.empty());
        for (const auto& one : found->evaluations)
            QCOMPARE(one.stale.front().kind, std::string("data"));
        QVERIFY(storedMeasurements(*m_session, m_pruned)->evaluations.front().stale.empty());
        QVERIFY(staleResults(*m_session)->empty()); // it speaks of evaluations and profiles
    }

    void ownEvaluationRefusesADevice() {
        EvaluateOptions options;
        options.open = [](const Model&) -> Result<std::unique_ptr<InferenceSession>> {
            return errorDiagnostic("test", "must not be asked");
        };
        const auto result = m_session->evaluate(m_source, 10, options);
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, std::string("eval.device"));
    }

    void profilesOfEachDevice() {
        auto options = quick();
        options.perNode = true;
        LAPIDARY_VERIFY_OK(m_session->profile(m_source, "host", options));
        auto found = profilesByDevice(*m_session, m_source);
        LAPIDARY_VERIFY_OK(found);
        QCOMPARE(found->size(), std::size_t(1));
        // A later profile with another batch does not take the place of one with batch 1.
        RunRecord run;
        run.variant = m_source;
        run.kind = "profile";
        run.subject = "host";
        auto other = found->at("host");
        other.batch = 4;
        run.result = other.toJson();
        LAPIDARY_VERIFY_OK(m_session->project().addRun(run));
        QCOMPARE(profilesByDevice(*m_session, m_source)->at("host").batch, 1);
    }

    /// What previews go by: known layers are as they were measured, also where the cache is empty.
    void latencyModelOfAProfile() {
        auto options = quick();
        options.perNode = true;
        const auto profile = m_session->profile(m_source, "host", options);
        LAPIDARY_VERIFY_OK(profile);
        const auto model = m_session->model(m_source).value();
        std::filesystem::remove_all(cacheFolder() / "latency");
        const auto latency = latencyModelFor(*model, *profile);
        LAPIDARY_VERIFY_OK(latency);
        QVERIFY(*latency);
        const auto forecast = forecastLatency(*model, {}, **latency);
        double sum = 0;
        for (const auto& node : profile->nodes)
            sum += node.ms;
        QVERIFY2(std::abs(forecast.beforeMs - sum) < 0.1 * sum,
                 qPrintable(QStringLiteral("%1 %2").arg(forecast.beforeMs).arg(sum)));
        QCOMPARE(forecast.afterMs, forecast.beforeMs);
        auto estimate = *profile;
        estimate.estimate = true;
        QVERIFY(!*latencyModelFor(*model, estimate));
    }
};

QTEST_GUILESS_MAIN(DeviceMeasurementsTest)
#include "tst_devicemeasurements.moc"
