// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/samplepicture.h"
#include "tensor/npyfile.h"
#include "tests/core/eval/memorydataset.h"
#include "testsupport.h"

#include <opencv2/imgcodecs.hpp>

#include <QTest>

using namespace lapidary;
using test::MemoryDataset;

class TestSamplePicture : public test::TestCase {
    Q_OBJECT

    SamplePicture picture(const Dataset& data, std::size_t index = 0) {
        const auto made = samplePicture(data, index);
        if (!made)
            qFatal("%s", made.error().toString().c_str());
        return *made;
    }

private Q_SLOTS:
    /// Whatever order and layout the model wants, people see red as red.
    void imagesKeepTheirColours_data() {
        QTest::addColumn<QString>("preprocess");
        QTest::addColumn<QList<int>>("pixel");
        QTest::newRow("RGB") << R"("color": "RGB")" << QList<int>{200, 30, 10};
        QTest::newRow("BGR") << R"("color": "BGR", "layout": "NHWC", "mean": [9, 9, 9])" << QList<int>{200, 30, 10};
        QTest::newRow("grey") << R"("color": "GRAY")" << QList<int>{79, 79, 79}; // ITU-R BT.601
    }
    void imagesKeepTheirColours() {
        QFETCH(QString, preprocess);
        QFETCH(QList<int>, pixel);
        test::TempDir dir;
        std::filesystem::create_directories(dir / "images/a");
        cv::imwrite((dir / "images/a/1.png").string(), cv::Mat(4, 6, CV_8UC3, cv::Scalar(10, 30, 200)));
        test::writeFile(dir / "d.json", R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "images",
            "preprocess": {"resize": {"width": 8, "height": 5}, )" +
                                            preprocess.toStdString() + "}}");
        const auto data = openDataset(dir / "d.json");
        LAPIDARY_VERIFY_OK(data);
        for (const auto& source : {*data, limitedDataset(*data, 1)}) {
            const auto shown = picture(*source);
            QVERIFY(!shown.heat);
            QCOMPARE(shown.width, 8);
            QCOMPARE(shown.height, 5);
            QCOMPARE(shown.bytes.size(), std::size_t(8 * 5 * 3));
            for (int c = 0; c < 3; ++c)
                QVERIFY(std::abs(int(shown.bytes[std::size_t(60 + c)]) - pixel[c]) <= 1);
        }
    }

    void numbersBecomeAHeatMap() {
        const MemoryDataset planes({2, 2, 3}, {{0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 15}});
        const auto heat = picture(planes);
        QVERIFY(heat.heat);
        QCOMPARE(heat.width, 3);
        QCOMPARE(heat.height, 2);
        QCOMPARE(heat.lowest, 0.0f);
        QCOMPARE(heat.highest, 10.0f);
        QCOMPARE(int(heat.bytes[1]), 26); // 255 / 10
        QCOMPARE(int(heat.bytes[5]), 255);
        MemoryDataset last({1, 2, 2}, {{1, 3, 5, 7}});
        last.settings.layout = Layout::Nhwc;
        const auto two = picture(last);
        QCOMPARE(two.width, 2);
        QCOMPARE(two.height, 1);
        QCOMPARE(two.lowest, 2.0f);
        QCOMPARE(two.highest, 6.0f);
    }

    void vectorsFoldAndLargeOnesThinOut() {
        const MemoryDataset vector({20}, {std::vector<float>(20, 1.0f)});
        const auto folded = picture(vector);
        QCOMPARE(folded.width, 5);
        QCOMPARE(folded.height, 4);
        QCOMPARE(int(folded.bytes[3]), 0); // all alike
        std::vector<float> many(700 * 600);
        for (std::size_t i = 0; i < many.size(); ++i)
            many[i] = float(i);
        const MemoryDataset large({600, 700}, {many});
        const auto thin = picture(large);
        QCOMPARE(thin.width, 512);
        QCOMPARE(thin.height, 512);
        QCOMPARE(thin.lowest, 0.0f);
    }

    void outsideTheDataset() {
        const MemoryDataset data({2}, {{0, 1}});
        QVERIFY(!samplePicture(data, 5));
    }
};

QTEST_GUILESS_MAIN(TestSamplePicture)
#include "tst_samplepicture.moc"
