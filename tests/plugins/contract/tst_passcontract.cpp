// SPDX-License-Identifier: GPL-3.0-or-later
// What every pass promises, checked for every pass that the plugin folder gives.
#include "contractmodels.h"
#include "graph/verifier.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"
#include "passbench.h"
#include "testsupport.h"

#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

std::vector<std::pair<std::string, ModelPtr>> models() {
    auto list = contractModels();
    const std::filesystem::path sample = std::filesystem::path(LAPIDARY_SOURCE_DIR) / "resources/sample/fashion.onnx";
    if (std::filesystem::exists(sample))
        if (auto read = readOnnx(sample))
            list.emplace_back("fashion", read->model);
    return list;
}

} // namespace

class TestPassContract : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void thereArePasses();
    void schemaIsSound_data() { passRows(); }
    void schemaIsSound();
    void parametersSurviveJson_data() { passRows(); }
    void parametersSurviveJson();
    void sameSeedSameBytes_data() { modelRows(); }
    void sameSeedSameBytes();
    void resultIsSound_data() { modelRows(); }
    void resultIsSound();
    void previewEqualsRun_data() { modelRows(); }
    void previewEqualsRun();
    void secondRunChangesNothing_data() { modelRows(); }
    void secondRunChangesNothing();
    void cancelReturnsSoon_data() { passRows(); }
    void cancelReturnsSoon();
    void unknownIsFencedNotFailed_data() { passRows(); }
    void unknownIsFencedNotFailed();

private:
    static void passRows();
    static void modelRows();
    static ModelPtr modelOf(const QString& name);
};

void TestPassContract::passRows() {
    QTest::addColumn<QString>("id");
    for (const auto& pass : plugins().passes().all())
        QTest::newRow(pass->info().id.c_str()) << QString::fromStdString(pass->info().id);
}

void TestPassContract::modelRows() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    for (const auto& pass : plugins().passes().all())
        for (const auto& [name, model] : models())
            QTest::addRow("%s on %s", pass->info().id.c_str(), name.c_str())
                << QString::fromStdString(pass->info().id) << QString::fromStdString(name);
}

ModelPtr TestPassContract::modelOf(const QString& name) {
    for (auto& [known, model] : models())
        if (known == name.toStdString())
            return model;
    return nullptr;
}

void TestPassContract::thereArePasses() {
    for (const auto& record : plugins().records())
        QVERIFY2(record.state == PluginState::Loaded, (record.id + ": " + record.reason.message).c_str());
    LAPIDARY_VERIFY_OK(plugins().passes().find("simplify.graph"));
    LAPIDARY_VERIFY_OK(plugins().passes().find("quantize.float16"));
}

void TestPassContract::schemaIsSound() {
    QFETCH(QString, id);
    const auto pass = *plugins().passes().find(id.toStdString());
    const PassInfo& info = pass->info();
    LAPIDARY_VERIFY_OK(info.schema.check());
    QVERIFY(info.id.find('.') != std::string::npos && info.version >= 1);
    QVERIFY(!info.title.empty() && !info.summary.empty() && info.summary.back() == '.');
    for (const auto& spec : info.schema.specs())
        QVERIFY2(!spec.help.empty(), spec.key.c_str());
    QCOMPARE(info.schema.complete({})->size(), info.schema.specs().size());
}

void TestPassContract::parametersSurviveJson() {
    QFETCH(QString, id);
    const auto& schema = (*plugins().passes().find(id.toStdString()))->info().schema;
    const ParamSet defaults = *schema.complete({});
    QVERIFY(schema.nonDefault(defaults).empty());
    // Every choice and limit, too.
    for (const auto& spec : schema.specs()) {
        std::vector<Json> values{spec.defaultValue};
        for (const auto& option : spec.options)
            values.push_back(option.key);
        if (spec.minimum)
            values.push_back(*spec.minimum);
        if (spec.maximum)
            values.push_back(*spec.maximum);
        for (const auto& value : values) {
            if (spec.type == ParamType::NumberList || spec.type == ParamType::NodeNumbers)
                continue;
            const auto params = schema.complete({{spec.key, value}});
            LAPIDARY_VERIFY_OK(params);
            const auto again = paramSetFromJson(*Json::parse(toJson(schema.nonDefault(*params)).dump()));
            LAPIDARY_VERIFY_OK(again);
            QVERIFY2(*schema.complete(*again) == *params, spec.key.c_str());
        }
        QVERIFY2(!schema.complete({{spec.key, Json()}}), spec.key.c_str());
    }
}

#define LAPIDARY_APPLY(report, model, id)                                                                              \
    const auto report = applyPass(model, (id).toStdString());                                                          \
    LAPIDARY_VERIFY_OK(report)

