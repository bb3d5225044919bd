// SPDX-License-Identifier: GPL-3.0-or-later
// Moments of layers' inputs and targets against plain loops over the same samples.
#include "core/eval/memorydataset.h"
#include "eval/calibrator.h"
#include "eval/layermoments.h"
#include "eval/layerproblem.h"
#include "eval/momentcollector.h"
#include "graph/grapheditor.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr int channels = 4, side = 5, sampleCount = 3, positions = side * side;
using Plane = std::vector<double>; ///< [channel][y][x]

/// A 1 x 1 convolution, then a 3 x 3 one whose output is added to its input.
ModelPtr residual() {
    ModelBuilder b;
    b.input("x", {1, channels, side, side}).init("w0", {channels, channels, 1, 1}, 1);
    b.node("Conv", {"x", "w0"}, {"a"}, {}, "first").init("w1", {channels, channels, 3, 3}, 2);
    b.node("Conv", {"a", "w1"}, {"c"}, {attr("pads", {1, 1, 1, 1})}, "second").node("Add", {"c", "a"}, {"s"});
    b.node("Relu", {"s"}, {"y"});
    return b.output("y").build();
}

ModelPtr withFirstWeight(const ModelPtr& model, float factor) {
    GraphEditor editor(model->graph);
    const ValueId id = editor.findValue("w0");
    auto values = *toFloats(*editor.constant(id));
    for (float& value : values)
        value *= factor;
    editor.setInitializer(id, makeTensor<float>({channels, channels, 1, 1}, values));
    return withGraph(*model, *editor.finish());
}

std::vector<float> weight(const Model& model, const std::string& name) {
    return *toFloats(*model.graph->constant(model.graph->findValue(name)->id));
}

Plane firstOutput(const Model& model, const std::vector<float>& x) {
    const auto w = weight(model, "w0");
    Plane out(channels * positions, 0);
    for (int o = 0; o < channels; ++o)
        for (int i = 0; i < channels; ++i)
            for (int p = 0; p < positions; ++p)
                out[std::size_t(o * positions + p)] +=
                    double(w[std::size_t(o * channels + i)]) * double(x[std::size_t(i * positions + p)]);
    return out;
}

/// The window of the second layer at one position, columns by kernel position and then channel.
Eigen::VectorXd window(const Plane& a, int p) {
    Eigen::VectorXd x = Eigen::VectorXd::Zero(9 * channels);
    for (int ky = 0; ky < 3; ++ky)
        for (int kx = 0; kx < 3; ++kx)
            for (int i = 0; i < channels; ++i) {
                const int row = p / side + ky - 1, column = p % side + kx - 1;
                if (row >= 0 && row < side && column >= 0 && column < side)
                    x((ky * 3 + kx) * channels + i) = a[std::size_t(i * positions + row * side + column)];
            }
    return x;
}

Eigen::MatrixXd secondWeight(const Model& model) {
    const auto w = weight(model, "w1");
    Eigen::MatrixXd matrix(channels, 9 * channels);
    for (int o = 0; o < channels; ++o)
        for (int i = 0; i < channels; ++i)
            for (int k = 0; k < 9; ++k)
                matrix(o, k * channels + i) = double(w[std::size_t((o * channels + i) * 9 + k)]);
    return matrix;
}

std::vector<std::vector<float>> samples() {
    std::vector<std::vector<float>> all;
    for (std::uint64_t s = 0; s < sampleCount; ++s)
        all.push_back(randomFloats(channels * positions, 50 + s));
    return all;
}

} // namespace

class TestLayerMoments : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void gramIsTheMeanOverWindows();
    void watchedMomentsAreTheSame();
    void fewRowsAreEnoughAndAllOfFewSamplesAreTaken();
    void targetFollowsTheOriginalAndItsShortcut();
    void problemMeasuresTheError();

private:
    const std::unique_ptr<CalibrationProvider> m_data =
        makeCalibrator(std::make_shared<MemoryDataset>(Shape{channels, side, side}, samples()), {});
};

void TestLayerMoments::gramIsTheMeanOverWindows() {
    const auto model = residual();
    const auto found = findWeightMatrices(*model->graph);
    QCOMPARE(found.matrices.size(), std::size_t(2));
    MomentGatherer gatherer(*m_data, model, *inferOnnxShapes(*model), MomentOptions());
    const auto moments = gatherer.gather({&found.matrices[0], &found.matrices[1]}, {});
    LAPIDARY_VERIFY_OK(moments);
    QVERIFY((*moments)[0] && (*moments)[1] && !(*moments)[1]->target);
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(9 * channels, 9 * channels);
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(9 * channels);
    for (const auto& sample : samples()) {
        const Plane a = firstOutput(*model, sample);
        for (int p = 0; p < positions; ++p) {
            const Eigen::VectorXd x = window(a, p);
            gram += x * x.transpose() / (sampleCount * positions);
            mean += x / (sampleCount * positions);
        }
    }
    QVERIFY(((*moments)[1]->gram[0] - gram).norm() < 1e-5 * gram.norm());
    QVERIFY(((*moments)[1]->mean[0] - mean).norm() < 1e-5 * gram.norm());
}

