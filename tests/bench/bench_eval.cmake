# SPDX-License-Identifier: GPL-3.0-or-later
lapidary_add_bench(bench_evaluate SOURCES bench_evaluate.cpp LINKS eval data onnx)
lapidary_add_bench(bench_quantize SOURCES bench_quantize.cpp LINKS eval data onnx pass plugin PRIVATE Qt6::Core)
add_dependencies(bench_quantize lapidary_quantize lapidary_simplify)
lapidary_add_bench(bench_sparsity SOURCES bench_sparsity.cpp LINKS eval data onnx pass plugin PRIVATE Qt6::Core)
add_dependencies(bench_sparsity lapidary_sparsify lapidary_simplify)
lapidary_add_bench(bench_lowrank SOURCES bench_lowrank.cpp LINKS eval data onnx pass plugin PRIVATE Qt6::Core)
add_dependencies(bench_lowrank lapidary_factorize lapidary_simplify)