void TestPassContract::sameSeedSameBytes() {
    QFETCH(QString, id);
    QFETCH(QString, name);
    LAPIDARY_APPLY(first, modelOf(name), id);
    LAPIDARY_APPLY(second, modelOf(name), id);
    const auto a = serializeOnnx(*first->model), b = serializeOnnx(*second->model);
    LAPIDARY_VERIFY_OK(a);
    QVERIFY(*a == *b);
    QCOMPARE(first->steps[0].layers.size(), second->steps[0].layers.size());
}

void TestPassContract::resultIsSound() {
    QFETCH(QString, id);
    QFETCH(QString, name);
    const auto model = modelOf(name);
    LAPIDARY_APPLY(report, model, id);
    for (const auto& problem : verify(*report->model))
        QVERIFY2(problem.severity != Severity::Error, problem.toString().c_str());
    for (std::size_t i = 0; i < model->graph->outputs().size(); ++i)
        QCOMPARE(report->model->graph->value(report->model->graph->outputs()[i])->name,
                 model->graph->value(model->graph->outputs()[i])->name);
    const auto inputs = randomInputs(*model, 11, 2);
    const auto before = runModel(*model, inputs);
    LAPIDARY_VERIFY_OK(before);
    const auto after = runModel(*report->model, inputs);
    LAPIDARY_VERIFY_OK(after);
    QCOMPARE(after->size(), before->size());
    if ((*plugins().passes().find(id.toStdString()))->info().lossless) {
        const double error = relativeError(*before, *after);
        QVERIFY2(error < 1e-5, std::to_string(error).c_str());
    }
}

void TestPassContract::previewEqualsRun() {
    QFETCH(QString, id);
    QFETCH(QString, name);
    const auto model = modelOf(name);
    LAPIDARY_APPLY(report, model, id);
    const auto input = passInput(model, id.toStdString());
    LAPIDARY_VERIFY_OK(input);
    const auto preview = previewPass(**plugins().passes().find(id.toStdString()), *input);
    LAPIDARY_VERIFY_OK(preview);
    const auto& step = report->steps[0];
    QCOMPARE(preview->before.parameters, step.before.parameters);
    QCOMPARE(preview->before.bytes, step.before.bytes);
    QCOMPARE(preview->before.macs, step.before.macs);
    QCOMPARE(preview->after.parameters, step.after.parameters);
    QCOMPARE(preview->after.bytes, step.after.bytes);
    QCOMPARE(preview->after.macs, step.after.macs);
    for (const auto& plan : preview->nodes)
        QVERIFY(model->graph->node(plan.node) != nullptr);
}

void TestPassContract::secondRunChangesNothing() {
    QFETCH(QString, id);
    QFETCH(QString, name);
    if (!(*plugins().passes().find(id.toStdString()))->info().idempotent)
        QSKIP("Not declared idempotent");
    LAPIDARY_APPLY(first, modelOf(name), id);
    LAPIDARY_APPLY(second, first->model, id);
    const auto difference = modelsDiffer(*first->model, *second->model);
    QVERIFY2(difference.empty(), difference.c_str());
}

void TestPassContract::cancelReturnsSoon() {
    QFETCH(QString, id);
    std::stop_source source;
    source.request_stop();
    QElapsedTimer timer;
    timer.start();
    const auto report = applyPass(contractModels()[0].second, id.toStdString(), {}, {}, Work{source.get_token(), {}});
    QVERIFY(!report);
    QVERIFY(isCancelled(report.error()));
    QVERIFY(timer.elapsed() < 200);
    // And by itself, as the runner is not the only caller.
    const auto input = passInput(contractModels()[0].second, id.toStdString());
    LAPIDARY_VERIFY_OK(input);
    PassContext context;
    context.work.stop = source.get_token();
    context.calibration = &randomCalibration();
    context.inferShapes = passEnvironment().inferShapes;
    timer.restart();
    const auto outcome = (*plugins().passes().find(id.toStdString()))->run(*input, context);
    QVERIFY(timer.elapsed() < 200);
    QVERIFY(!outcome);
}

void TestPassContract::unknownIsFencedNotFailed() {
    QFETCH(QString, id);
    LAPIDARY_APPLY(report, modelWithUnknownOperator(), id);
    const Node* mystery = report->model->graph->findNode("mystery");
    QVERIFY(mystery);
    QCOMPARE(mystery->opType, std::string("Mystery"));
    LAPIDARY_APPLY(flow, modelWithControlFlow(), id);
    const auto inputs = randomInputs(*modelWithControlFlow(), 3);
    LAPIDARY_VERIFY_OK(runModel(*modelWithControlFlow(), inputs));
    LAPIDARY_VERIFY_OK(runModel(*flow->model, inputs));
}

QTEST_GUILESS_MAIN(TestPassContract)
#include "tst_passcontract.moc"
