# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed, and where:
#   bin/                              the programs
#   lib/                              the rooms, and ONNX Runtime next to them when it is the copy we fetched
#   lib/lapidary/plugins/             the plugins
#   include/lapidary/                 headers of the rooms that plugins may use (floors 0 to 3, and plugin)
#   lib/cmake/Lapidary/               LapidaryConfig.cmake, for find_package(Lapidary) and lapidary_add_plugin()
#   share/lapidary/                   resources and translations; share/doc/lapidary: licences and documents
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(LAPIDARY_INSTALL_PLUGIN_DIR "${CMAKE_INSTALL_LIBDIR}/lapidary/plugins")
set(LAPIDARY_INSTALL_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/Lapidary")

# Run-time search paths are relative, so that the installed tree can be moved.
function(lapidary_install_rpath target relative)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "${relative}")
endfunction()

# Headers of one room. Those that need a library which plugins may not use, directly or through another header, are the
# room's own affair and stay at home.
function(lapidary_install_headers folder)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/core" "${folder}/*.h")
  set(private "[<\"](onnxruntime|cpu_provider|opencv|google/protobuf|openssl|[A-Za-z0-9_]+[.]pb[.]h|onnx/onnx|QSql)")
  set(changed TRUE)
  while(changed)
    set(changed FALSE)
    foreach(header IN LISTS headers)
      file(STRINGS "${CMAKE_SOURCE_DIR}/core/${header}" includes REGEX "^ *# *include")
      if("${includes}" MATCHES "${private}")
        list(REMOVE_ITEM headers "${header}")
        string(REPLACE "." "\\." pattern "${header}")
        string(APPEND private "|[<\"]${pattern}[>\"]")
        set(changed TRUE)
      endif()
    endforeach()
  endwhile()
  foreach(header IN LISTS headers)
    get_filename_component(inside "${header}" DIRECTORY)
    install(FILES "${CMAKE_SOURCE_DIR}/core/${header}" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lapidary/${inside})
  endforeach()
endfunction()

# Rooms that are not for plugins (project, engine, the window) are installed without headers and without a place in the
# package.
function(lapidary_install_rooms)
  get_property(rooms GLOBAL PROPERTY LAPIDARY_ROOMS)
  foreach(room IN LISTS rooms)
    set(target lapidary_${room})
    lapidary_install_rpath(${target} "$ORIGIN")
    get_target_property(folder ${target} SOURCE_DIR)
    file(RELATIVE_PATH inside "${CMAKE_SOURCE_DIR}/core" "${folder}")
    if(inside MATCHES "^(\\.\\.|project|engine)(/|$)")
      install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} NAMELINK_SKIP
              ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    else()
      install(TARGETS ${target} EXPORT LapidaryTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
              ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
      lapidary_install_headers("${folder}")
    endif()
  endforeach()
endfunction()

function(lapidary_install_plugins)
  file(RELATIVE_PATH up "/${LAPIDARY_INSTALL_PLUGIN_DIR}" "/${CMAKE_INSTALL_LIBDIR}")
  get_property(plugins GLOBAL PROPERTY LAPIDARY_PLUGINS)
  foreach(plugin IN LISTS plugins)
    lapidary_install_rpath(${plugin} "$ORIGIN/${up}")
    install(TARGETS ${plugin} LIBRARY DESTINATION ${LAPIDARY_INSTALL_PLUGIN_DIR})
  endforeach()
endfunction()

function(lapidary_install_programs)
  file(RELATIVE_PATH over "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
  foreach(program lapidary lapidary-cli lapidary-agent)
    if(TARGET ${program})
      lapidary_install_rpath(${program} "$ORIGIN/${over}")
      install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    endif()
  endforeach()
endfunction()

# The copy that tools/setup-onnxruntime fetched goes along; one that belongs to the system stays where it is.
function(lapidary_install_onnxruntime)
  if(ONNXRUNTIME_IS_SYSTEM)
    return()
  endif()
  install(PROGRAMS "${ONNXRUNTIME_LIBRARY}" DESTINATION ${CMAKE_INSTALL_LIBDIR} RENAME libonnxruntime.so.1)
  cmake_path(GET ONNXRUNTIME_INCLUDE_DIR PARENT_PATH folder)
  foreach(notice LICENSE ThirdPartyNotices.txt)
    if(EXISTS "${folder}/${notice}")
      install(FILES "${folder}/${notice}" DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lapidary/onnxruntime)
    endif()
  endforeach()
endfunction()

function(lapidary_install_package)
  configure_package_config_file("${CMAKE_SOURCE_DIR}/cmake/LapidaryConfig.cmake.in"
    "${CMAKE_BINARY_DIR}/cmake/LapidaryConfig.cmake" INSTALL_DESTINATION ${LAPIDARY_INSTALL_CMAKE_DIR}
    PATH_VARS LAPIDARY_INSTALL_PLUGIN_DIR)
  write_basic_package_version_file("${CMAKE_BINARY_DIR}/cmake/LapidaryConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
  install(FILES "${CMAKE_BINARY_DIR}/cmake/LapidaryConfig.cmake" "${CMAKE_BINARY_DIR}/cmake/LapidaryConfigVersion.cmake"
                "${CMAKE_SOURCE_DIR}/cmake/LapidaryPlugin.cmake"
          DESTINATION ${LAPIDARY_INSTALL_CMAKE_DIR})
  get_property(rooms GLOBAL PROPERTY LAPIDARY_ROOMS)
  if(rooms)
    install(EXPORT LapidaryTargets NAMESPACE Lapidary:: DESTINATION ${LAPIDARY_INSTALL_CMAKE_DIR})
  endif()
  install(FILES LICENSE README.md ARCHITECTURE.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lapidary)
endfunction()

lapidary_install_rooms()
lapidary_install_plugins()
lapidary_install_programs()
lapidary_install_onnxruntime()
lapidary_install_package()
