// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/calibrator.h"
#include "eval/streamingstatistics.h"
#include "memorydataset.h"
#include "modelbuilder.h"
#include "pass/activationrange.h"
#include "testsupport.h"

#include <QTest>

#include <algorithm>

using namespace lapidary;
using test::attr;
using test::MemoryDataset;
using test::ModelBuilder;

namespace {

constexpr unsigned everything = 15;

ModelPtr chain(std::vector<std::string> extents = {"N", "2", "3"}) {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, extents).init("two", {1}, std::vector<float>{2});
    b.node("Mul", {"x", "two"}, {"doubled"}).node("Relu", {"doubled"}, {"positive"});
    return b.node("Add", {"positive", "x"}, {"y"}).output("y").build();
}

DatasetPtr data() {
    std::vector<std::vector<float>> samples;
    for (int i = 0; i < 7; ++i)
        samples.push_back(test::randomFloats(6, std::uint64_t(i + 1), float(i + 1)));
    return std::make_shared<MemoryDataset>(Shape{2, 3}, samples);
}

std::vector<float> allValues(const Dataset& dataset) {
    auto batch = dataset.batch(0, dataset.size());
    const auto view = batch->input->view<float>();
    return {view.begin(), view.end()};
}

CalibrationRequest request(std::initializer_list<const char*> names, unsigned statistics = everything) {
    CalibrationRequest wanted;
    for (const char* name : names)
        wanted.values[name] = statistics;
    return wanted;
}

void compare(const CalibrationData& a, const CalibrationData& b) {
    QCOMPARE(a.values.size(), b.values.size());
    for (const auto& [name, value] : a.values) {
        const ValueStatistics* other = b.find(name);
        QVERIFY(other);
        QCOMPARE(value.minimum, other->minimum);
        QCOMPARE(value.maximum, other->maximum);
        QCOMPARE(value.meanMinimum, other->meanMinimum);
        QCOMPARE(value.meanMaximum, other->meanMaximum);
        QVERIFY(value.histogram == other->histogram);
        QVERIFY(value.channelMean == other->channelMean);
    }
}

} // namespace