/// While statistics are gathered, or in a run of their own.
void TestLayerMoments::watchedMomentsAreTheSame() {
    const auto model = residual();
    const auto shapes = *inferOnnxShapes(*model);
    const auto found = findWeightMatrices(*model->graph);
    const std::vector<const WeightMatrix*> matrices = {&found.matrices[0], &found.matrices[1]};
    MomentGatherer gatherer(*m_data, model, shapes, MomentOptions());
    const auto expected = gatherer.gather(matrices, {});
    LAPIDARY_VERIFY_OK(expected);
    MomentCollector collector(matrices, *model->graph, shapes, {MomentOptions(), sampleCount, 1});
    CalibrationRequest request;
    for (const std::string& value : collector.values())
        request.values[value] = 0;
    const ValueWatcher watcher{{collector.values().begin(), collector.values().end()},
                               0,
                               [&](const std::string& value, const TensorPtr& tensor, std::size_t first,
                                   std::size_t samples) { return collector.add(value, tensor, first, samples); }};
    const auto calibrated = m_data->calibrateWatched(*model, request, watcher, {});
    LAPIDARY_VERIFY_OK(calibrated);
    for (std::size_t m = 0; m < matrices.size(); ++m) {
        const auto moments = collector.take(m);
        QVERIFY(moments && (*expected)[m]);
        const auto& a = moments->gram[0];
        const auto& b = (*expected)[m]->gram[0];
        QVERIFY((a - b).norm() < 1e-5 * b.norm());
        QVERIFY(a == a.transpose());
        QVERIFY((moments->mean[0] - (*expected)[m]->mean[0]).norm() < 1e-5 * b.norm());
    }
}

void TestLayerMoments::fewRowsAreEnoughAndAllOfFewSamplesAreTaken() {
    const auto model = residual();
    const auto found = findWeightMatrices(*model->graph);
    const WeightMatrix& matrix = found.matrices[1];
    const auto positionsFor = [&](std::size_t rowsPerColumn, std::uint64_t count) {
        return gramOptions(matrix, {{0, rowsPerColumn}, count, 1}).rowsPerSample;
    };
    QCOMPARE(positionsFor(0, 100), std::size_t(256));
    QCOMPARE(positionsFor(3, 4), std::size_t(256));
    QCOMPARE(positionsFor(3, 0), std::size_t(256));  // not known how many will come
    QCOMPARE(positionsFor(3, 100), std::size_t(41)); // 4096 rows
    QCOMPARE(positionsFor(1000, 1000), std::size_t(9 * channels));
}

void TestLayerMoments::targetFollowsTheOriginalAndItsShortcut() {
    const auto model = residual(), changed = withFirstWeight(model, 0.8f);
    const auto found = findWeightMatrices(*model->graph);
    MomentGatherer gatherer(*m_data, model, *inferOnnxShapes(*model), MomentOptions());
    const auto first = gatherer.next(model, found.matrices[0], {});
    LAPIDARY_VERIFY_OK(first);
    const auto second = gatherer.next(changed, found.matrices[1], {}); // goes on from what the first call recorded
    LAPIDARY_VERIFY_OK(second);
    QVERIFY(*second && (*second)->target);
    const Eigen::MatrixXd w = secondWeight(*model);
    Eigen::MatrixXd cross = Eigen::MatrixXd::Zero(channels, 9 * channels);
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(channels);
    double power = 0;
    for (const auto& sample : samples()) {
        const Plane then = firstOutput(*model, sample), now = firstOutput(*changed, sample);
        for (int p = 0; p < positions; ++p) {
            Eigen::VectorXd y = w * window(then, p);
            for (int o = 0; o < channels; ++o)
                y(o) += then[std::size_t(o * positions + p)] - now[std::size_t(o * positions + p)];
            cross += y * window(now, p).transpose() / (sampleCount * positions);
            mean += y / (sampleCount * positions);
            power += y.squaredNorm() / (sampleCount * positions);
        }
    }
    const auto& target = *(*second)->target;
    QVERIFY((target.cross - cross).norm() < 1e-5 * cross.norm());
    QVERIFY((target.mean - mean).norm() < 1e-5 * std::sqrt(power));
    QVERIFY(std::abs(target.power - power) < 1e-5 * power);
}

/// The error as the moments give it against the error of outputs, and the optimum against small steps away from it.
void TestLayerMoments::problemMeasuresTheError() {
    const auto model = residual(), changed = withFirstWeight(model, 0.8f);
    const auto found = findWeightMatrices(*model->graph);
    MomentGatherer gatherer(*m_data, model, *inferOnnxShapes(*model), MomentOptions());
    const auto moments = gatherer.next(changed, found.matrices[1], {});
    LAPIDARY_VERIFY_OK(moments);
    LayerProblemOptions options;
    options.centred = true;
    options.damping = 1e-9;
    const auto ordered = matrixOrder(found.matrices[1], weight(*model, "w1"));
    const auto problem = makeLayerProblem(MatrixShape(found.matrices[1]), ordered, &**moments, options, {});
    LAPIDARY_VERIFY_OK(problem);
    const auto shift = problem->biasShift(problem->original);
    double error = 0, power = 0;
    for (const auto& sample : samples()) {
        const Plane then = firstOutput(*model, sample), now = firstOutput(*changed, sample);
        for (int p = 0; p < positions; ++p) {
            Eigen::VectorXd y = secondWeight(*model) * window(then, p);
            for (int o = 0; o < channels; ++o)
                y(o) += then[std::size_t(o * positions + p)] - now[std::size_t(o * positions + p)];
            error += (problem->original * window(now, p) + shift - y).squaredNorm();
            power += (y - problem->targetMean).squaredNorm();
        }
    }
    QVERIFY(std::abs(problem->relativeError(problem->original) - error / power) < 1e-4);
    const double best = problem->relativeError(problem->optimum);
    QVERIFY(best < error / power);
    for (const float step : randomFloats(20, 9)) {
        RowMatrix other = problem->optimum;
        other(Eigen::Index(std::fabs(step) * 10) % channels, Eigen::Index(std::fabs(step) * 1000) % other.cols()) +=
            0.05 * double(step);
        QVERIFY(problem->relativeError(other) >= best - 1e-9);
    }
}

QTEST_GUILESS_MAIN(TestLayerMoments)
#include "tst_layermoments.moc"
