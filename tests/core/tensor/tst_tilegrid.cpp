// SPDX-License-Identifier: GPL-3.0-or-later
// Where elements stand in the picture of a tensor, against index arithmetic written out.
#include "tensor/tilegrid.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

ElementReader counting(const Shape& shape) {
    std::vector<float> values(std::size_t(*elementCount(shape)));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = float(i);
    return *ElementReader::of(makeTensor<float>(shape, std::move(values)));
}

GridRegion all(const TileGrid& grid) {
    return {0, 0, double(grid.cellColumns()), double(grid.cellRows())};
}

/// Every element of the grid, each exactly once?
bool showsEachOnce(const TileGrid& grid, std::int64_t first, std::int64_t count) {
    std::multiset<std::int64_t> seen;
    for (std::int64_t row = 0; row < grid.cellRows(); ++row)
        for (std::int64_t column = 0; column < grid.cellColumns(); ++column)
            if (const auto element = grid.elementAt(row, column); element >= 0)
                seen.insert(element);
    return std::int64_t(seen.size()) == count && *seen.begin() == first && *seen.rbegin() == first + count - 1 &&
           std::set<std::int64_t>(seen.begin(), seen.end()).size() == seen.size();
}

} // namespace

class TileGridTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void matrixIsItself();
    void kernelsStandByChannels();
    void depthwiseIsWrapped();
    void oneChannelOfEitherAxis();
    void everyRank();
    void rasterShowsCells();
    void rasterKeepsTheStrongest();
    void rasterOutsideIsBackground();
};

void TileGridTest::matrixIsItself() {
    const auto grid = wholeTensorGrid({3, 5});
    QCOMPARE(grid.cellRows(), std::int64_t(3));
    QCOMPARE(grid.cellColumns(), std::int64_t(5));
    QCOMPARE(grid.elementAt(2, 4), std::int64_t(14));
    QCOMPARE(grid.elementAt(3, 0), std::int64_t(-1));
    QCOMPARE(grid.elementAt(0, 5), std::int64_t(-1));
}

void TileGridTest::kernelsStandByChannels() {
    const auto grid = wholeTensorGrid({4, 3, 2, 5});
    QCOMPARE(grid.cellRows(), std::int64_t(4 * 3 - 1));
    QCOMPARE(grid.cellColumns(), std::int64_t(3 * 6 - 1));
    for (int o = 0; o < 4; ++o)
        for (int i = 0; i < 3; ++i)
            for (int y = 0; y < 2; ++y)
                for (int x = 0; x < 5; ++x)
                    QCOMPARE(grid.elementAt(o * 3 + y, i * 6 + x), std::int64_t(((o * 3 + i) * 2 + y) * 5 + x));
    QCOMPARE(grid.elementAt(2, 0), std::int64_t(-1)); // the gap
}

void TileGridTest::depthwiseIsWrapped() {
    const auto grid = wholeTensorGrid({32, 1, 3, 3});
    QVERIFY(grid.columns > 4 && grid.rows > 3 && grid.rows * grid.columns >= 32);
    QVERIFY(showsEachOnce(grid, 0, 32 * 9));
}

void TileGridTest::oneChannelOfEitherAxis() {
    const Shape shape{4, 6, 3, 3};
    QVERIFY(showsEachOnce(kernelGrid(shape, 0, 2), 2 * 54, 54));
    const auto input = kernelGrid(shape, 1, 5);
    QCOMPARE(input.tiles, std::int64_t(4));
    QCOMPARE(input.elementAt(0, 0), std::int64_t(5 * 9));
    QCOMPARE(input.elementAt(0, 4), std::int64_t((6 + 5) * 9));
}

void TileGridTest::everyRank() {
    for (const Shape& shape : {Shape{}, Shape{7}, Shape{1, 1}, Shape{6, 5}, Shape{4, 3, 5}, Shape{2, 3, 2, 2, 3},
                               Shape{1, 5, 2, 2}, Shape{3, 4, 1, 1}})
        QVERIFY2(showsEachOnce(wholeTensorGrid(shape), 0, *elementCount(shape)), shapeText(shape).c_str());
    QVERIFY(wholeTensorGrid({0, 3}).empty());
    QVERIFY(wholeTensorGrid({2, 3, 0, 3}).empty());
}

void TileGridTest::rasterShowsCells() {
    const auto reader = counting({3, 2, 2, 2});
    const auto grid = wholeTensorGrid(reader.shape());
    const auto raster = *rasterize(reader, grid, all(grid), int(grid.cellColumns()) * 4, int(grid.cellRows()) * 4);
    QVERIFY(!raster.thinned);
    for (int y = 0; y < raster.height; ++y)
        for (int x = 0; x < raster.width; ++x) {
            const auto place = std::size_t(y * raster.width + x);
            const auto element = grid.elementAt(y / 4, x / 4);
            QCOMPARE(raster.elements[place], element);
            QCOMPARE(raster.values[place], element >= 0 ? float(element) : 0.0f);
        }
}

void TileGridTest::rasterKeepsTheStrongest() {
    auto values = randomFloats(40 * 40, 3);
    values[17 * 40 + 21] = -1000;
    const auto reader = *ElementReader::of(makeTensor<float>({40, 40}, values));
    const auto grid = wholeTensorGrid({40, 40});
    const auto raster = *rasterize(reader, grid, all(grid), 10, 10, 16);
    QVERIFY(!raster.thinned);
    for (int y = 0; y < 10; ++y)
        for (int x = 0; x < 10; ++x) {
            float strongest = 0;
            for (int i = 0; i < 16; ++i)
                if (const float value = values[std::size_t((y * 4 + i / 4) * 40 + x * 4 + i % 4)];
                    std::abs(value) > std::abs(strongest))
                    strongest = value;
            QCOMPARE(raster.values[std::size_t(y * 10 + x)], strongest);
        }
    QCOMPARE(raster.elements[4 * 10 + 5], std::int64_t(17 * 40 + 21));
    const auto thin = *rasterize(reader, grid, all(grid), 4, 4, 4);
    QVERIFY(thin.thinned);
    values[0] = std::nanf("");
    const auto broken = *rasterize(*ElementReader::of(makeTensor<float>({40, 40}, values)), grid, all(grid), 10, 10);
    QVERIFY(std::isnan(broken.values[0]));
    QCOMPARE(broken.elements[0], std::int64_t(0));
}

void TileGridTest::rasterOutsideIsBackground() {
    const auto reader = counting({4, 4});
    const auto raster = *rasterize(reader, wholeTensorGrid({4, 4}), {-4, -4, 8, 8}, 16, 16);
    QCOMPARE(raster.elements[0], std::int64_t(-1));
    QCOMPARE(raster.elements[8 * 16 + 8], std::int64_t(0));
    QCOMPARE(raster.elements[15 * 16 + 15], std::int64_t(15));
}

QTEST_GUILESS_MAIN(TileGridTest)
#include "tst_tilegrid.moc"
