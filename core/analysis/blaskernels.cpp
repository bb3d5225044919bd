// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/blaskernels.h"

#include <cstdlib>
#include <string_view>

extern "C" {
__attribute__((weak)) void openblas_set_num_threads(int count);
__attribute__((weak)) char* openblas_get_corename();
__attribute__((weak)) void gotoblas_dynamic_init();
__attribute__((weak)) void gotoblas_dynamic_quit();
}

namespace lapidary {
namespace {

constexpr const char* choice = "OPENBLAS_CORETYPE";

/// The best family that this processor can run; null: none better than the fallback.
const char* capableOf() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return nullptr;
}

void chooseKernels() {
    if (openblas_set_num_threads)
        openblas_set_num_threads(1);
    const char* better = capableOf();
    if (!better || std::getenv(choice) || !gotoblas_dynamic_init || !gotoblas_dynamic_quit ||
        blasKernels() != std::string_view("Prescott"))
        return;
    setenv(choice, better, 1);
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    unsetenv(choice);
}

[[maybe_unused]] const bool chosen = (chooseKernels(), true);

} // namespace

const char* blasKernels() {
    return openblas_get_corename ? openblas_get_corename() : "";
}

} // namespace lapidary
