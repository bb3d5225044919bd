# SPDX-License-Identifier: GPL-3.0-or-later
# The layer guard. lapidary_check_layers() runs at the end of the configuration and refuses
#   - a room that links to a room which does not stand before it in LAPIDARY_ROOMS_IN_ORDER,
#   - a plugin that links to the project, the engine or the window,
#   - an agent that links to more than base, tensor, runtime and device, or to Qt,
#   - a third-party library linked from a room it does not belong to.
# It reads the targets' final link lists, so links made behind lapidary_add_room's back count too.
# tests/checks/lint applies the same order to #include lines.

# Rooms that link to no Qt at all: they are fuzzed, or run on the agent.
set(LAPIDARY_ROOMS_WITHOUT_QT base tensor graph onnx runtime device_link)

# "regular expression of link items|rooms that may use them"; an empty right side means no room may.
set(LAPIDARY_RESERVED_LIBRARIES
    "^onnxruntime::|runtime"
    "^(ONNX::|onnx$|onnx_proto$|protobuf::libprotobuf$)|onnx"
    "^(protobuf::libprotobuf-lite|OpenSSL::)|device_link"
    "^opencv_|data"
    "^Qt6?::Sql|project"
    "^Qt6?::(Gui|Widgets|Svg|SvgWidgets|PrintSupport|OpenGL|OpenGLWidgets)|ui_.*"
    "^QCustomPlot|ui_charts")

# Names of the rooms among a target's link items, whichever way they were written.
function(lapidary_linked_rooms target result)
  get_target_property(links ${target} LINK_LIBRARIES)
  set(rooms "")
  foreach(link IN LISTS links)
    if(link MATCHES "(lapidary_|Lapidary::)([a-z_]+)" AND NOT CMAKE_MATCH_2 STREQUAL "test_support")
      list(APPEND rooms ${CMAKE_MATCH_2})
    endif()
  endforeach()
  set(${result} "${rooms}" PARENT_SCOPE)
endfunction()

# Refuses libraries that are reserved for other rooms. <owner> is the room's name, or "" for a plugin.
function(lapidary_check_reserved target owner)
  get_target_property(links ${target} LINK_LIBRARIES)
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^\\$<[A-Z_]+:(.*)>$" "\\1" link "${link}")
    if(link MATCHES "^Qt6?::" AND owner IN_LIST LAPIDARY_ROOMS_WITHOUT_QT)
      message(FATAL_ERROR "Qt refused: room '${owner}' links to ${link}; it must stay free of Qt.")
    endif()
    foreach(rule IN LISTS LAPIDARY_RESERVED_LIBRARIES)
      # The room pattern is what follows the last bar: bars also occur inside the library pattern.
      string(REGEX MATCH "^(.*)\\|([^|]*)$" unused "${rule}")
      set(library "${CMAKE_MATCH_1}")
      set(allowed "${CMAKE_MATCH_2}")
      if(link MATCHES "${library}" AND NOT owner MATCHES "^(${allowed})$")
        message(FATAL_ERROR "Library refused: '${target}' links to ${link}, which belongs to '${allowed}' only.")
      endif()
    endforeach()
  endforeach()
endfunction()

function(lapidary_check_layers)
  get_property(rooms GLOBAL PROPERTY LAPIDARY_ROOMS)
  foreach(room IN LISTS rooms)
    list(FIND LAPIDARY_ROOMS_IN_ORDER ${room} rank)
    if(rank EQUAL -1)
      message(FATAL_ERROR "Room without a floor: add '${room}' to LAPIDARY_ROOMS_IN_ORDER in cmake/LapidaryRoom.cmake.")
    endif()
    lapidary_linked_rooms(lapidary_${room} links)
    foreach(link IN LISTS links)
      list(FIND LAPIDARY_ROOMS_IN_ORDER ${link} other)
      if(other EQUAL -1 OR NOT other LESS rank)
        message(FATAL_ERROR "Upward link refused: room '${room}' links to '${link}', which does not stand below it.")
      endif()
    endforeach()
    lapidary_check_reserved(lapidary_${room} ${room})
  endforeach()

  get_property(plugins GLOBAL PROPERTY LAPIDARY_PLUGINS)
  foreach(plugin IN LISTS plugins)
    lapidary_linked_rooms(${plugin} links)
    foreach(link IN LISTS links)
      if(link MATCHES "^(project|engine|ui_.*)$")
        message(FATAL_ERROR "Plugin link refused: '${plugin}' links to '${link}'; plugins use floors 0 to 3 and 'plugin'.")
      endif()
    endforeach()
    lapidary_check_reserved(${plugin} "")
  endforeach()

  if(TARGET lapidary-agent)
    lapidary_linked_rooms(lapidary-agent links)
    foreach(link IN LISTS links)
      if(NOT link MATCHES "^(base|tensor|runtime|device_link)$")
        message(FATAL_ERROR "Agent link refused: lapidary-agent links to '${link}'; it uses base, tensor, runtime and "
                            "device_link only.")
      endif()
    endforeach()
    get_target_property(links lapidary-agent LINK_LIBRARIES)
    if(links MATCHES "Qt6?::")
      message(FATAL_ERROR "Qt refused: lapidary-agent links to Qt; it must stay free of it.")
    endif()
  endif()
endfunction()
