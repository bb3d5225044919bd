# SPDX-License-Identifier: GPL-3.0-or-later
# Finds ONNX Runtime 1.21 or newer: ONNXRUNTIME_ROOT (include/ and lib/), else the copy that tools/setup-onnxruntime
# puts under build/third_party/onnxruntime, else the system's libonnxruntime-dev. Gives onnxruntime::onnxruntime, and
# ONNXRUNTIME_IS_SYSTEM when the library needs no copy next to ours.
set(ONNXRUNTIME_ROOT "$ENV{ONNXRUNTIME_ROOT}" CACHE PATH "Folder with ONNX Runtime's include/ and lib/")
if(DEFINED ENV{ONNXRUNTIME_ROOT})
  set(_ort_wanted "$ENV{ONNXRUNTIME_ROOT}")
else()
  set(_ort_wanted "${ONNXRUNTIME_ROOT}")
endif()
if(NOT _ort_wanted STREQUAL LAPIDARY_ONNXRUNTIME_FOUND_FOR)
  unset(ONNXRUNTIME_INCLUDE_DIR CACHE)
  unset(ONNXRUNTIME_LIBRARY CACHE)
  set(ONNXRUNTIME_ROOT "${_ort_wanted}" CACHE PATH "" FORCE)
endif()
if(ONNXRUNTIME_ROOT)
  set(_ort_places "${ONNXRUNTIME_ROOT}")
else()
  set(_ort_places "${CMAKE_SOURCE_DIR}/build/third_party/onnxruntime")
endif()

find_path(ONNXRUNTIME_INCLUDE_DIR onnxruntime_cxx_api.h HINTS ${_ort_places} PATH_SUFFIXES include include/onnxruntime onnxruntime)
find_library(ONNXRUNTIME_LIBRARY NAMES libonnxruntime.so.1 onnxruntime HINTS ${_ort_places} PATH_SUFFIXES lib)
if(NOT ONNXRUNTIME_INCLUDE_DIR OR NOT ONNXRUNTIME_LIBRARY)
  message(FATAL_ERROR "ONNX Runtime was not found. Run tools/setup, which fetches it, "
                      "or set ONNXRUNTIME_ROOT to a folder with include/ and lib/.")
endif()
file(STRINGS "${ONNXRUNTIME_INCLUDE_DIR}/onnxruntime_c_api.h" _ort_version REGEX "^#define ORT_API_VERSION [0-9]+")
string(REGEX MATCH "[0-9]+$" _ort_version "${_ort_version}")
if(NOT _ort_version OR _ort_version LESS 21)
  message(FATAL_ERROR "ONNX Runtime 1.21 or newer is needed; ${ONNXRUNTIME_INCLUDE_DIR} has 1.${_ort_version}. "
                      "Run tools/setup, which fetches a newer one, or set ONNXRUNTIME_ROOT.")
endif()
set(LAPIDARY_ONNXRUNTIME_FOUND_FOR "${_ort_wanted}" CACHE INTERNAL "ONNXRUNTIME_ROOT of the last search")

set(ONNXRUNTIME_IS_SYSTEM OFF)
if(ONNXRUNTIME_LIBRARY MATCHES "^/(usr/)?lib")
  set(ONNXRUNTIME_IS_SYSTEM ON)
endif()
if(NOT TARGET onnxruntime::onnxruntime)
  add_library(onnxruntime::onnxruntime SHARED IMPORTED GLOBAL)
  set_target_properties(onnxruntime::onnxruntime PROPERTIES
    IMPORTED_LOCATION "${ONNXRUNTIME_LIBRARY}" IMPORTED_SONAME "libonnxruntime.so.1"
    INTERFACE_INCLUDE_DIRECTORIES "${ONNXRUNTIME_INCLUDE_DIR}")
endif()
