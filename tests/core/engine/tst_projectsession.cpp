// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "engine/projectsession.h"
#include "engine/report.h"
#include "engine/sample.h"
#include "graph/missingweights.h"
#include "onnx/onnxwriter.h"
#include "tests/core/engine/clothes.h"

#include <QTest>

#include <cmath>
#include <regex>

using namespace lapidary;
using namespace lapidary::test;

namespace {

const auto& sample = sampleFiles;

VariantSummary summaryOf(const ProjectSession& session, VariantId id) {
    const auto list = session.summaries();
    for (const auto& summary : *list)
        if (summary.record.id == id)
            return summary;
    return {};
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++found;
    return found;
}

} // namespace

class ProjectSessionTest : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<Engine> m_engine;
    TempDir m_dir;
    int m_next = 0;

    std::unique_ptr<ProjectSession> fresh(bool withData = true) {
        const auto folder = m_dir / ("p" + std::to_string(m_next++));
        auto session = std::make_unique<ProjectSession>(*m_engine, Project::create(folder).value());
        if (withData)
            for (const char* role : {"evaluation", "calibration"})
                if (auto status = session->setDataset(role, m_dir / "data" / "data.json"); !status)
                    qFatal("%s", status.error().toString().c_str());
        return session;
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string()));
        m_engine = std::make_unique<Engine>(QStringList{QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
        writeClothes(m_dir / "data");
    }

    void importAndExport() {
        const auto session = fresh(false);
        const auto id = session->importModel(sample / "fashion.onnx", "");
        LAPIDARY_VERIFY_OK(id);
        const auto record = session->project().variant(*id);
        LAPIDARY_VERIFY_OK(record);
        QCOMPARE(record->name, std::string("fashion"));
        QCOMPARE(record->sourcePath, (sample / "fashion.onnx").string());
        const auto opened = Engine::open(sample / "fashion.onnx");
        LAPIDARY_VERIFY_OK(opened);
        QCOMPARE(record->macs, (*opened)->totals.macs);
        QCOMPARE(record->parameters, (*opened)->totals.parameters);
        QVERIFY(session->exportModel(*id, m_dir / "out.onnx").ok());
        QCOMPARE(std::uint64_t(std::filesystem::file_size(m_dir / "out.onnx")), record->fileBytes);
        const auto again = Engine::open(m_dir / "out.onnx");
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE(modelsDiffer(*(*opened)->model, *(*again)->model), std::string());
        QVERIFY(!session->importModel(m_dir / "none.onnx", "").ok());
        QVERIFY(!session->exportModel(99, m_dir / "x.onnx").ok());
        QVERIFY(!std::filesystem::exists(m_dir / "x.onnx"));
    }

    /// A source without its weights is kept as it was found, and complete once they are there.
    void weightsMayComeLater() {
        const auto folder = m_dir / "apart";
        std::filesystem::create_directory(folder);
        const auto whole = Engine::open(sample / "fashion.onnx");
        LAPIDARY_VERIFY_OK(whole);
        WriteOptions apart;
        apart.externalAbove = 0;
        LAPIDARY_VERIFY_OK(writeOnnx(*(*whole)->model, folder / "m.onnx", apart));
        std::filesystem::rename(folder / "m.onnx.data", m_dir / "elsewhere.bin");

        const auto session = fresh();
        const auto id = session->importModel(folder / "m.onnx", "");
        LAPIDARY_VERIFY_OK(id);
        const auto place = session->project().folder();
        const auto missing = missingWeights(*(*session->model(*id))->model).size();
        QVERIFY(missing > 3);
        for (const auto& problem :
             {session->apply({*id, clothesRecipe("05-prune-12.json"), {}}).status(),
              session->evaluate(*id, 0, {}).status(), session->exportModel(*id, m_dir / "no.onnx")})
            QCOMPARE(problem.error().code, std::string("onnx.missing_data"));
        QVERIFY(!std::filesystem::exists(m_dir / "no.onnx"));

        writeFile(m_dir / "wrong.bin", std::string(100, 'x'));
        const auto wrong = session->completeWeights(*id, m_dir / "wrong.bin");
        QCOMPARE(wrong.error().code, std::string("onnx.missing_data"));
        QVERIFY2(wrong.error().message.find("wrong.bin") != std::string::npos, wrong.error().message.c_str());
        session->findMissingWeights();
        QCOMPARE(session->project().variants()->size(), std::size_t(1));
        QCOMPARE(session->project().variants()->front().id, *id);

        const auto complete = session->completeWeights(*id, m_dir / "elsewhere.bin");
        LAPIDARY_VERIFY_OK(complete);
        QCOMPARE(session->project().variants()->size(), std::size_t(1));
        QCOMPARE(modelsDiffer(*(*session->model(*complete))->model, *(*whole)->model), std::string());
        LAPIDARY_VERIFY_OK(session->apply({*complete, clothesRecipe("05-prune-12.json"), {}}));
        QVERIFY(!session->completeWeights(*complete, m_dir / "elsewhere.bin").ok());
    }

    /// Put beside the model, the weights are found when its project is opened again.
    void weightsAreFoundBesideTheModel() {
        const auto folder = m_dir / "later";
        std::filesystem::create_directory(folder);
        WriteOptions apart;
        apart.externalAbove = 0;
        LAPIDARY_VERIFY_OK(writeOnnx(*(*Engine::open(sample / "fashion.onnx"))->model, folder / "m.onnx", apart));
        std::filesystem::rename(folder / "m.onnx.data", m_dir / "kept.bin");
        std::filesystem::path place;
        {
            const auto session = fresh(false);
            LAPIDARY_VERIFY_OK(session->importModel(folder / "m.onnx", ""));
            place = session->project().folder();
        }
        ProjectSession again(*m_engine, Project::open(place).value());
        again.findMissingWeights();
        const auto before = again.project().variants()->front().id;
        QVERIFY(!missingWeights(*(*again.model(before))->model).empty());
        std::filesystem::rename(m_dir / "kept.bin", folder / "m.onnx.data");
        again.findMissingWeights();
        QCOMPARE(again.project().variants()->size(), std::size_t(1));
        QVERIFY(missingWeights(*(*again.model(again.project().variants()->front().id))->model).empty());
    }

    void applyEvaluateReproduce() {
        const auto session = fresh();
        const auto root = session->importModel(sample / "fashion.onnx", "source");
        LAPIDARY_VERIFY_OK(root);
        const auto pruned = session->apply({*root, clothesRecipe("05-prune-12.json"), {}});
        LAPIDARY_VERIFY_OK(pruned);
        const auto both = session->apply({*pruned, clothesRecipe("08-int8-minmax.json"), "pruned int8"});
        LAPIDARY_VERIFY_OK(both);
        const auto record = session->project().variant(*both).value();
        QCOMPARE(record.parent, *pruned);
        QCOMPARE(record.name, std::string("pruned int8"));
        QVERIFY(record.parameters < session->project().variant(*root)->parameters);
        QVERIFY(record.parameterBytes * 3 < session->project().variant(*pruned)->parameterBytes);
        QVERIFY(!record.dataHash.empty());
        QVERIFY(!record.report.array().empty());
        QCOMPARE((*session->model(*both))->fileBytes, record.fileBytes);
        for (const auto id : {*root, *pruned, *both})
            QVERIFY(session->reproduce(id).ok());

        const auto own = session->evaluate(*root, 0, {});
        LAPIDARY_VERIFY_OK(own);
        QCOMPARE(own->samples, std::size_t(200));
        QVERIFY(own->top1.has_value());
        QVERIFY2(!own->agreement.has_value(), "the source is not compared with itself");
        const auto result = session->evaluate(*both, 0, {});
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(result->agreement && result->sqnrDb);
        const auto summary = summaryOf(*session, *both);
        QCOMPARE(summary.samples, std::size_t(200));
        QVERIFY(std::abs(summary.top1->percent - result->top1->percent) < 1e-9);
        QCOMPARE(summary.top1->hits, result->top1->hits);
        QVERIFY(std::abs(summary.agreement->percent - result->agreement->percent) < 1e-9);
        QCOMPARE(summary.technique, Technique::Quantize);
        QVERIFY(!summary.latency);
    }

    void evaluationsAreReused() {
        const auto session = fresh();
        const auto root = session->importModel(sample / "fashion.onnx", "source");
        const auto id = session->apply({*root, clothesRecipe("01-simplify.json"), {}});
        LAPIDARY_VERIFY_OK(id);
        const auto first = session->evaluate(*id, 0, {});
        LAPIDARY_VERIFY_OK(first);
        QCOMPARE(first->agreement->percent, 100.0); // simplifying changes no answer
        const auto second = session->evaluate(*id, 0, {});
        LAPIDARY_VERIFY_OK(second);
        QCOMPARE(session->project().runs(*id)->size(), std::size_t(1));
        QVERIFY(second->toJson() == first->toJson());
        QCOMPARE(second->top1->hits, first->top1->hits);
        const auto part = session->evaluate(*id, 50, {});
        LAPIDARY_VERIFY_OK(part);
        QCOMPARE(part->samples, std::size_t(50));
        QCOMPARE(session->project().runs(*id)->size(), std::size_t(2));
        QVERIFY(session->setDataset("evaluation", writeClothes(m_dir / "other", 77)).ok());
        QVERIFY(session->evaluate(*id, 0, {}).ok());
        QCOMPARE(session->project().runs(*id)->size(), std::size_t(3));
    }

    void evaluateFailures() {
        const auto session = fresh(false);
        const auto root = session->importModel(sample / "fashion.onnx", "source");
        const auto none = session->evaluate(*root, 0, {});
        QVERIFY(!none.ok());
        QCOMPARE(none.error().code, std::string("eval.no_data"));
        QVERIFY(!none.error().hint.empty());
        const auto needsData = session->apply({*root, clothesRecipe("08-int8-minmax.json"), {}});
        QVERIFY(!needsData.ok());
        QVERIFY(!session->setDataset("evaluation", m_dir / "none.json").ok());
        QVERIFY(!session->evaluate(99, 0, {}).ok());
        QVERIFY(!session->apply({99, clothesRecipe("01-simplify.json"), {}}).ok());
        QCOMPARE(session->summaries()->size(), std::size_t(1));
    }

    void changedCalibrationDataIsNoticed() {
        const auto folder = m_dir / "changing";
        const auto session = fresh(false);
        QVERIFY(session->setDataset("calibration", writeClothes(folder, 1)).ok());
        const auto root = session->importModel(sample / "fashion.onnx", "source");
        const auto id = session->apply({*root, clothesRecipe("08-int8-minmax.json"), {}});
        LAPIDARY_VERIFY_OK(id);
        QVERIFY(session->reproduce(*id).ok());
        writeClothes(folder, 500);
        QVERIFY(session->setDataset("calibration", folder / "data.json").ok());
        const auto status = session->reproduce(*id);
        QVERIFY(!status.ok());
        QCOMPARE(status.error().code, std::string("project.not_reproduced"));
        QVERIFY2(status.error().message.find("calibration data") != std::string::npos, status.error().message.c_str());
    }

    void profile() {
        const auto session = fresh();
        const auto root = session->importModel(sample / "fashion.onnx", "source");
        QVERIFY(!session->latestProfile(*root, false)->has_value());
        ProfileOptions options;
        options.maxSeconds = 0.2;
        options.threads = 1;
        const auto profile = session->profile(*root, "host", options);
        LAPIDARY_VERIFY_OK(profile);
        QVERIFY(session->latestProfile(*root, false)->has_value());
        QVERIFY(!session->latestProfile(*root, true)->has_value());
        options.perNode = true;
        const auto detailed = session->profile(*root, "host", options);
        LAPIDARY_VERIFY_OK(detailed);
        const auto latest = session->latestProfile(*root, true);
        LAPIDARY_VERIFY_OK(latest);
        QCOMPARE((*latest)->nodes.size(), detailed->nodes.size());
        const auto summary = summaryOf(*session, *root);
        QCOMPARE(summary.latency->median, detailed->timing.median);
        QCOMPARE(summary.device, std::string("host"));
        const auto unknown = session->profile(*root, "toaster", options);
        QCOMPARE(unknown.error().code, std::string("device.unknown"));
    }

    /// A second session on the same folder finds everything, from disk.
    void reopened() {
        std::filesystem::path folder;
        VariantId id = 0;
        std::string hash;
        {
            const auto session = fresh();
            folder = session->project().folder();
            const auto root = session->importModel(sample / "fashion.onnx", "source");
            id = session->apply({*root, clothesRecipe("05-prune-12.json"), {}}).value();
            QVERIFY(session->evaluate(id, 0, {}).ok());
            hash = session->project().variant(id)->modelHash;
        }
        const ProjectSession session(*m_engine, Project::open(folder).value());
        const auto model = session.model(id);
        LAPIDARY_VERIFY_OK(model);
        QCOMPARE(sha256(serializeOnnx(*(*model)->model).value()), hash);
        QVERIFY(summaryOf(session, id).top1.has_value());
    }

    void report() {
        const auto session = fresh();
        const auto root = session->importModel(sample / "fashion.onnx", "<b>&\"source\"</b><script>alert(1)</script>");
        const auto id = session->apply({*root, clothesRecipe("05-prune-12.json"), "pruned"});
        LAPIDARY_VERIFY_OK(id);
        ProfileOptions options;
        options.maxSeconds = 0.1;
        options.perNode = true;
        for (const auto variant : {*root, *id}) {
            QVERIFY(session->evaluate(variant, 0, {}).ok());
            QVERIFY(session->profile(variant, "host", options).ok());
        }
        const auto never = session->apply({*root, clothesRecipe("01-simplify.json"), "never measured"});
        LAPIDARY_VERIFY_OK(never);
        const auto file = m_dir / "out" / "report.html";
        LAPIDARY_VERIFY_OK(writeReport(*session, file));
        auto html = readFile(file);
        html = std::regex_replace(html, std::regex("xmlns(:[a-z]+)?=\"[^\"]*\""), "");
        QVERIFY(html.starts_with("<!doctype html>"));
        for (const char* outside :
             {"http://", "https://", "<script", "<link", "<iframe", "@import", " src=\"h", "url(http"})
            QVERIFY2(html.find(outside) == std::string::npos, outside);
        QCOMPARE(count(html, "<svg"), std::size_t(4)); // each plot in light and in dark
        QCOMPARE(count(html, "<table"), count(html, "</table>"));
        QCOMPARE(count(html, "<td"), count(html, "</td>"));
        QVERIFY(html.find("&lt;b&gt;&amp;") != std::string::npos);
        QVERIFY(html.find("never measured") != std::string::npos);
        char top1[32];
        std::snprintf(top1, sizeof top1, "%.2f&#160;%%", summaryOf(*session, *id).top1->percent);
        QVERIFY2(html.find(top1) != std::string::npos, top1);
        const auto plots = writePlots(*session, m_dir / "out");
        LAPIDARY_VERIFY_OK(plots);
        QCOMPARE(plots->size(), std::size_t(2));
        for (const auto& name : *plots)
            QVERIFY(readFile(m_dir / "out" / name).find("<svg") != std::string::npos);
        writeFile(m_dir / "a file", "");
        const auto refused = writeReport(*session, m_dir / "a file" / "report.html");
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("file.write"));
    }

    void reportOfAnEmptyProject() {
        const auto session = fresh(false);
        LAPIDARY_VERIFY_OK(writeReport(*session, m_dir / "empty.html"));
        QVERIFY(readFile(m_dir / "empty.html").find("</html>") != std::string::npos);
    }

    void tradeoff() {
        std::vector<VariantSummary> rows(3);
        rows[0].record.id = 1;
        rows[0].record.name = "source";
        rows[0].record.fileBytes = 2048;
        rows[0].top1 = proportion(90, 100);
        rows[0].latency = summarizeTimings({1, 2, 3}, 0.1);
        rows[1] = rows[0];
        rows[1].record.id = 2;
        rows[1].record.parent = 1;
        rows[1].record.fileBytes = 1024;
        rows[1].technique = Technique::Prune;
        rows[2].record.id = 3; // never measured
        rows[2].record.parent = 2;
        const auto data =
            tradeoffData(rows, TradeoffMetric::LatencyMs, TradeoffMetric::Accuracy, TradeoffMetric::FileBytes);
        QCOMPARE(data.points.size(), std::size_t(3));
        QVERIFY2(std::isnan(data.points[2].x) && std::isnan(data.points[2].y), "what was not measured is no number");
        QVERIFY(data.x.better == Better::Smaller && data.y.better == Better::Larger);
        QCOMPARE(data.points[0].x, 2.0);
        QCOMPARE(data.points[0].y, 90.0);
        QCOMPARE(data.points[0].xInterval->lower, 1.0);
        QCOMPARE(data.points[0].xInterval->upper, 3.0);
        QVERIFY(data.points[0].yInterval->lower < 90 && data.points[0].yInterval->upper > 90);
        QCOMPARE(data.points[0].size, std::optional(2.0));
        QCOMPARE(data.points[0].group, std::string("Source"));
        QCOMPARE(data.points[0].parentId, std::string());
        QCOMPARE(data.points[1].parentId, std::string("1"));
        QVERIFY(data.points[1].group != "Source");
        QCOMPARE(tradeoffData(rows, TradeoffMetric::FileBytes, TradeoffMetric::Macs).points.size(), std::size_t(3));
    }

    /// The network on the data that it was made for.
    void realAccuracy() {
        if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz"))
            QSKIP("Fashion-MNIST is not installed");
        qputenv("LAPIDARY_RESOURCES", QByteArray::fromStdString(sample.parent_path().string()));
        const auto session = openSampleProject(*m_engine, m_dir / "sample");
        LAPIDARY_VERIFY_OK(session);
        const auto recipes = sampleRecipes();
        LAPIDARY_VERIFY_OK(recipes);
        QCOMPARE(recipes->size(), std::size_t(13));
        const auto root = (*session)->summaries()->front().record.id;
        const auto own = (*session)->evaluate(root, 500, {});
        LAPIDARY_VERIFY_OK(own);
        QVERIFY2(own->top1->percent > 85, qPrintable(QString::number(own->top1->percent)));
        const auto id = (*session)->apply({root, clothesRecipe("08-int8-minmax.json"), {}});
        LAPIDARY_VERIFY_OK(id);
        const auto result = (*session)->evaluate(*id, 500, {});
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(result->agreement->percent > 95);
        const auto again = openSampleProject(*m_engine, m_dir / "sample");
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE((*again)->summaries()->size(), std::size_t(2));
    }
};

QTEST_GUILESS_MAIN(ProjectSessionTest)
#include "tst_projectsession.moc"
