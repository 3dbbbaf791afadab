# SPDX-License-Identifier: Apache-2.0
# A room is one folder of src/. It is compiled once (an object library) and linked into libyolo and into its tests.
#
#   yolo_room(graph DEPS core LINK yaml-cpp)      every .cpp of the folder, recursively
#   yolo_room_test(graph)                         tests/graph/*.cpp -> test_graph, linked to the room and its DEPS

function(yolo_room name)
  cmake_parse_arguments(ROOM "" "" "DEPS;LINK;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  foreach(pattern IN LISTS ROOM_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX ${pattern})
  endforeach()
  if(NOT sources)
    message(FATAL_ERROR "src/${name} has no sources")
  endif()
  add_library(yolo_${name} OBJECT ${sources})
  target_include_directories(yolo_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src
                                                 $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
  target_link_libraries(yolo_${name} PRIVATE yolo_flags PUBLIC ${ROOM_LINK})
  set(closure ${name})
  foreach(dep IN LISTS ROOM_DEPS)
    target_link_libraries(yolo_${name} PUBLIC yolo_${dep})
    get_property(dep_closure GLOBAL PROPERTY YOLO_ROOM_CLOSURE_${dep})
    list(APPEND closure ${dep_closure})
  endforeach()
  list(REMOVE_DUPLICATES closure)
  set_property(GLOBAL PROPERTY YOLO_ROOM_CLOSURE_${name} ${closure})
endfunction()

# Links a target to a room and to everything that the room stands on.
function(yolo_link_room target room)
  get_property(closure GLOBAL PROPERTY YOLO_ROOM_CLOSURE_${room})
  foreach(name IN LISTS closure)
    target_link_libraries(${target} PRIVATE yolo_${name})
  endforeach()
endfunction()

function(yolo_room_test room)
  cmake_parse_arguments(TEST "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.cpp)
  if(NOT TARGET yolo_torch)
    list(FILTER sources EXCLUDE REGEX /torch/)
  endif()
  if(NOT sources)
    return()
  endif()
  add_executable(test_${room} ${sources})
  yolo_link_room(test_${room} ${room})
  target_include_directories(test_${room} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${room} PRIVATE yolo_flags yolo_test_support ${TEST_LINK})
  yolo_discover_tests(test_${room} "${room}/")
endfunction()

# Each test of a program is one of ctest's.
function(yolo_discover_tests target prefix)
  gtest_discover_tests(${target} TEST_PREFIX ${prefix} DISCOVERY_MODE PRE_TEST
                       PROPERTIES TIMEOUT 300 ENVIRONMENT OMP_WAIT_POLICY=passive SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
endfunction()
