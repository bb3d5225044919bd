# SPDX-License-Identifier: GPL-3.0-or-later
# lapidary_add_test(<name> SOURCES ... [LINKS rooms...] [PRIVATE libs...] [LABEL unit] [TIMEOUT s] [GUI])
# A Qt Test program run offscreen in the C locale with a private HOME.
function(lapidary_add_test name)
  cmake_parse_arguments(T "GUI" "LABEL;TIMEOUT" "SOURCES;LINKS;PRIVATE" ${ARGN})
  if(NOT T_LABEL)
    set(T_LABEL unit)
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  add_executable(${name} ${T_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  foreach(room IN LISTS T_LINKS)
    target_link_libraries(${name} PRIVATE Lapidary::${room})
  endforeach()
  target_link_libraries(${name} PRIVATE Qt6::Test ${T_PRIVATE})
  if(TARGET lapidary_test_support)
    target_link_libraries(${name} PRIVATE lapidary_test_support)
  endif()
  target_compile_definitions(${name} PRIVATE LAPIDARY_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    LAPIDARY_BINARY_DIR="${CMAKE_BINARY_DIR}" LAPIDARY_TEST_PLUGIN_DIR="${LAPIDARY_PLUGIN_DIR}"
    LAPIDARY_TEST_TRANSLATION_DIR="${CMAKE_BINARY_DIR}/translations")
  lapidary_use_pch(${name} ON)
  add_test(NAME ${name} COMMAND ${name})
  lapidary_test_environment(${name} ${T_LABEL} ${T_TIMEOUT})
endfunction()

# Sets what every test runs with: offscreen, C locale, a home of its own, a time limit and a label. Sanitizers make
# programs several times slower and get that much more time.
function(lapidary_test_environment name label timeout)
  set(home "${CMAKE_BINARY_DIR}/tests/home/${name}")
  file(MAKE_DIRECTORY "${home}")
  set(environment QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 QT_LOGGING_RULES= HOME=${home} XDG_CONFIG_HOME=${home}/config
      XDG_CACHE_HOME=${home}/cache XDG_DATA_HOME=${home}/data XDG_RUNTIME_DIR=${home}
      LAPIDARY_PLUGIN_PATH=${LAPIDARY_PLUGIN_DIR})
  if(LAPIDARY_SANITIZE)
    math(EXPR timeout "${timeout} * 5")
    set(folder "${CMAKE_SOURCE_DIR}/cmake/sanitizers")
    list(APPEND environment "LSAN_OPTIONS=suppressions=${folder}/leaks.supp:print_suppressions=0"
         "TSAN_OPTIONS=suppressions=${folder}/threads.supp:second_deadlock_stack=1" "UBSAN_OPTIONS=print_stacktrace=1")
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${label}" TIMEOUT ${timeout} ENVIRONMENT "${environment}")
endfunction()
