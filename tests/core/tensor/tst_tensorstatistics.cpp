// SPDX-License-Identifier: GPL-3.0-or-later
// Reading elements piece by piece and counting them, against naive loops over everything at once.
#include "tensor/elementtext.h"
#include "tensor/float16.h"
#include "tensor/tensorstatistics.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

TensorPtr packed(DataType type, Shape shape, std::vector<std::uint8_t> bytes) {
    return makeTensor(type, std::move(shape), Blob::ofValues(std::move(bytes)));
}

std::vector<double> readAll(const ElementReader& reader, std::uint64_t piece) {
    std::vector<double> values(reader.count());
    for (std::uint64_t at = 0; at < values.size(); at += piece)
        reader.read(at, std::span(values).subspan(at, std::min(piece, values.size() - at)));
    return values;
}

bool close(double a, double b) {
    return std::abs(a - b) <= 1e-12 * std::max({1.0, std::abs(a), std::abs(b)});
}

} // namespace

class TensorStatisticsTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryType_data();
    void readsEveryType();
    void dequantizes();
    void refusesWhatItCannotRead();
    void agreesWithNaiveLoops();
    void channelsAgreeWithNaiveLoops();
    void countsWhatIsNotFinite();
    void samplesLargeTensors();
    void stopsWhenAsked();
    void quantileOfMagnitudes();
    void textsOfElements();
};

void TensorStatisticsTest::readsEveryType_data() {
    QTest::addColumn<int>("type");
    for (int type = 1; type <= int(DataType::Int2); ++type)
        if (isKnown(DataType(type)) && bitsPerElement(DataType(type)) > 0 && DataType(type) != DataType::Complex64 &&
            DataType(type) != DataType::Complex128)
            QTest::newRow(dataTypeName(DataType(type)).c_str()) << type;
}

void TensorStatisticsTest::readsEveryType() {
    QFETCH(int, type);
    // Every bit pattern of a byte at odd places; toFloats() is the other implementation.
    const int elements = 256 * 8 / bitsPerElement(DataType(type));
    std::vector<std::uint8_t> bytes(256);
    for (int i = 0; i < 256; ++i)
        bytes[std::size_t(i)] = std::uint8_t(i * 73 + 11);
    const auto tensor = packed(DataType(type), {elements}, bytes);
    const auto reader = ElementReader::of(tensor);
    LAPIDARY_VERIFY_OK(reader);
    const auto expected = toFloats(*tensor);
    LAPIDARY_VERIFY_OK(expected);
    const auto values = readAll(*reader, 7);
    const bool truth = DataType(type) == DataType::Bool;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float want = truth ? float((*expected)[i] != 0) : (*expected)[i];
        QVERIFY2(float(values[i]) == want || (std::isnan(values[i]) && std::isnan(want)),
                 qPrintable(QString::number(i)));
        QVERIFY(reader->at(i) == values[i] || std::isnan(values[i]));
    }
}

void TensorStatisticsTest::dequantizes() {
    // 2 x 3 x 2: per tensor, per channel of each axis, in blocks; all against the definition.
    const auto stored = makeTensor<std::int8_t>({2, 4, 2}, {-8, 7, 0, 1, 2, 3, 4, 5, -1, -2, -3, -4, -5, -6, 6, 0});
    const auto check = [&](const Dequantization& how, auto parameter) {
        const auto reader = ElementReader::of(stored, how);
        LAPIDARY_VERIFY_OK(reader);
        const auto scales = *toFloats(*how.scale);
        const auto zeros = how.zeroPoint ? *toFloats(*how.zeroPoint) : std::vector<float>(scales.size());
        const auto values = readAll(*reader, 3);
        for (int i = 0; i < 16; ++i) {
            const auto p = std::size_t(parameter(i / 8, i / 2 % 4, i % 2));
            QCOMPARE(values[std::size_t(i)],
                     (double(stored->view<std::int8_t>()[std::size_t(i)]) - zeros[p]) * scales[p]);
        }
    };
    check({makeScalar(0.25f), makeScalar<std::int8_t>(3), 0, 0}, [](int, int, int) { return 0; });
    check({makeTensor<float>({2}, {0.5f, 2}), nullptr, 0, 0}, [](int a, int, int) { return a; });
    check({makeTensor<float>({4}, {1, 2, 4, 8}), makeTensor<std::int8_t>({4}, {0, 1, 2, 3}), -2, 0},
          [](int, int b, int) { return b; });
    check({makeTensor<float>({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}), nullptr, 1, 2},
          [](int a, int b, int c) { return a * 4 + b / 2 * 2 + c; });
    const auto wrong = ElementReader::of(stored, {makeTensor<float>({3}, {1, 2, 3}), nullptr, 1, 0});
    QVERIFY(!wrong.ok());
    QCOMPARE(wrong.error().code, std::string("tensor.quantization"));
}

