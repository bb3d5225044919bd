# SPDX-License-Identifier: GPL-3.0-or-later
# The target 'workbench': what ./run needs (programs, plugins, translations) without tests and tools.
add_custom_target(workbench)
get_property(_plugins GLOBAL PROPERTY LAPIDARY_PLUGINS)
foreach(_target lapidary lapidary-cli lapidary-agent lapidary_languages ${_plugins})
  if(TARGET ${_target})
    add_dependencies(workbench ${_target})
  endif()
endforeach()
