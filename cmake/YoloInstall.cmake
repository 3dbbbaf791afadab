# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` brings: the command, libyolo with its plug-ins beside it, the public headers, the model and tracker
# YAML files, the licence, and a package so that find_package(yolo) works. The tree can be moved: every path is relative.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(plugins "")
get_property(plugin_folders GLOBAL PROPERTY YOLO_PLUGIN_FOLDERS)
foreach(folder IN LISTS plugin_folders)
  get_property(targets DIRECTORY ${PROJECT_SOURCE_DIR}/src/${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL MODULE_LIBRARY)
      list(APPEND plugins ${target})
    endif()
  endforeach()
endforeach()

# All that a user runs, without tests and benchmarks.
add_custom_target(yolo_product DEPENDS yolo_command yolo yolo_row ${plugins})

file(RELATIVE_PATH lib_from_bin ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(yolo ${plugins} PROPERTIES INSTALL_RPATH "$ORIGIN")
set_target_properties(yolo_command PROPERTIES INSTALL_RPATH "$ORIGIN/${lib_from_bin}")

install(TARGETS yolo EXPORT yoloTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS yolo_command RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS yolo_row RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(plugins)
  install(TARGETS ${plugins} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/yolo DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/models ${PROJECT_SOURCE_DIR}/trackers DESTINATION ${CMAKE_INSTALL_DATADIR}/yolo)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# oneDNN from .deps/ belongs to no package of the system, so it goes beside libyolo.
cmake_path(IS_PREFIX PROJECT_SOURCE_DIR ${oneDNN_LIBRARY} NORMALIZE onednn_is_ours)
if(onednn_is_ours)
  cmake_path(GET oneDNN_LIBRARY PARENT_PATH onednn_folder)
  install(FILES ${onednn_folder}/libdnnl.so.3 DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()

# So does LibTorch from .deps/: its CPU half and what that is linked against.
if(TARGET yolo_torch)
  cmake_path(IS_PREFIX PROJECT_SOURCE_DIR ${LibTorch_CPU_LIBRARY} NORMALIZE libtorch_is_ours)
  if(libtorch_is_ours)
    cmake_path(GET LibTorch_CPU_LIBRARY PARENT_PATH libtorch_folder)
    file(GLOB libtorch_files ${libtorch_folder}/*.so ${libtorch_folder}/*.so.*)
    install(FILES ${libtorch_files} DESTINATION ${CMAKE_INSTALL_LIBDIR})
  endif()
endif()

set(YOLO_MODELS_DIR ${CMAKE_INSTALL_DATADIR}/yolo/models)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/yolo)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/yoloConfig.cmake.in ${PROJECT_BINARY_DIR}/yoloConfig.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS YOLO_MODELS_DIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/yoloConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/yoloConfig.cmake ${PROJECT_BINARY_DIR}/yoloConfigVersion.cmake
        DESTINATION ${package_dir})
install(EXPORT yoloTargets NAMESPACE yolo:: DESTINATION ${package_dir})
add_library(yolo::yolo ALIAS yolo)
