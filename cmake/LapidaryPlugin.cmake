# SPDX-License-Identifier: GPL-3.0-or-later
# lapidary_add_plugin(<target> METADATA file.json SOURCES ... [LINKS rooms...] [PRIVATE libs...])
# Builds a module into LAPIDARY_PLUGIN_DIR (build/<preset>/plugins). Q_PLUGIN_METADATA embeds the metadata file.
# The same function serves plugins of this tree and, through find_package(Lapidary), plugins outside of it.
function(lapidary_add_plugin target)
  cmake_parse_arguments(PLUGIN "" "METADATA" "SOURCES;LINKS;PRIVATE" ${ARGN})
  if(PLUGIN_UNPARSED_ARGUMENTS OR NOT PLUGIN_SOURCES)
    message(FATAL_ERROR "lapidary_add_plugin(${target}): give SOURCES; unknown arguments: '${PLUGIN_UNPARSED_ARGUMENTS}'")
  endif()
  add_library(${target} MODULE ${PLUGIN_SOURCES})
  set_target_properties(${target} PROPERTIES AUTOMOC ON PREFIX "" LIBRARY_OUTPUT_DIRECTORY "${LAPIDARY_PLUGIN_DIR}"
    AUTOMOC_MOC_OPTIONS -D_GLIBCXX_CONCEPTS) # Qt 6.4's moc stumbles over GCC 12's <concepts>
  # Two plugins may have types of one name; they must not meet at run time.
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(PLUGIN_METADATA)
    set_property(TARGET ${target} APPEND PROPERTY AUTOGEN_TARGET_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${PLUGIN_METADATA}")
    set_property(SOURCE ${PLUGIN_SOURCES} APPEND PROPERTY OBJECT_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${PLUGIN_METADATA}")
  endif()
  foreach(room IN LISTS PLUGIN_LINKS)
    target_link_libraries(${target} PRIVATE Lapidary::${room})
  endforeach()
  target_link_libraries(${target} PRIVATE Lapidary::plugin Qt6::Core ${PLUGIN_PRIVATE})
  target_compile_definitions(${target} PRIVATE QT_NO_KEYWORDS)
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
  set_property(GLOBAL APPEND PROPERTY LAPIDARY_PLUGINS ${target})
  if(COMMAND lapidary_use_pch)
    lapidary_use_pch(${target} ON)
  endif()
endfunction()
