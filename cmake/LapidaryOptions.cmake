# SPDX-License-Identifier: GPL-3.0-or-later
# Build options, compiler settings and where products go.
include(GNUInstallDirs)

option(LAPIDARY_BUILD_UI "Build the window and the programs; off: rooms, plugins and their tests only" ON)
option(LAPIDARY_BUILD_TESTS "Build the tests" ON)
option(LAPIDARY_BUILD_TRAINER "Build the sample trainer (needs libtorch)" OFF)
option(LAPIDARY_AGENT_ONLY "Build nothing but lapidary-agent, for another processor (see tools/setup-agent)" OFF)
option(LAPIDARY_FUZZ "Build the libFuzzer programs (needs clang)" OFF)
option(LAPIDARY_WERROR "Treat warnings as errors" OFF)
option(LAPIDARY_PCH "Use precompiled headers" OFF)
set(LAPIDARY_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
option(BUILD_SHARED_LIBS "Build rooms as shared libraries" ON)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Qt 6.4's moc stumbles over GCC 12's <concepts>, which <compare> and <ranges> include. Moc has no use for it: the header's
# own guard keeps it out of what moc reads.
set(CMAKE_AUTOMOC_MOC_OPTIONS -D_GLIBCXX_CONCEPTS)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(LAPIDARY_PLUGIN_DIR "${CMAKE_BINARY_DIR}/plugins")
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(LAPIDARY_CCACHE ccache)
if(LAPIDARY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${LAPIDARY_CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND LAPIDARY_PCH)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()
if(LAPIDARY_WERROR)
  # GCC 12's flow-sensitive warnings are wrong about std::variant and std::optional at -O3: shown, but no errors.
  add_compile_options(-Werror -Wno-error=maybe-uninitialized -Wno-error=array-bounds -Wno-error=stringop-overflow
                      -Wno-error=stringop-overread -Wno-error=restrict -Wno-error=dangling-pointer
                      -Wno-error=uninitialized -Wno-error=free-nonheap-object -Wno-error=use-after-free
                      -Wno-error=nonnull -Wno-error=format-truncation)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # These look at code after inlining, and GCC 12 at -O3 finds them inside std::variant and std::string where they are
  # not. The first two are nothing but noise; the others stay visible, without failing a build.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-error=array-bounds -Wno-error=stringop-overflow
                      -Wno-error=stringop-overread -Wno-error=dangling-pointer -Wno-error=free-nonheap-object)
endif()
if(LAPIDARY_SANITIZE)
  add_compile_options(-fsanitize=${LAPIDARY_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${LAPIDARY_SANITIZE})
  if(LAPIDARY_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
else()
  # A room that forgot to link to what it uses fails here and not in the first program that lacks it.
  add_link_options(-Wl,--no-undefined)
endif()
