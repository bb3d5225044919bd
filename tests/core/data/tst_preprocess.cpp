// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv.h"
#include "data/imageheader.h"
#include "data/imagepipeline.h"
#include "testsupport.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <QTest>

#include <cmath>

using namespace lapidary;

namespace {

/// A smooth picture with a little texture, so that resampling methods give different results.
cv::Mat picture(int width, int height) {
    cv::Mat image(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            image.at<cv::Vec3b>(y, x) =
                cv::Vec3b(uchar(x * 255 / width), uchar(y * 255 / height), uchar((x * 7 + y * 13) % 256));
    return image;
}

std::vector<uchar> encoded(const cv::Mat& image, const std::string& extension) {
    std::vector<uchar> bytes;
    cv::imencode(extension, image, bytes);
    return bytes;
}

Preprocess parsed(const char* json) {
    auto text = Json::parse(json);
    auto preprocess = Preprocess::fromJson(*text);
    if (!preprocess)
        qFatal("%s", preprocess.error().toString().c_str());
    return *preprocess;
}

std::vector<float> run(const std::vector<uchar>& file, const Preprocess& preprocess, Pixels* shaped = nullptr) {
    auto pixels = decodeImage(std::as_bytes(std::span(file)), preprocess);
    if (!pixels)
        qFatal("%s", pixels.error().toString().c_str());
    std::vector<float> out(pixels->bytes());
    PixelScaler(preprocess).scale(*pixels, out.data());
    if (shaped)
        *shaped = *pixels;
    return out;
}

} // namespace

class TestPreprocess : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void wholePipelineAgainstOpenCv() {
        const cv::Mat image = picture(301, 200);
        const auto file = encoded(image, ".png");
        const Preprocess preprocess = parsed(R"({"resize": {"shorter": 64}, "interpolation": "area", "crop": 48,
            "color": "RGB", "scale": 0.5, "mean": [1, 2, 3], "std": [4, 5, 8], "layout": "NCHW"})");
        const auto out = run(file, preprocess);
        cv::Mat resized;
        cv::resize(image, resized, {96, 64}, 0, 0, cv::INTER_AREA); // 301 * 64 / 200 = 96.32
        QCOMPARE(out.size(), std::size_t(3 * 48 * 48));
        const double mean[] = {1, 2, 3}, std[] = {4, 5, 8};
        for (int c = 0; c < 3; ++c)
            for (int y = 0; y < 48; ++y)
                for (int x = 0; x < 48; ++x) {
                    const double pixel = resized.at<cv::Vec3b>(8 + y, 24 + x)[2 - c];
                    QCOMPARE(out[std::size_t((c * 48 + y) * 48 + x)], float((pixel * 0.5 - mean[c]) / std[c]));
                }
    }

    void otherSideIsRounded_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("shorter");
        QTest::addColumn<int>("outWidth");
        QTest::addColumn<int>("outHeight");
        QTest::newRow("down") << 500 << 375 << 256 << 341 << 256; // 341.33
        QTest::newRow("up") << 375 << 500 << 183 << 183 << 244;   // 244.0
        QTest::newRow("half") << 301 << 200 << 100 << 151 << 100; // 150.5
        QTest::newRow("square") << 200 << 200 << 64 << 64 << 64;
        QTest::newRow("enlarge") << 20 << 10 << 33 << 66 << 33;
    }
    void otherSideIsRounded() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(int, shorter);
        Preprocess preprocess;
        preprocess.resizeShorter = shorter;
        Pixels pixels;
        run(encoded(picture(width, height), ".png"), preprocess, &pixels);
        QTEST(pixels.width, "outWidth");
        QTEST(pixels.height, "outHeight");
    }

    void cropStartsLeftOfTheMiddle() {
        cv::Mat image(5, 7, CV_8UC3, cv::Scalar(0, 0, 0));
        image.at<cv::Vec3b>(1, 2) = cv::Vec3b(30, 20, 10);
        Preprocess preprocess;
        preprocess.crop = 2;
        const auto out = run(encoded(image, ".png"), preprocess);
        QCOMPARE(out[0], 10.0f);
        QCOMPARE(out[4], 20.0f);
        QCOMPARE(out[8], 30.0f);
    }

    void colourOrderAndLayout() {
        const cv::Mat image(1, 2, CV_8UC3, cv::Scalar(10, 20, 200));
        const auto file = encoded(image, ".png");
        QCOMPARE(run(file, parsed(R"({"color": "BGR", "layout": "NHWC"})")),
                 (std::vector<float>{10, 20, 200, 10, 20, 200}));
        QCOMPARE(run(file, parsed(R"({"color": "RGB", "layout": "NHWC"})")),
                 (std::vector<float>{200, 20, 10, 200, 20, 10}));
        QCOMPARE(run(file, parsed(R"({"color": "RGB"})")), (std::vector<float>{200, 200, 20, 20, 10, 10}));
        const auto gray = run(file, parsed(R"({"color": "GRAY"})"));
        QCOMPARE(gray.size(), std::size_t(2));
        QCOMPARE(gray[0], float(std::lround(0.299 * 200 + 0.587 * 20 + 0.114 * 10)));
    }

    void grayBecomesColour() {
        const std::vector<std::byte> bytes = {std::byte(1), std::byte(2)};
        auto pixels = shapePixels(Pixels{2, 1, PixelOrder::Gray, Blob(bytes)}, parsed(R"({"layout": "NHWC"})"));
        LAPIDARY_VERIFY_OK(pixels);
        std::vector<float> out(pixels->bytes());
        PixelScaler(parsed(R"({"layout": "NHWC"})")).scale(*pixels, out.data());
        QCOMPARE(out, (std::vector<float>{1, 1, 1, 2, 2, 2}));
    }

    void jsonRoundTrip() {
        const Preprocess preprocess =
            parsed(R"({"resize": {"width": 10, "height": 20}, "interpolation": "cubic", "crop": 9,
            "color": "BGR", "scale": 0.1, "mean": [1], "std": [2, 3, 4], "layout": "NHWC", "input": "x"})");
        auto again = Preprocess::fromJson(preprocess.toJson());
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE(again->hash(), preprocess.hash());
        QVERIFY(again->hash() != Preprocess().hash());
        QCOMPARE(again->resizeTo->second, 20);
    }

    void jsonErrorsNameTheKey_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("unknown") << QByteArray(R"({"colour": "RGB"})") << QByteArray("colour");
        QTest::newRow("interpolation") << QByteArray(R"({"interpolation": "lanczos"})") << QByteArray("interpolation");
        QTest::newRow("crop") << QByteArray(R"({"crop": -1})") << QByteArray("crop");
        QTest::newRow("huge crop") << QByteArray(R"({"crop": 1000000})") << QByteArray("crop");
        QTest::newRow("std") << QByteArray(R"({"std": [1, 0, 1]})") << QByteArray("std");
        QTest::newRow("mean") << QByteArray(R"({"mean": [1, 2]})") << QByteArray("mean");
        QTest::newRow("scale") << QByteArray(R"({"scale": "1"})") << QByteArray("scale");
        QTest::newRow("resize") << QByteArray(R"({"resize": {"width": 3}})") << QByteArray("height");
        QTest::newRow("both") << QByteArray(R"({"resize": {"shorter": 3, "width": 3}})") << QByteArray("resize");
    }
    void jsonErrorsNameTheKey() {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, key);
        auto text = Json::parse(json.toStdString());
        LAPIDARY_VERIFY_OK(text);
        auto result = Preprocess::fromJson(*text);
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, std::string("dataset.preprocess"));
        QVERIFY2(result.error().message.find('"' + key.toStdString() + '"') != std::string::npos,
                 result.error().message.c_str());
    }

    void extentsAreReadFromHeaders() {
        for (const char* extension : {".png", ".jpg", ".bmp", ".ppm"}) {
            const auto file = encoded(picture(37, 21), extension);
            const auto extent = imageExtent(std::as_bytes(std::span(file)));
            QVERIFY2(extent.has_value(), extension);
            QCOMPARE(int(extent->first), 37);
            QCOMPARE(int(extent->second), 21);
        }
    }

    void hostileSizeIsRefusedBeforeDecoding() {
        auto file = encoded(picture(8, 8), ".png");
        file[16] = 0x40; // width 2^30 + 8
        auto pixels = decodeImage(std::as_bytes(std::span(file)), Preprocess());
        QVERIFY(!pixels.ok());
        QCOMPARE(pixels.error().code, std::string("image.size"));
    }

    void csvQuoting() {
        auto rows = parseCsv("\xef\xbb\xbfimage,label\r\n\"a, \"\"b\"\".jpg\",3\r\n\r\n\"two\nlines\",4\nplain,5");
        LAPIDARY_VERIFY_OK(rows);
        QCOMPARE(rows->size(), std::size_t(4));
        QCOMPARE((*rows)[0].cells, (std::vector<std::string>{"image", "label"}));
        QCOMPARE((*rows)[1].cells, (std::vector<std::string>{"a, \"b\".jpg", "3"}));
        QCOMPARE((*rows)[2].cells[0], std::string("two\nlines"));
        QCOMPARE((*rows)[3].line, std::size_t(6));
        auto open = parseCsv("a\n\"b,c\nd\n");
        QVERIFY(!open.ok());
        QVERIFY(open.error().message.find("line 2") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestPreprocess)
#include "tst_preprocess.moc"
