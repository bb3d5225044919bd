# SPDX-License-Identifier: GPL-3.0-or-later
# LAPIDARY_AGENT_ONLY: nothing but lapidary-agent, for another processor than this one. tools/setup-agent calls it with a
# toolchain and LAPIDARY_AGENT_SYSROOT, a folder with the static libraries and headers of protobuf-lite, OpenSSL and zstd.
set(BUILD_SHARED_LIBS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

find_package(Threads REQUIRED)
find_program(LAPIDARY_PROTOC protoc REQUIRED)
find_path(LAPIDARY_EIGEN Eigen/Core PATHS /usr/include/eigen3 REQUIRED NO_CMAKE_FIND_ROOT_PATH)
include(OnnxRuntime)

add_executable(protobuf::protoc IMPORTED)
set_target_properties(protobuf::protoc PROPERTIES IMPORTED_LOCATION "${LAPIDARY_PROTOC}")
add_library(Eigen3::Eigen INTERFACE IMPORTED)
target_include_directories(Eigen3::Eigen SYSTEM INTERFACE "${LAPIDARY_EIGEN}")

# lapidary_sysroot_library(<target> <file name> <header that must be there>)
function(lapidary_sysroot_library target name header)
  file(GLOB library "${LAPIDARY_AGENT_SYSROOT}/usr/lib/*/${name}" "${LAPIDARY_AGENT_SYSROOT}/lib/${name}")
  file(GLOB folders LIST_DIRECTORIES TRUE "${LAPIDARY_AGENT_SYSROOT}/usr/include" "${LAPIDARY_AGENT_SYSROOT}/usr/include/*-linux-gnu*")
  if(NOT library OR NOT EXISTS "${LAPIDARY_AGENT_SYSROOT}/usr/include/${header}")
    message(FATAL_ERROR "${name} or ${header} is missing under ${LAPIDARY_AGENT_SYSROOT}; run tools/setup-agent.")
  endif()
  add_library(${target} STATIC IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION "${library}")
  target_include_directories(${target} SYSTEM INTERFACE ${folders})
endfunction()
lapidary_sysroot_library(protobuf::libprotobuf-lite libprotobuf-lite.a google/protobuf/message_lite.h)
lapidary_sysroot_library(OpenSSL::SSL libssl.a openssl/ssl.h)
lapidary_sysroot_library(OpenSSL::Crypto libcrypto.a openssl/evp.h)
lapidary_sysroot_library(PkgConfig::ZSTD libzstd.a zstd.h)

include(LapidaryRoom)
foreach(room base tensor graph runtime device device/link)
  add_subdirectory(core/${room})
endforeach()
add_subdirectory(app/agent)
