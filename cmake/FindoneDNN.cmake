# SPDX-License-Identifier: Apache-2.0
# oneDNN 3.x: from .deps/onednn (unpacked there by scripts/setup), or a distribution's libdnnl-dev from 3.0 on.
find_path(oneDNN_INCLUDE_DIR oneapi/dnnl/dnnl.hpp HINTS ${PROJECT_SOURCE_DIR}/.deps/onednn/include)
find_library(oneDNN_LIBRARY NAMES dnnl HINTS ${PROJECT_SOURCE_DIR}/.deps/onednn/lib)
if(oneDNN_INCLUDE_DIR)
  file(STRINGS ${oneDNN_INCLUDE_DIR}/oneapi/dnnl/dnnl_version.h _dnnl_version
       REGEX "#define DNNL_VERSION_(MAJOR|MINOR|PATCH)")
  string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" oneDNN_VERSION
                       "${_dnnl_version}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(oneDNN REQUIRED_VARS oneDNN_LIBRARY oneDNN_INCLUDE_DIR
                                  VERSION_VAR oneDNN_VERSION REASON_FAILURE_MESSAGE "run scripts/setup first")
if(oneDNN_FOUND AND oneDNN_VERSION VERSION_LESS 3)
  message(FATAL_ERROR "oneDNN ${oneDNN_VERSION} has the removed 2.x API: 3.x is needed (scripts/setup brings it)")
endif()
if(oneDNN_FOUND AND NOT TARGET oneDNN::dnnl)
  add_library(oneDNN::dnnl SHARED IMPORTED)
  set_target_properties(oneDNN::dnnl PROPERTIES IMPORTED_LOCATION ${oneDNN_LIBRARY}
                                                INTERFACE_INCLUDE_DIRECTORIES ${oneDNN_INCLUDE_DIR})
endif()