class TestCalibrator : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void statisticsOfEveryKindOfValue() {
        const auto dataset = data();
        auto result =
            makeCalibrator(dataset)->calibrate(*chain(), request({"x", "two", "doubled", "positive", "y"}), {});
        LAPIDARY_VERIFY_OK(result);
        const auto x = allValues(*dataset);
        const auto [low, high] = std::minmax_element(x.begin(), x.end());
        const CalibrationData& all = **result;
        QCOMPARE(all.samples, std::uint64_t(7));
        QCOMPARE(all.find("x")->minimum, *low);
        QCOMPARE(all.find("doubled")->minimum, 2 * *low);
        QCOMPARE(all.find("doubled")->maximum, 2 * *high);
        QCOMPARE(all.find("positive")->minimum, 0.0f);
        QCOMPARE(all.find("y")->maximum, 3 * *high);
        QCOMPARE(all.find("two")->maximum, 2.0f);
        QCOMPARE(all.find("doubled")->count, std::uint64_t(42));
        double mean = 0;
        for (std::size_t i = 0; i < x.size(); ++i)
            mean += i / 3 % 2 == 1 ? 2.0 * x[i] / 21 : 0;
        QVERIFY(std::abs(all.find("doubled")->channelMean[1] - mean) < 1e-6);
    }

    void groupsThreadsAndBatchesGiveTheSame() {
        const auto wanted = request({"x", "doubled", "positive", "y"});
        const auto model = chain();
        auto once = makeCalibrator(data())->calibrate(*model, wanted, {});
        LAPIDARY_VERIFY_OK(once);
        for (const std::uint64_t cap : {std::uint64_t(30), std::uint64_t(1) << 30})
            for (const std::size_t batch : {std::size_t(1), std::size_t(3)})
                for (const int threads : {1, 4}) {
                    CalibratorOptions options;
                    options.memoryCapBytes = cap;
                    options.batch = batch;
                    options.threads = threads;
                    auto other = makeCalibrator(data(), options)->calibrate(*model, wanted, {});
                    LAPIDARY_VERIFY_OK(other);
                    compare(**once, **other);
                }
    }

    void watchersSeeEverySample() {
        const auto dataset = data();
        const auto x = allValues(*dataset);
        for (const std::uint64_t cap : {std::uint64_t(30), std::uint64_t(1) << 30})
            for (const std::size_t batch : {std::size_t(1), std::size_t(3)}) {
                CalibratorOptions options;
                options.memoryCapBytes = cap;
                options.batch = batch;
                options.threads = 4;
                std::map<std::string, std::vector<float>> seen;
                seen["x"], seen["doubled"]; // no insertion while several threads write
                ValueWatcher watcher{{"x", "doubled", "two"},
                                     12345,
                                     [&](const std::string& name, const TensorPtr& tensor, std::size_t first,
                                         std::size_t samples) -> Status {
                                         auto& all = seen.at(name);
                                         if (all.size() != first * 6 || std::size_t(tensor->count()) != samples * 6)
                                             return errorDiagnostic("test.order", name);
                                         const auto view = tensor->view<float>();
                                         all.insert(all.end(), view.begin(), view.end());
                                         return {};
                                     }};
                const auto calibrator = makeCalibrator(dataset, options);
                const auto wanted = request({"x", "two", "doubled", "y"});
                for (int run = 0; run < 2; ++run) { // shown again though the statistics are known
                    seen["x"].clear(), seen["doubled"].clear();
                    const auto result = calibrator->calibrateWatched(*chain(), wanted, watcher, {});
                    LAPIDARY_VERIFY_OK(result);
                    QVERIFY((*result)->peakBytes > 12345);
                    compare(**result, **calibrator->calibrate(*chain(), wanted, {}));
                    QVERIFY(seen["x"] == x);
                    QVERIFY(std::ranges::equal(seen["doubled"], x, {}, {}, [](float v) { return 2 * v; }));
                }
            }
    }

    void aWatcherThatFailsEndsIt() {
        for (const char* name : {"x", "doubled"}) {
            const ValueWatcher watcher{{name}, 0, [](const std::string&, const TensorPtr&, std::size_t, std::size_t) {
                                           return Status(errorDiagnostic("test.enough", "Enough."));
                                       }};
            const auto result = makeCalibrator(data())->calibrateWatched(*chain(), request({name}), watcher, {});
            QCOMPARE(result.error().code, std::string("test.enough"));
        }
    }

    void fixedBatchModels() {
        auto any = makeCalibrator(data())->calibrate(*chain(), request({"y"}, unsigned(Statistic::Range)), {});
        auto one =
            makeCalibrator(data())->calibrate(*chain({"1", "2", "3"}), request({"y"}, unsigned(Statistic::Range)), {});
        LAPIDARY_VERIFY_OK(one);
        QCOMPARE((*one)->find("y")->maximum, (*any)->find("y")->maximum);
    }

    void remembersResults() {
        const auto calibrator = makeCalibrator(data());
        auto first = calibrator->calibrate(*chain(), request({"y"}), {});
        auto again = calibrator->calibrate(*chain(), request({"y"}), {});
        auto other = calibrator->calibrate(*chain(), request({"doubled"}), {});
        LAPIDARY_VERIFY_OK(other);
        QCOMPARE(first->get(), again->get());
        QVERIFY(first->get() != other->get());
        QVERIFY(!calibrator->dataHash().empty());
    }

    void moreStatisticsServeFewer() {
        const auto calibrator = makeCalibrator(data());
        auto all = calibrator->calibrate(*chain(), request({"x", "y"}), {});
        auto range = calibrator->calibrate(*chain(), request({"y"}, unsigned(Statistic::Range)), {});
        LAPIDARY_VERIFY_OK(range);
        QCOMPARE(all->get(), range->get());
        const auto other = makeCalibrator(data());
        auto first = other->calibrate(*chain(), request({"y"}, unsigned(Statistic::Range)), {});
        auto histogram = other->calibrate(*chain(), request({"y"}), {});
        LAPIDARY_VERIFY_OK(histogram);
        QVERIFY(first->get() != histogram->get());
        QVERIFY(!(*histogram)->find("y")->histogram.empty());
    }

    void saysWhatItHeld() {
        CalibratorOptions options;
        options.memoryCapBytes = 1u << 20;
        auto whole = makeCalibrator(data(), options)->calibrate(*chain(), request({"doubled", "y"}), {});
        LAPIDARY_VERIFY_OK(whole);
        QCOMPARE((*whole)->capBytes, std::uint64_t(1u << 20));
        QCOMPARE((*whole)->runs, std::size_t(1));
        QVERIFY((*whole)->peakBytes > 0 && (*whole)->peakBytes < (*whole)->capBytes);
        options.memoryCapBytes = 30; // a value of six floats at a time
        auto parts = makeCalibrator(data(), options)->calibrate(*chain(), request({"doubled", "y"}), {});
        LAPIDARY_VERIFY_OK(parts);
        QCOMPARE((*parts)->runs, std::size_t(2));
    }

    /// Histograms of a few images and of eight times as many take the same memory; the latter show more outliers, so
    /// the histograms have to grow by merging their bins.
    void memoryDoesNotGrowWithTheImages_data() {
        QTest::addColumn<int>("method");
        QTest::newRow("entropy") << int(RangeMethod::Entropy);
        QTest::newRow("percentile") << int(RangeMethod::Percentile);
        QTest::newRow("mse") << int(RangeMethod::Mse);
    }
    void memoryDoesNotGrowWithTheImages() {
        QFETCH(int, method);
        RangeOptions range;
        range.method = RangeMethod(method);
        const unsigned wanted = statisticsFor(range);
        QVERIFY(wanted & unsigned(Statistic::Histogram));
        constexpr std::size_t few = 12, elements = 3 * 16 * 16;
        std::vector<std::vector<float>> images;
        for (std::size_t i = 0; i < 8 * few; ++i)
            images.push_back(test::randomFloats(elements, 50 + i, float(1 + i)));
        const auto held = [&](std::size_t count, std::uint64_t& runs) {
            const std::vector<std::vector<float>> taken(images.begin(), images.begin() + std::ptrdiff_t(count));
            const auto result =
                makeCalibrator(std::make_shared<MemoryDataset>(Shape{3, 256}, taken))
                    ->calibrate(*chain({"N", "3", "256"}), request({"x", "doubled", "positive", "y"}, wanted), {});
            if (!result || (*result)->samples != count)
                qFatal("no calibration");
            runs = (*result)->runs;
            return (*result)->peakBytes;
        };
        std::uint64_t runs = 0, runsOfMany = 0;
        const std::uint64_t bytes = held(few, runs);
        QCOMPARE(held(8 * few, runsOfMany), bytes);
        QCOMPARE(runsOfMany, runs);
        // An image for each thread, what became of them in three places, and four histograms: nothing else is held.
        const std::uint64_t lanes = std::uint64_t(CalibratorOptions().threads);
        const std::uint64_t least =
            4 * (lanes * elements * sizeof(float) + GrowingHistogram::maxBins * sizeof(std::uint64_t));
        QVERIFY2(bytes >= least && bytes <= least + 4 * sizeof(StreamingStatistics), std::to_string(bytes).c_str());

        std::vector<StreamingStatistics> all(4, StreamingStatistics(wanted));
        const auto sum = [&] {
            std::uint64_t total = 0;
            for (const auto& statistics : all)
                total += statistics.bytes();
            return total;
        };
        std::uint64_t afterFew = 0;
        for (std::size_t i = 0; i < images.size(); ++i) {
            for (auto& statistics : all)
                statistics.add(images[i], {1, 3, 256});
            if (i + 1 == few)
                afterFew = sum();
        }
        QVERIFY(afterFew >= 4 * GrowingHistogram::maxBins * sizeof(std::uint64_t));
        QCOMPARE(sum(), afterFew);
    }

    void kernelsThatRan() {
        ModelBuilder b;
        b.input("x", {1, 2, 3}).node("Relu", {"x"}, {"r"}, {}, "same").node("Shape", {"r"}, {"s"}, {}, "same");
        const auto model = b.output("r").output("s", DataType::Int64).build();
        auto kernels = makeCalibrator(data())->usedKernels(*model, {});
        LAPIDARY_VERIFY_OK(kernels);
        for (const auto& node : model->graph->nodes())
            if (node->is("Relu")) {
                QCOMPARE(kernels->at(node->id).opType, std::string("Relu"));
                QCOMPARE(kernels->at(node->id).outputType, std::string("float"));
            }
        ModelBuilder broken;
        const auto other = broken.input("x", {1, 5, 5}).node("Relu", {"x"}, {"y"}).output("y").build();
        auto refused = makeCalibrator(data())->usedKernels(*other, {});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("eval.input"));
    }

    void limitsSamples() {
        CalibratorOptions options;
        options.samples = 3;
        auto result = makeCalibrator(data(), options)->calibrate(*chain(), request({"x", "y"}), {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE((*result)->samples, std::uint64_t(3));
        QCOMPARE((*result)->find("x")->count, std::uint64_t(18));
    }

    void unknownValuesAndStops() {
        auto result = makeCalibrator(data())->calibrate(*chain(), request({"nothing"}), {});
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, std::string("calibration.value"));
        std::stop_source stop;
        stop.request_stop();
        result = makeCalibrator(data())->calibrate(*chain(), request({"y"}), Work{stop.get_token(), {}});
        QVERIFY(!result.ok());
        QVERIFY(isCancelled(result.error()));
    }
};

QTEST_GUILESS_MAIN(TestCalibrator)
#include "tst_calibrator.moc"
