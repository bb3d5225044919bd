# SPDX-License-Identifier: GPL-3.0-or-later
lapidary_add_bench(bench_evaluate SOURCES bench_evaluate.cpp LINKS eval data onnx)
