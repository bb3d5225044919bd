// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/cpufeatures.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace lapidary {

#if defined(__x86_64__) || defined(__i386__)
namespace {

/// AVX-VNNI, by Intel's manual: leaf 7, subleaf 1, EAX bit 4. Compilers do not all know its name.
bool hasAvxVnni() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1) != 0;
}

} // namespace
#endif

bool int8ProductsSaturate() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    return !__builtin_cpu_supports("avx512vnni") && !hasAvxVnni();
#else
    return false;
#endif
}

} // namespace lapidary
