# SPDX-License-Identifier: GPL-3.0-or-later
# What the engine and the programs take, against the figures that they must reach.
lapidary_add_bench(bench_open SOURCES bench_open.cpp LINKS engine ui_models ui_graphview PRIVATE Qt6::Gui)
lapidary_add_bench(bench_layout SOURCES graph/bench_layout.cpp graph/dotlayout.cpp graph/drawingquality.cpp graph/film.cpp
  LINKS engine ui_models ui_graphview PRIVATE Qt6::Gui)
lapidary_add_bench(bench_preview SOURCES bench_preview.cpp LINKS engine)
lapidary_add_bench(bench_profile SOURCES bench_profile.cpp LINKS engine)
lapidary_add_bench(bench_latencymodel SOURCES bench_latencymodel.cpp LINKS engine)
add_dependencies(bench_latencymodel lapidary_host)
add_dependencies(bench_preview lapidary_prune)
add_dependencies(bench_profile lapidary_host)
if(TARGET lapidary)
  lapidary_add_bench(bench_coldstart SOURCES bench_coldstart.cpp PRIVATE Qt6::Core)
  target_compile_definitions(bench_coldstart PRIVATE LAPIDARY_PROGRAM="$<TARGET_FILE:lapidary>")
  add_dependencies(bench_coldstart lapidary)
endif()
