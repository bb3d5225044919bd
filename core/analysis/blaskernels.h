// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lapidary {

/// OpenBLAS chooses its kernels by the processor's model number when it is loaded, and falls back to those of 2004 for
/// a model made after it; that makes products four times slower than the processor allows. Where that has happened, the
/// kernels are chosen anew by what the processor can do (AVX-512, AVX2), when this library is loaded: before main().
/// Nothing happens where OPENBLAS_CORETYPE is set or another BLAS is linked.
///
/// OpenBLAS' own threads are switched off: results would depend on their number. Callers spread tiles instead.

/// Name of the processor family whose kernels are used; empty where unknown. Any thread.
const char* blasKernels();

} // namespace lapidary
