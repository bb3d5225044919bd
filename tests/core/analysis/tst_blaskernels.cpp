// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels behind dense products suit the processor, and compute what they should.
#include "analysis/blaskernels.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <Eigen/Core>

#include <QTest>

#include <cmath>

using namespace lapidary;

class TestBlasKernels : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void areNotTheOldestOnANewProcessor();
    void productsAreRight();
};

void TestBlasKernels::areNotTheOldestOnANewProcessor() {
    const std::string name = blasKernels();
    if (name.empty() || qEnvironmentVariableIsSet("OPENBLAS_CORETYPE"))
        QSKIP("Another BLAS, or kernels that someone chose.");
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        QVERIFY2(name != "Prescott", name.c_str());
#endif
}

void TestBlasKernels::productsAreRight() {
    constexpr Eigen::Index n = 83, k = 129, m = 67;
    const auto numbers = test::randomFloats(std::size_t(n * k + k * m), 5);
    const Eigen::MatrixXd a = Eigen::Map<const Eigen::MatrixXf>(numbers.data(), n, k).cast<double>();
    const Eigen::MatrixXd b = Eigen::Map<const Eigen::MatrixXf>(numbers.data() + n * k, k, m).cast<double>();
    const Eigen::MatrixXd c = a * b;
    for (Eigen::Index i = 0; i < n; ++i)
        for (Eigen::Index j = 0; j < m; ++j) {
            double sum = 0;
            for (Eigen::Index l = 0; l < k; ++l)
                sum += a(i, l) * b(l, j);
            QVERIFY(std::fabs(sum - c(i, j)) < 1e-10);
        }
}

QTEST_GUILESS_MAIN(TestBlasKernels)
#include "tst_blaskernels.moc"
