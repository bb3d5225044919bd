// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/densealgebra.h"

#include "data/parallel.h"

#include <algorithm>
#include <cmath>

#include <cblas.h>

namespace lapidary {
namespace {

constexpr std::size_t tile = 256;

std::size_t tiles(std::size_t extent) {
    return (extent + tile - 1) / tile;
}
int i(std::size_t number) {
    return int(number);
}

/// Lower triangle of the Cholesky factor in place (right-looking, Golub and Van Loan, "Matrix computations", 4.2.9).
Status factor(std::vector<double>& a, std::size_t n, int threads, const Work& work) {
    for (std::size_t k = 0; k < n; k += tile) {
        if (auto status = work.check(); !status)
            return status;
        const std::size_t size = std::min(tile, n - k);
        double* corner = &a[k * n + k];
        for (std::size_t j = 0; j < size; ++j) {
            double* row = corner + j * n;
            const double square = row[j] - cblas_ddot(i(j), row, 1, row, 1);
            if (!(square > 0) || !std::isfinite(square))
                return errorDiagnostic("eval.singular", "A system of equations has no stable solution.");
            row[j] = std::sqrt(square);
            for (std::size_t r = j + 1; r < size; ++r)
                corner[r * n + j] = (corner[r * n + j] - cblas_ddot(i(j), corner + r * n, 1, row, 1)) / row[j];
        }
        const std::size_t below = n - k - size, blocks = tiles(below);
        parallelFor(blocks, threads, [&](std::size_t b) {
            const std::size_t begin = k + size + b * tile, rows = std::min(tile, n - begin);
            cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, i(rows), i(size), 1, corner,
                        i(n), &a[begin * n + k], i(n));
        });
        parallelFor(blocks * blocks, threads, [&](std::size_t index) {
            const std::size_t r = index / blocks, c = index % blocks;
            if (c > r || work.stopRequested())
                return;
            const std::size_t row = k + size + r * tile, column = k + size + c * tile;
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, i(std::min(tile, n - row)),
                        i(std::min(tile, n - column)), i(size), -1, &a[row * n + k], i(n), &a[column * n + k], i(n), 1,
                        &a[row * n + column], i(n));
        });
    }
    return work.check();
}

} // namespace

void addCross(const float* a, std::size_t widthA, const float* b, std::size_t widthB, std::size_t count, double* sums,
              int threads) {
    const std::size_t down = tiles(widthA), across = tiles(widthB);
    if (count == 0)
        return;
    parallelFor(down * across, threads, [&](std::size_t index) {
        const std::size_t r = index / across * tile, c = index % across * tile;
        const std::size_t rows = std::min(tile, widthA - r), columns = std::min(tile, widthB - c);
        std::vector<float> part(rows * columns);
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, i(rows), i(columns), i(count), 1, a + r, i(widthA), b + c,
                    i(widthB), 0, part.data(), i(columns));
        for (std::size_t y = 0; y < rows; ++y)
            for (std::size_t x = 0; x < columns; ++x)
                sums[(r + y) * widthB + c + x] += double(part[y * columns + x]);
    });
}

void addGram(const float* rows, std::size_t count, std::size_t width, double* sums, int threads) {
    const std::size_t blocks = tiles(width);
    if (count == 0)
        return;
    parallelFor(packedCount(blocks), threads, [&](std::size_t index) {
        std::size_t down = 0;
        while (packedCount(down + 1) <= index)
            ++down;
        const std::size_t r = down * tile, c = (index - packedCount(down)) * tile;
        const std::size_t height = std::min(tile, width - r), across = std::min(tile, width - c);
        std::vector<float> part(height * across);
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, i(height), i(across), i(count), 1, rows + r, i(width),
                    rows + c, i(width), 0, part.data(), i(across));
        for (std::size_t y = 0; y < height; ++y)
            for (std::size_t x = 0; x < std::min(across, r + y + 1 - c); ++x)
                sums[packedCount(r + y) + c + x] += double(part[y * across + x]);
    });
}

std::vector<double> unpacked(const std::vector<double>& lower, std::size_t width) {
    std::vector<double> matrix(width * width);
    for (std::size_t r = 0; r < width; r += tile)
        for (std::size_t c = 0; c <= r; c += tile)
            for (std::size_t y = r; y < std::min(width, r + tile); ++y)
                for (std::size_t x = c; x < std::min({width, c + tile, y + 1}); ++x)
                    matrix[x * width + y] = matrix[y * width + x] = lower[packedCount(y) + x];
    return matrix;
}

Status solvePositive(std::vector<double>& a, std::vector<double>& b, std::size_t n, std::size_t columns, int threads,
                     const Work& work) {
    if (auto status = factor(a, n, threads, work); !status)
        return status;
    parallelFor(tiles(columns), threads, [&](std::size_t block) {
        const std::size_t begin = block * tile, width = std::min(tile, columns - begin);
        for (const bool transposed : {false, true}) {
            if (work.stopRequested())
                return;
            cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, transposed ? CblasTrans : CblasNoTrans, CblasNonUnit,
                        i(n), i(width), 1, a.data(), i(n), b.data() + begin, i(columns));
        }
    });
    return work.check();
}

Status invertPositive(std::vector<double>& a, std::size_t n, int threads, const Work& work) {
    std::vector<double> unit(n * n, 0);
    for (std::size_t d = 0; d < n; ++d)
        unit[d * n + d] = 1;
    if (auto status = solvePositive(a, unit, n, n, threads, work); !status)
        return status;
    a = std::move(unit);
    return {};
}

void addProduct(double factorValue, const double* a, const double* b, double* c, std::size_t m, std::size_t k,
                std::size_t n, int threads) {
    if (m == 0 || k == 0 || n == 0)
        return;
    const std::size_t down = tiles(m), across = tiles(n);
    parallelFor(down * across, threads, [&](std::size_t index) {
        const std::size_t row = index / across * tile, column = index % across * tile;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, i(std::min(tile, m - row)),
                    i(std::min(tile, n - column)), i(k), factorValue, a + row * k, i(k), b + column, i(n), 1,
                    c + row * n + column, i(n));
    });
}

} // namespace lapidary
