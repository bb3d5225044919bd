// SPDX-License-Identifier: GPL-3.0-or-later
// The report of a pruned variant, against the weights themselves.
#include "pass/reportnotes.h"
#include "pass/runner.h"
#include "tensor/elementreader.h"
#include "tests/support/userhome.h"
#include "ui/models/cutreportmodel.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

class TestCutReport : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void saysWhatWent();
    void tellsErrors();
    void tellsStorage();
    void isEmptyForASource();
    void showsRanges();
    void isATable();
    void notesComeBack();

private:
    CutReportPtr report(VariantId id);
    VariantId prune(const ParamSet& params);

    TempDir m_home;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<ProjectSession> m_session;
    VariantId m_source = 0;
};

void TestCutReport::initTestCase() {
    useHome(m_home.path());
    m_engine = std::make_unique<Engine>();
    auto project = Project::create(m_home.path() / "project");
    QVERIFY(project.ok());
    m_session = std::make_unique<ProjectSession>(*m_engine, std::move(*project));
    const auto source = m_session->importModel(resourcesFolder() / "sample" / "fashion.onnx", "source");
    QVERIFY(source.ok());
    m_source = *source;
}

VariantId TestCutReport::prune(const ParamSet& params) {
    ApplyRequest request;
    request.parent = m_source;
    request.recipe.steps = {{"prune.channels", 0, params, {}, true}};
    const auto made = m_session->apply(request);
    return made.ok() ? *made : 0;
}

CutReportPtr TestCutReport::report(VariantId id) {
    const auto record = m_session->project().variant(id);
    const auto read = record.ok() ? readCutReport(*m_session, *record, {}) : Result<CutReportPtr>(record.status());
    return read.ok() ? *read : nullptr;
}

/// Without repair, what stays of a weight is the old weight without the rows and columns that are struck out.
void TestCutReport::saysWhatWent() {
    const auto id = prune({{"ratio", Json(0.5)}});
    QVERIFY(id > 0);
    const auto found = report(id);
    QVERIFY(found && !found->layers.empty());
    int checked = 0, bothAxes = 0;
    for (const auto& layer : found->layers) {
        QVERIFY(layer.removed);
        QCOMPARE(std::int64_t(layer.removed->size()), layer.channelsBefore - layer.channelsAfter);
        QVERIFY(layer.before.valid() && layer.after.valid());
        QVERIFY(layer.macsAfter < layer.macsBefore && layer.parametersAfter < layer.parametersBefore);
        const auto before = ElementReader::of(layer.weightBefore);
        const auto after = ElementReader::of(layer.weightAfter);
        QVERIFY(before.ok() && after.ok() && before->shape().size() >= 2);
        const auto rows = before->shape()[0], columns = before->shape()[1];
        const auto inner = std::uint64_t(before->count()) / std::uint64_t(rows * columns);
        std::vector<double> left;
        const auto struck = [](const std::vector<bool>& marks, std::int64_t at) {
            return std::size_t(at) < marks.size() && marks[std::size_t(at)];
        };
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t c = 0; c < columns; ++c)
                if (!struck(layer.removedRows, r) && !struck(layer.removedColumns, c))
                    for (std::uint64_t i = 0; i < inner; ++i)
                        left.push_back(before->at(std::uint64_t(r * columns + c) * inner + i));
        QCOMPARE(std::uint64_t(left.size()), after->count());
        for (std::uint64_t i = 0; i < after->count(); ++i)
            QCOMPARE(after->at(i), left[std::size_t(i)]);
        ++checked;
        bothAxes +=
            std::ranges::count(layer.removedRows, true) > 0 && std::ranges::count(layer.removedColumns, true) > 0;
    }
    QVERIFY(checked >= 3);
    QVERIFY(bothAxes >= 1);
}

void TestCutReport::tellsErrors() {
    const auto without = report(prune({{"ratio", Json(0.25)}}));
    QVERIFY(without);
    for (const auto& layer : without->layers)
        QVERIFY(!layer.error); // no data, nothing measured
    QVERIFY(m_session->setDataset("calibration", writeFigures(m_home.path(), 40)));
    const auto id = prune({{"ratio", Json(0.25)}});
    const auto with = report(id);
    QVERIFY(with);
    int errors = 0;
    for (const auto& layer : with->layers)
        if (layer.error) {
            ++errors;
            QVERIFY(layer.errorBefore && *layer.error >= 0 && *layer.error <= *layer.errorBefore + 1e-6);
        }
    QVERIFY(errors > 0);
    const auto values = reportedErrors(*m_session->project().variant(id), *m_engine, *with->after->model->graph);
    QVERIFY(values);
    QCOMPARE(int(values->values.size()), errors);
    QCOMPARE(values->unit, std::string("%"));
    QVERIFY(!values->predicted);
}