void TensorStatisticsTest::refusesWhatItCannotRead() {
    const auto code = [](const TensorPtr& tensor) {
        const auto reader = ElementReader::of(tensor);
        return reader ? std::string() : reader.error().code;
    };
    auto missing = std::make_shared<Tensor>();
    missing->type = DataType::Float;
    missing->shape = {4};
    missing->missingReason = "weights.bin is not there";
    QCOMPARE(code(missing), std::string("tensor.missing"));
    QCOMPARE(code(packed(DataType::Float, {4}, {1, 2, 3})), std::string("tensor.size"));
    QCOMPARE(code(packed(DataType::Complex64, {1}, {0, 0, 0, 0, 0, 0, 0, 0})), std::string("tensor.type"));
    QCOMPARE(code(packed(DataType(99), {1}, {0})), std::string("tensor.type"));
}

void TensorStatisticsTest::agreesWithNaiveLoops() {
    auto values = randomFloats(100'003, 5, 3.0f);
    for (std::size_t i = 0; i < values.size(); i += 10)
        values[i] = 0.0f;
    const auto reader = *ElementReader::of(makeTensor<float>({100'003}, values));
    const auto statistics = tensorStatistics(reader, {.bins = 50});
    LAPIDARY_VERIFY_OK(statistics);
    double sum = 0;
    for (const float value : values)
        sum += value;
    const double mean = sum / double(values.size());
    double squares = 0;
    for (const float value : values)
        squares += (value - mean) * (value - mean);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    QCOMPARE(statistics->count, std::uint64_t(100'003));
    QVERIFY(!statistics->sampled());
    QCOMPARE(statistics->minimum, double(*low));
    QCOMPARE(statistics->maximum, double(*high));
    QVERIFY(close(statistics->mean, mean));
    QVERIFY(close(statistics->deviation, std::sqrt(squares / double(values.size()))));
    QCOMPARE(statistics->zeros, std::uint64_t(std::count(values.begin(), values.end(), 0.0f)));
    const auto different = std::set<float>(values.begin(), values.end()).size();
    QVERIFY(different > 65'536);
    QVERIFY(statistics->moreDistinct);
    QCOMPARE(tensorStatistics(reader, {.distinctLimit = 200'000})->distinct, std::uint64_t(different));
    std::uint64_t total = 0;
    const double width = (statistics->histogramUpper - statistics->histogramLower) / 50;
    for (std::size_t bin = 0; bin < 50; ++bin) {
        total += statistics->histogram[bin];
        const double from = statistics->histogramLower + width * double(bin);
        const auto slow = std::count_if(values.begin(), values.end(), [&](float value) {
            return value >= from && (value < from + width || bin == 49);
        });
        QVERIFY(std::abs(double(slow) - double(statistics->histogram[bin])) <= 2); // an edge may round either way
    }
    QCOMPARE(total, statistics->finite);
}

void TensorStatisticsTest::channelsAgreeWithNaiveLoops() {
    const auto values = randomFloats(6 * 5 * 7, 9);
    const auto reader = *ElementReader::of(makeTensor<float>({6, 5, 7}, values));
    for (int axis = 0; axis < 3; ++axis) {
        const auto statistics = tensorStatistics(reader, {.channelAxis = axis});
        LAPIDARY_VERIFY_OK(statistics);
        const int extent = axis == 0 ? 6 : axis == 1 ? 5 : 7;
        QCOMPARE(int(statistics->channels.size()), extent);
        for (int channel = 0; channel < extent; ++channel) {
            std::vector<double> mine;
            for (int i = 0; i < 6 * 5 * 7; ++i)
                if ((axis == 0 ? i / 35 : axis == 1 ? i / 7 % 5 : i % 7) == channel)
                    mine.push_back(values[std::size_t(i)]);
            double sum = 0, squares = 0;
            for (const double value : mine) {
                sum += value;
                squares += value * value;
            }
            const auto& got = statistics->channels[std::size_t(channel)];
            QCOMPARE(got.finite, std::uint64_t(mine.size()));
            QCOMPARE(got.minimum, *std::min_element(mine.begin(), mine.end()));
            QCOMPARE(got.maximum, *std::max_element(mine.begin(), mine.end()));
            QVERIFY(close(got.mean, sum / double(mine.size())));
            QVERIFY(close(got.norm, std::sqrt(squares)));
        }
    }
}

void TensorStatisticsTest::countsWhatIsNotFinite() {
    const auto tensor = makeTensor<float>({2, 4}, {1, -0.0f, 0, std::nanf(""), infinity, infinity, -infinity, 1});
    const auto statistics = *tensorStatistics(*ElementReader::of(tensor), {.channelAxis = 0});
    QCOMPARE(statistics.finite, std::uint64_t(4));
    QCOMPARE(statistics.nan, std::uint64_t(1));
    QCOMPARE(statistics.positiveInfinite, std::uint64_t(2));
    QCOMPARE(statistics.negativeInfinite, std::uint64_t(1));
    QCOMPARE(statistics.firstNonFinite, std::uint64_t(3));
    QCOMPARE(statistics.zeros, std::uint64_t(2));
    QCOMPARE(statistics.distinct, std::uint64_t(4)); // 1, 0 and the two infinities
    QCOMPARE(statistics.mean, 0.5);
    QCOMPARE(statistics.maximum, 1.0);
    const auto none = *tensorStatistics(*ElementReader::of(makeTensor<float>({2}, {std::nanf(""), infinity})));
    QVERIFY(std::isnan(none.mean) && std::isnan(none.minimum) && none.histogram.empty());
    const auto empty = *tensorStatistics(*ElementReader::of(makeTensor<float>({0, 3}, {})), {.channelAxis = 1});
    QCOMPARE(empty.count, std::uint64_t(0));
    const auto constant = *tensorStatistics(*ElementReader::of(makeTensor<float>({3}, {2, 2, 2})));
    QCOMPARE(constant.deviation, 0.0);
    QVERIFY(constant.histogramLower < 2 && constant.histogramUpper > 2);
}

void TensorStatisticsTest::samplesLargeTensors() {
    std::vector<float> values(1'000'000);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = float(i);
    const auto reader = *ElementReader::of(makeTensor<float>({1'000'000}, values));
    const auto statistics = *tensorStatistics(reader, {.sampleAbove = 500'000, .sampleSize = 100'000});
    QVERIFY(statistics.sampled());
    QVERIFY(statistics.examined > 90'000 && statistics.examined <= 100'000);
    QCOMPARE(statistics.minimum, 0.0);
    QCOMPARE(statistics.maximum, 999'999.0); // the last run is the tensor's end
    QVERIFY(std::abs(statistics.mean - 499'999.5) < 5'000);
}

void TensorStatisticsTest::stopsWhenAsked() {
    std::stop_source stop;
    stop.request_stop();
    Work work;
    work.stop = stop.get_token();
    const auto reader = *ElementReader::of(makeTensor<float>({100'000}, randomFloats(100'000, 1)));
    const auto statistics = tensorStatistics(reader, {}, work);
    QVERIFY(!statistics.ok() && isCancelled(statistics.error()));
}

void TensorStatisticsTest::quantileOfMagnitudes() {
    std::vector<float> values(10'000);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = float(i) / 10'000.0f * (i % 2 ? 1.0f : -1.0f);
    const auto statistics = *tensorStatistics(*ElementReader::of(makeTensor<float>({10'000}, values)), {.bins = 1000});
    QVERIFY(std::abs(statistics.magnitudeQuantile(0.5) - 0.5) < 0.01);
    QVERIFY(std::abs(statistics.magnitudeQuantile(1.0) - 1.0) < 0.01);
}

void TensorStatisticsTest::textsOfElements() {
    QCOMPARE(elementText(*makeTensor<float>({2}, {0.1f, -infinity}), 0), std::string("0.1"));
    QCOMPARE(elementText(*makeTensor<float>({2}, {0.1f, -infinity}), 1), std::string("-inf"));
    QCOMPARE(elementText(*makeScalar<std::int64_t>(9007199254740993), 0), std::string("9007199254740993"));
    QCOMPARE(elementText(*packed(DataType::Bool, {2}, {0, 1}), 1), std::string("true"));
    QCOMPARE(elementText(*packed(DataType::Int4, {2}, {0x8f}), 1), std::string("-8"));
    auto half = makeTensor(DataType::Float16, {1}, Blob::ofValues(std::vector<std::uint16_t>{floatToHalf(0.5f)}));
    QCOMPARE(elementText(*half, 0), std::string("0.5"));
    auto complex = makeTensor(DataType::Complex64, {1}, Blob::ofValues(std::vector<float>{1, -2}));
    QCOMPARE(elementText(*complex, 0), std::string("1-2i"));
    QCOMPARE(indexText({2, 3, 4}, 23), std::string("[1, 2, 3]"));
    QCOMPARE(indexText({}, 0), std::string("[]"));
}

QTEST_GUILESS_MAIN(TensorStatisticsTest)
#include "tst_tensorstatistics.moc"
