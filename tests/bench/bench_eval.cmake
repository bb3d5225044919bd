# SPDX-License-Identifier: GPL-3.0-or-later
lapidary_add_bench(bench_evaluate SOURCES bench_evaluate.cpp LINKS eval data onnx)
lapidary_add_bench(bench_quantize SOURCES bench_quantize.cpp LINKS eval data onnx pass plugin PRIVATE Qt6::Core)
add_dependencies(bench_quantize lapidary_quantize lapidary_simplify)
lapidary_add_bench(bench_prune SOURCES bench_prune.cpp LINKS eval data onnx pass plugin PRIVATE Qt6::Core)
add_dependencies(bench_prune lapidary_prune)
