# SPDX-License-Identifier: GPL-3.0-or-later
# The target 'workbench': what ./run needs (programs, plugins, languages) without tests and tools.
add_custom_target(workbench)
get_property(_plugins GLOBAL PROPERTY LAPIDARY_PLUGINS)
foreach(_target lapidary lapidary-cli lapidary-agent lapidary_languages ${_plugins})
  if(TARGET ${_target})
    add_dependencies(workbench ${_target})
  endif()
endforeach()

# Programs look for their data in ../share/lapidary. In the build tree that is a link to the sources.
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/share/lapidary")
foreach(_folder sample devices)
  file(CREATE_LINK "${CMAKE_SOURCE_DIR}/resources/${_folder}" "${CMAKE_BINARY_DIR}/share/lapidary/${_folder}" SYMBOLIC)
endforeach()
