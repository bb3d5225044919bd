// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/cpufeatures.h"

namespace lapidary {

bool int8ProductsSaturate() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    return !__builtin_cpu_supports("avx512vnni") && !__builtin_cpu_supports("avxvnni");
#else
    return false;
#endif
}

} // namespace lapidary
