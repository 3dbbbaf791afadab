# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers and ccache, for our own targets only.
add_library(yolo_flags INTERFACE)
target_compile_options(yolo_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False positives of GCC 12 inside the standard library at -O2.
  target_compile_options(yolo_flags INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
                                              -Wno-dangling-pointer -Wno-maybe-uninitialized -Wno-stringop-overread)
endif()

if(YOLO_SANITIZE)
  add_compile_options(-fsanitize=${YOLO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${YOLO_SANITIZE})
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths below the source tree are hashed relative to it, so that another checkout finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  ${CCACHE_PROGRAM})
endif()