/// Bytes and element types of layers in 8 bits are those of the tensors in the stored variant.
void TestCutReport::tellsStorage() {
    QVERIFY(m_session->setDataset("calibration", writeFigures(m_home.path(), 40)));
    ApplyRequest request;
    request.parent = m_source;
    request.recipe.steps = {{"quantize.int8", 0, {}, {}, true}};
    const auto made = m_session->apply(request);
    LAPIDARY_VERIFY_OK(made);
    const auto found = report(*made);
    QVERIFY(found);
    const auto& before = *found->before->model->graph;
    const auto& after = *found->after->model->graph;
    CutReportModel model;
    model.setReport(found);
    int weights = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        const auto& layer = *model.layer(row);
        if (!layer.weightBefore || layer.precisionAfter == "float32")
            continue;
        ++weights;
        std::uint64_t old = 0, now = 0;
        for (const auto id : before.node(layer.before)->inputs)
            if (id.valid() && before.constant(id))
                old += before.constant(id)->bytes();
        for (const auto id : after.node(layer.after)->inputs) {
            const auto* maker = id.valid() ? after.producer(id) : nullptr;
            if (!maker || !maker->is("DequantizeLinear") || !after.constant(maker->input(0)))
                continue;
            for (const auto part : maker->inputs)
                now += after.constant(part)->bytes();
        }
        QCOMPARE(layer.precisionBefore, std::string("float32"));
        QCOMPARE(layer.precisionAfter, std::string("int8"));
        QVERIFY(layer.bytesBefore && layer.bytesAfter);
        QCOMPARE(*layer.bytesBefore, old);
        QCOMPARE(*layer.bytesAfter, now);
        QVERIFY(now < old);
        QVERIFY(layer.weightAfter && layer.weightAfter->type == DataType::Int8);
        QCOMPARE(layer.channelsAfter, layer.channelsBefore);
        QVERIFY(layer.parametersAfter >= layer.parametersBefore); // its scales are parameters as well
        QCOMPARE(model.index(row, CutReportModel::Precision).data().toString(), QStringLiteral("float32 → int8"));
        QVERIFY(model.index(row, CutReportModel::Bytes).data().toString().contains(u'→'));
        QVERIFY(model.index(row, CutReportModel::WeightError).data().toString().contains(u'%'));
    }
    QVERIFY(weights >= 3);
    QVERIFY(model.says(CutReportModel::Precision) && model.says(CutReportModel::Bytes));
    QVERIFY(!model.says(CutReportModel::Removed) && !model.says(CutReportModel::Share));
    model.setReport(report(prune({{"ratio", Json(0.5)}})));
    QVERIFY(!model.says(CutReportModel::Precision) && !model.says(CutReportModel::WeightError));
    QVERIFY(model.says(CutReportModel::Bytes) && model.says(CutReportModel::Share));
}

void TestCutReport::isEmptyForASource() {
    const auto found = report(m_source);
    QVERIFY(found && found->layers.empty());
    QVERIFY(!reportedErrors(*m_session->project().variant(m_source), *m_engine,
                            *(*m_session->model(m_source))->model->graph));
}

void TestCutReport::showsRanges() {
    QCOMPARE(CutReportModel::rangesText({0, 1, 2, 5, 7, 8}), QStringLiteral("0–2, 5, 7–8"));
    QCOMPARE(CutReportModel::rangesText({4}), QStringLiteral("4"));
    QVERIFY(!CutReportModel::rangesText({}).isEmpty());
}

void TestCutReport::isATable() {
    CutReportModel model;
    QAbstractItemModelTester tester(&model);
    QCOMPARE(model.rowCount(), 0);
    const auto found = report(prune({{"ratio", Json(0.5)}}));
    model.setReport(found);
    QCOMPARE(model.rowCount(), int(found->layers.size()));
    const auto& first = found->layers.front();
    QCOMPARE(model.rowOf(first.after), 0);
    QCOMPARE(model.index(0, CutReportModel::Name).data().toString(), QString::fromStdString(first.name));
    QCOMPARE(model.index(0, CutReportModel::Channels).data().toString(),
             QStringLiteral("%1 → %2").arg(first.channelsBefore).arg(first.channelsAfter));
    QVERIFY(model.index(0, CutReportModel::Removed).data(Qt::ToolTipRole).toString().contains(u'\n'));
    QCOMPARE(model.index(0, CutReportModel::Macs).data(CutReportModel::SortRole).toDouble(),
             double(first.macsBefore - first.macsAfter));
    model.setReport(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

/// What a step noted is read back from its report as it was written.
void TestCutReport::notesComeBack() {
    StepReport step;
    step.notes = {noteDiagnostic("quantize.calibration", "holding 1.2 MB of at most 400.0 MB"),
                  warningDiagnostic("quantize.bn", "stays in float", "Fold it first.").atNode("bn1").atTensor("x")};
    QVERIFY(notesOfStep(step.toJson()) == step.notes);
    QVERIFY(notesOfStep(Json()).empty());
}

QTEST_GUILESS_MAIN(TestCutReport)
#include "tst_cutreport.moc"
