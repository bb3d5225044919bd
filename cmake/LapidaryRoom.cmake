# SPDX-License-Identifier: GPL-3.0-or-later
# A room is one CMake target, lapidary_<name>. The list below is the house from the ground up: a room may link
# only to rooms that stand before it. lapidary_check_layers() refuses a configuration that breaks this.
set(LAPIDARY_ROOMS_IN_ORDER
    base tensor
    graph
    onnx analysis pass runtime job
    data eval device device_latency device_link
    plots
    plugin project engine
    ui_theme ui_graphview ui_charts ui_models ui_forms ui_panels ui_dialogs ui_shell)

# lapidary_add_room(<name> SOURCES ... [LINKS rooms...] [PUBLIC libs...] [PRIVATE libs...] [QT])
# LINKS names rooms without the lapidary_ prefix; they are linked publicly. QT turns on moc/rcc.
function(lapidary_add_room name)
  cmake_parse_arguments(ROOM "QT" "" "SOURCES;LINKS;PUBLIC;PRIVATE" ${ARGN})
  set(target lapidary_${name})
  add_library(${target} ${ROOM_SOURCES})
  add_library(Lapidary::${name} ALIAS ${target})
  target_include_directories(${target} PUBLIC
    "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/core>" "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/lapidary>")
  foreach(other IN LISTS ROOM_LINKS)
    target_link_libraries(${target} PUBLIC lapidary_${other})
  endforeach()
  target_link_libraries(${target} PUBLIC ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE})
  if(ROOM_QT)
    set_target_properties(${target} PROPERTIES AUTOMOC ON AUTORCC ON)
    target_compile_definitions(${target} PUBLIC QT_NO_KEYWORDS PRIVATE QT_NO_CAST_FROM_ASCII)
  endif()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} VERSION ${PROJECT_VERSION} SOVERSION 0)
  set_property(TARGET ${target} PROPERTY LAPIDARY_ROOM_LINKS "${ROOM_LINKS}")
  set_property(GLOBAL APPEND PROPERTY LAPIDARY_ROOMS ${name})
  lapidary_use_pch(${target} "${ROOM_QT}")
endfunction()

# Rooms share two sets of precompiled headers: the standard library, and the same with Qt Core.
function(lapidary_use_pch target qt)
  if(NOT LAPIDARY_PCH)
    return()
  endif()
  set(headers <algorithm> <array> <atomic> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <mutex>
      <optional> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>)
  if(qt)
    list(APPEND headers <QObject> <QString> <QVector> <QHash>)
    if(target MATCHES "lapidary_ui" OR target MATCHES "tst_ui")
      list(APPEND headers <QWidget>)
    endif()
  endif()
  target_precompile_headers(${target} PRIVATE ${headers})
endfunction()
