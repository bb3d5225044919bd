# SPDX-License-Identifier: GPL-3.0-or-later
# Finds the three OpenCV modules in use: through OpenCV's own package if it is there (an OpenCV of one's own: OpenCV_DIR),
# else one by one. Debian's package file comes with all of OpenCV's modules, and brings two hundred packages along.
find_package(OpenCV 4.5 QUIET COMPONENTS core imgproc imgcodecs)
if(OpenCV_FOUND)
  return()
endif()
find_path(LAPIDARY_OPENCV_INCLUDE_DIR opencv2/imgcodecs.hpp PATH_SUFFIXES opencv4)
if(NOT LAPIDARY_OPENCV_INCLUDE_DIR)
  message(FATAL_ERROR "OpenCV was not found. Run tools/setup, or set OpenCV_DIR.")
endif()
foreach(_module core imgproc imgcodecs)
  find_library(LAPIDARY_OPENCV_${_module} opencv_${_module} REQUIRED)
  add_library(opencv_${_module} SHARED IMPORTED GLOBAL)
  set_target_properties(opencv_${_module} PROPERTIES IMPORTED_LOCATION "${LAPIDARY_OPENCV_${_module}}"
    INTERFACE_INCLUDE_DIRECTORIES "${LAPIDARY_OPENCV_INCLUDE_DIR}")
endforeach()
set_property(TARGET opencv_imgproc PROPERTY INTERFACE_LINK_LIBRARIES opencv_core)
set_property(TARGET opencv_imgcodecs PROPERTY INTERFACE_LINK_LIBRARIES opencv_imgproc)
