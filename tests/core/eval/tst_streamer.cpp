// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/calibrator.h"
#include "eval/streamer.h"
#include "memorydataset.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <QTest>

using namespace lapidary;
using test::attr;
using test::MemoryDataset;
using test::ModelBuilder;

namespace {

/// Two branches that meet again, a value with two outputs on the way.
ModelPtr network(float factor) {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "4"}).init("f", {1}, std::vector<float>{factor});
    b.node("Mul", {"x", "f"}, {"a"}).node("Relu", {"a"}, {"b"});
    b.node("Split", {"b"}, {"left", "right"}, {attr("axis", 1)});
    b.node("Neg", {"left"}, {"c"}).node("Concat", {"c", "right"}, {"d"}, {attr("axis", 1)});
    return b.node("Add", {"d", "b"}, {"y"}).output("y").build();
}

DatasetPtr data(std::size_t count = 37) {
    std::vector<std::vector<float>> samples;
    for (std::size_t i = 0; i < count; ++i)
        samples.push_back(test::randomFloats(4, i + 1));
    return std::make_shared<MemoryDataset>(Shape{4}, samples);
}

/// All values of a stream, one after the other.
struct Gathered {
    std::vector<std::vector<float>> values; // by model and value
    std::size_t samples = 0;

    StreamConsumer consumer() {
        return [this](const StreamedBatch& batch) -> Status {
            if (batch.first != samples)
                return errorDiagnostic("test", "batches out of order");
            samples += batch.samples;
            std::size_t at = 0;
            for (const auto& model : batch.values)
                for (const TensorPtr& tensor : model) {
                    values.resize(std::max(values.size(), at + 1));
                    const auto floats = *toFloats(*tensor);
                    values[at].insert(values[at].end(), floats.begin(), floats.end());
                    ++at;
                }
            return {};
        };
    }
};

} // namespace

class TestStreamer : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void twoModelsSideBySide() {
        auto calibrator = makeCalibrator(data());
        Gathered gathered;
        const auto result = calibrator->stream(
            {{network(2), {"b", "x"}, {}, nullptr}, {network(-1), {"a", "f"}, {}, nullptr}}, gathered.consumer(), {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->samples, std::uint64_t(37));
        QCOMPARE(calibrator->sampleCount(), std::uint64_t(37));
        const auto& x = gathered.values[1];
        QCOMPARE(x.size(), std::size_t(4 * 37));
        for (std::size_t i = 0; i < x.size(); ++i) {
            QCOMPARE(gathered.values[0][i], std::max(0.0f, 2 * x[i]));
            QCOMPARE(gathered.values[2][i], -x[i]);
        }
        QCOMPARE(gathered.values[3].front(), -1.0f);
    }

    /// What was kept stands in for what leads to it: in memory and in a file alike.
    void goesOnFromWhatWasKept_data() {
        QTest::addColumn<qulonglong>("cap");
        QTest::newRow("memory") << qulonglong(1u << 30);
        QTest::newRow("file") << qulonglong(0);
    }

    void goesOnFromWhatWasKept() {
        QFETCH(qulonglong, cap);
        const auto dataset = data();
        auto budget = std::make_shared<MemoryBudget>();
        budget->cap = cap;
        Gathered whole, first, later;
        const StreamOptions options;
        LAPIDARY_VERIFY_OK(
            streamValues(*dataset, options, budget, {{network(2), {"y"}, {}, nullptr}}, whole.consumer(), {}));
        auto kept = streamValues(*dataset, options, budget, {{network(2), {"a"}, {"b", "right"}, nullptr}},
                                 first.consumer(), {});
        LAPIDARY_VERIFY_OK(kept);
        QCOMPARE(kept->recorded[0]->bytes(), std::uint64_t(37 * 6 * sizeof(float)));
        QCOMPARE(budget->used > 0, cap > 0);
        // The factor lies before what was kept, so another one changes nothing: proof that it is not computed again.
        auto result = streamValues(*dataset, options, budget, {{network(77), {"y", "b"}, {"d"}, kept->recorded[0]}},
                                   later.consumer(), {});
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(later.values[0] == whole.values[0]);
        Gathered last;
        const auto ran1 = streamValues(*dataset, options, budget, {{network(77), {"d"}, {}, result->recorded[0]}},
                                       last.consumer(), {});
        LAPIDARY_VERIFY_OK(ran1);
        QCOMPARE(last.samples, std::size_t(37));
        kept->recorded.clear();
        result->recorded.clear();
        QCOMPARE(budget->used.load(), std::uint64_t(0));
    }

    void sameForAnyNumberOfThreads() {
        std::vector<std::vector<float>> first;
        for (const int threads : {1, 2, 5}) {
            CalibratorOptions options;
            options.threads = threads;
            Gathered gathered;
            const auto ran2 = makeCalibrator(data(), options)
                                  ->stream({{network(2), {"y", "d"}, {}, nullptr}}, gathered.consumer(), {});
            LAPIDARY_VERIFY_OK(ran2);
            if (first.empty())
                first = gathered.values;
            QVERIFY(first == gathered.values);
        }
    }

    void failures() {
        auto calibrator = makeCalibrator(data());
        Gathered gathered;
        auto result = calibrator->stream({{network(2), {"nothing"}, {}, nullptr}}, gathered.consumer(), {});
        QCOMPARE(QString::fromStdString(result.error().code), QStringLiteral("calibration.value"));
        result =
            calibrator->stream({{network(2), {"y"}, {}, nullptr}},
                               [](const StreamedBatch&) { return Status(errorDiagnostic("test.stop", "enough")); }, {});
        QCOMPARE(QString::fromStdString(result.error().code), QStringLiteral("test.stop"));
        std::stop_source stop;
        stop.request_stop();
        result =
            calibrator->stream({{network(2), {"y"}, {}, nullptr}}, gathered.consumer(), Work{stop.get_token(), {}});
        QVERIFY(!result && isCancelled(result.error()));
    }
};

QTEST_GUILESS_MAIN(TestStreamer)
#include "tst_streamer.moc"
