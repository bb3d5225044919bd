# SPDX-License-Identifier: GPL-3.0-or-later
# Finds ONNX Runtime: ONNXRUNTIME_ROOT (include/ and lib/), a system libonnxruntime-dev, or the copy that
# tools/setup puts under build/third_party/onnxruntime. Gives the target onnxruntime::onnxruntime.
set(ONNXRUNTIME_ROOT "$ENV{ONNXRUNTIME_ROOT}" CACHE PATH "Folder with ONNX Runtime's include/ and lib/")
set(_ort_hints "${ONNXRUNTIME_ROOT}" "${CMAKE_SOURCE_DIR}/build/third_party/onnxruntime")

find_path(ONNXRUNTIME_INCLUDE_DIR onnxruntime_cxx_api.h HINTS ${_ort_hints} PATH_SUFFIXES include include/onnxruntime)
find_library(ONNXRUNTIME_LIBRARY NAMES libonnxruntime.so.1 onnxruntime HINTS ${_ort_hints} PATH_SUFFIXES lib)
if(NOT ONNXRUNTIME_INCLUDE_DIR OR NOT ONNXRUNTIME_LIBRARY)
  message(FATAL_ERROR "ONNX Runtime was not found. Run ./run or tools/setup, which fetch it, "
                      "or set ONNXRUNTIME_ROOT to a folder with include/ and lib/.")
endif()
if(NOT TARGET onnxruntime::onnxruntime)
  add_library(onnxruntime::onnxruntime SHARED IMPORTED GLOBAL)
  set_target_properties(onnxruntime::onnxruntime PROPERTIES
    IMPORTED_LOCATION "${ONNXRUNTIME_LIBRARY}" IMPORTED_SONAME "libonnxruntime.so.1"
    INTERFACE_INCLUDE_DIRECTORIES "${ONNXRUNTIME_INCLUDE_DIR}")
endif()
