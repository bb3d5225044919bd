// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/evaluator.h"
#include "memorydataset.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;
using test::attr;
using test::MemoryDataset;
using test::ModelBuilder;

namespace {

/// Passes its input on: the samples are the scores.
ModelPtr identity(const std::vector<std::string>& shape, DataType type = DataType::Float) {
    ModelBuilder b;
    b.symbolicInput("x", type, shape);
    if (type == DataType::Float)
        b.node("Identity", {"x"}, {"y"});
    else
        b.node("Cast", {"x"}, {"y"}, {attr("to", 1)});
    return b.output("y").build();
}

std::vector<std::vector<float>> scores() {
    return {{9, 1, 2, 0, 0, 0}, {1, 9, 2, 0, 0, 0}, {5, 4, 3, 2, 1, 0}, {0, 1, 2, 3, 4, 5}, {5, 4, 3, 2, 1, 0}};
}

MemoryDataset labelled(const Shape& shape = {6}) {
    return {shape, scores(), {0, 1, 4, 0, 0}};
}

} // namespace

class TestEvaluator : public test::TestCase {
    Q_OBJECT

    void expectError(const Model& model, const Dataset& data, const std::string& code, const std::string& part) {
        auto result = evaluateModel(model, data);
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, code);
        const std::string text = result.error().toString() + result.error().hint;
        QVERIFY2(text.find(part) != std::string::npos, text.c_str());
    }

private Q_SLOTS:
    void countsTop1AndTop5_data() {
        QTest::addColumn<QStringList>("shape");
        QTest::addColumn<QList<int>>("sample");
        QTest::newRow("N x C") << QStringList{"N", "6"} << QList<int>{6};
        QTest::newRow("batch 1") << QStringList{"1", "6"} << QList<int>{6};
        QTest::newRow("batch 2") << QStringList{"2", "6"} << QList<int>{6};
        QTest::newRow("N x C x 1 x 1") << QStringList{"N", "6", "1", "1"} << QList<int>{6, 1, 1};
        QTest::newRow("N x 1 x 1 x C") << QStringList{"N", "1", "1", "6"} << QList<int>{1, 1, 6};
        QTest::newRow("no batch axis") << QStringList{"6"} << QList<int>{6};
        QTest::newRow("other rank") << QStringList{"N", "6"} << QList<int>{1, 2, 3};
    }
    void countsTop1AndTop5() {
        QFETCH(QStringList, shape);
        QFETCH(QList<int>, sample);
        std::vector<std::string> extents;
        for (const QString& extent : shape)
            extents.push_back(extent.toStdString());
        const auto model = identity(extents);
        const auto data = labelled(Shape(sample.begin(), sample.end()));
        for (const std::size_t batch : {1, 2, 16}) {
            EvaluateOptions options;
            options.batch = batch;
            auto result = evaluateModel(*model, data, options);
            LAPIDARY_VERIFY_OK(result);
            QCOMPARE(result->samples, std::size_t(5));
            QCOMPARE(result->top1->hits, std::uint64_t(3));
            QCOMPARE(result->top5->hits, std::uint64_t(4));
            QCOMPARE(result->predictions, (std::vector<std::int64_t>{0, 1, 0, 5, 0}));
            QCOMPARE(result->confusion[4 * 6 + 0], 1u);
            QCOMPARE(result->confusion[0 * 6 + 5], 1u);
            QVERIFY(result->complete);
            QCOMPARE(result->toJson()["top1"].toDouble(), 60.0);
        }
    }

    void inputTypes_data() {
        QTest::addColumn<int>("type");
        for (const DataType type :
             {DataType::UInt8, DataType::Float16, DataType::Double, DataType::Int64, DataType::Int8})
            QTest::newRow(dataTypeName(type).c_str()) << int(type);
    }
    void inputTypes() {
        QFETCH(int, type);
        auto result = evaluateModel(*identity({"N", "6"}, DataType(type)), labelled());
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->top1->hits, std::uint64_t(3));
    }

    void comparesWithAReference() {
        ModelBuilder b;
        b.input("x", {1, 6})
            .init("d", {6}, std::vector<float>{0, 0, 0, 0, 0, 0.5})
            .init("s", {6}, std::vector<float>{-3, 0, 0, 0, 0, 0});
        const auto model = b.node("Add", {"x", "s"}, {"t"}).node("Add", {"t", "d"}, {"y"}).output("y").build();
        MemoryDataset data({6}, scores());
        const auto reference = identity({"N", "6"});
        auto result = evaluateModel(*model, data, {}, {}, reference.get());
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(!result->top1);
        QCOMPARE(result->agreement->hits, std::uint64_t(3)); // 5 - 3 is no longer above 4
        double signal = 0;
        for (const auto& row : scores())
            for (const float x : row)
                signal += x * x;
        QCOMPARE(*result->sqnrDb, 10 * std::log10(signal / (5 * (9 + 0.25))));
        auto same = evaluateModel(*reference, data, {}, {}, reference.get());
        QCOMPARE(*same->cosine, 1.0);
        QCOMPARE(same->agreement->percent, 100.0);
    }

    void unreadableSamplesAreSkipped() {
        auto data = labelled();
        data.unreadable = 1;
        EvaluateOptions options;
        options.batch = 1;
        auto result = evaluateModel(*identity({"N", "6"}), data, options);
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->samples, std::size_t(4));
        QCOMPARE(result->skipped, std::size_t(1));
        QCOMPARE(result->predictions[1], std::int64_t(-1));
        QCOMPARE(result->labels[1], std::int64_t(-1));
    }

    void misfitsSayShapes() {
        const auto image = MemoryDataset({3, 4, 5}, {std::vector<float>(60)});
        expectError(*identity({"N", "4", "5", "3"}), image, "eval.input", "NHWC");
        expectError(*identity({"N", "3", "8", "8"}), image, "eval.input", "3x4x5");
        auto classes = labelled();
        classes.classNames = {"a", "b", "c", "d", "e"};
        expectError(*identity({"N", "6"}), classes, "eval.output", "6 classes");
        expectError(*identity({"N", "6"}), classes, "eval.output", "\"label_offset\" to 1");
        expectError(*identity({"N", "6"}), MemoryDataset({6}, scores(), {0, 1, 6, 0, 0}), "eval.output",
                    "labels up to 6");
        auto named = labelled();
        named.settings.input = "z";
        expectError(*identity({"N", "6"}), named, "eval.input", "\"x\"");
        expectError(*identity({"N", "2", "3"}), labelled({2, 3}), "eval.output", "no class axis");
    }

    void moreInputsThanData() {
        ModelBuilder b;
        b.input("x", {1, 6}).input("mask", {1, 6}).node("Add", {"x", "mask"}, {"y"}).output("y");
        expectError(*b.build(), labelled(), "eval.input", "\"mask\"");
    }

    void stops() {
        std::stop_source stop;
        stop.request_stop();
        auto result = evaluateModel(*identity({"N", "6"}), labelled(), {}, Work{stop.get_token(), {}});
        QVERIFY(!result.ok());
        QVERIFY(isCancelled(result.error()));
    }
};

QTEST_GUILESS_MAIN(TestEvaluator)
#include "tst_evaluator.moc"
