// SPDX-License-Identifier: GPL-3.0-or-later
// The accuracies of real models on real images, against figures from an independent reference in Python.
// LAPIDARY_SLOW=1 runs the whole sets, otherwise CIFAR alone runs in full. tests/bench/bench_evaluate prints the table.
#include "eval/evaluator.h"
#include "onnx/onnxreader.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;

class TestRealModels : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void accuracy_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("data");
        QTest::addColumn<int>("samples");
        QTest::addColumn<double>("top1");
        QTest::addColumn<double>("top5");
        const bool slow = qEnvironmentVariableIsSet("LAPIDARY_SLOW");
        QTest::newRow("resnet20") << "resnet20_cifar10_unfused_bn.onnx"
                                  << "cifar10-test.json" << 3000 << 81.83 << 98.70;
        if (!slow)
            return;
        QTest::newRow("mobilenet_v2") << "mobilenet_v2.onnx"
                                      << "imagenet-validation.mobilenet_v2.json" << 400 << 86.00 << 97.25;
        QTest::newRow("mobilenet_v1") << "mobilenet_v1_0.5_160.onnx"
                                      << "imagenet-validation.mobilenet_v1_0.5_160.json" << 400 << 66.00 << 85.25;
        QTest::newRow("squeezenet") << "squeezenet1.1.onnx"
                                    << "imagenet-validation.squeezenet1.1.json" << 400 << 55.75 << 79.75;
        QTest::newRow("resnet56") << "resnet56_cifar10_unfused_bn.onnx"
                                  << "cifar10-test.json" << 3000 << 84.03 << 99.00;
        QTest::newRow("flowers") << "resnet50v2_3stages_flowers5.onnx"
                                 << "flowers5-validation.json" << 300 << 91.33 << 100.0;
    }
    void accuracy() {
        LAPIDARY_REQUIRE_ASSETS();
        QFETCH(QString, model);
        QFETCH(QString, data);
        QFETCH(int, samples);
        QFETCH(double, top1);
        QFETCH(double, top5);
        const auto assets = test::assetsFolder();
        auto read = readOnnx(assets / "models" / model.toStdString());
        LAPIDARY_VERIFY_OK(read);
        auto dataset = openDataset(assets / "images" / data.toStdString());
        LAPIDARY_VERIFY_OK(dataset);
        auto result = evaluateModel(*read->model, **dataset);
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(int(result->samples), samples);
        const double oneSample = 100.0 / samples + 0.005; // the reference is rounded to two digits
        QVERIFY2(std::fabs(result->top1->percent - top1) <= oneSample, std::to_string(result->top1->percent).c_str());
        QVERIFY2(std::fabs(result->top5->percent - top5) <= oneSample, std::to_string(result->top5->percent).c_str());
    }
};

QTEST_GUILESS_MAIN(TestRealModels)
#include "tst_realmodels.moc"
