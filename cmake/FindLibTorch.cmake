# SPDX-License-Identifier: Apache-2.0
# LibTorch 2.x for the plug-in libyolo_torch: from .deps/torch (the pip wheel's C++ half, put there by scripts/setup),
# from an unpacked libtorch or an installed wheel (-DLIBTORCH_ROOT=.../torch), or from a distribution's package.
# Torch's own package file is not used: on a CUDA build it insists on a CUDA toolkit that nothing here needs.
set(LIBTORCH_ROOT "" CACHE PATH "Folder with include/ and lib/ of LibTorch")
set(_hints ${LIBTORCH_ROOT} $ENV{LIBTORCH_ROOT} ${PROJECT_SOURCE_DIR}/.deps/torch)
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS ${_hints} PATH_SUFFIXES include)
find_library(LibTorch_CPU_LIBRARY NAMES torch_cpu HINTS ${_hints} PATH_SUFFIXES lib)
find_library(LibTorch_C10_LIBRARY NAMES c10 HINTS ${_hints} PATH_SUFFIXES lib)
find_library(LibTorch_CUDA_LIBRARY NAMES torch_cuda HINTS ${_hints} PATH_SUFFIXES lib)
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_CUDA_LIBRARY)
if(LibTorch_INCLUDE_DIR AND EXISTS ${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h)
  file(STRINGS ${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h _version REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH)")
  string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" LibTorch_VERSION "${_version}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
                                  VERSION_VAR LibTorch_VERSION REASON_FAILURE_MESSAGE "run scripts/setup first")
if(LibTorch_FOUND AND NOT TARGET LibTorch::torch)
  add_library(LibTorch::torch INTERFACE IMPORTED)
  # -idirafter: the wheel bundles headers of other libraries (fmt, ...) that must not hide the system's.
  set_target_properties(
    LibTorch::torch PROPERTIES
    INTERFACE_COMPILE_OPTIONS
    "SHELL:-idirafter ${LibTorch_INCLUDE_DIR};SHELL:-idirafter ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include"
    INTERFACE_LINK_LIBRARIES "${LibTorch_CPU_LIBRARY};${LibTorch_C10_LIBRARY}")
  if(LibTorch_CUDA_LIBRARY)
    # Nothing refers to it by name: it registers its kernels when it is loaded.
    target_link_libraries(LibTorch::torch INTERFACE -Wl,--no-as-needed ${LibTorch_CUDA_LIBRARY} -Wl,--as-needed)
    message(STATUS "LibTorch ${LibTorch_VERSION} with CUDA")
  endif()
endif()
