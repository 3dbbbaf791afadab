# SPDX-License-Identifier: Apache-2.0
# YAML files become part of the library, so that `yolov8n-seg.yaml` and `coco8.yaml` work anywhere.
#
#   yolo_embed(graph shipped_models models)
#
# adds to the room graph a source that defines graph::shipped_models(), which its header
# graph/shipped_models.hpp declares: the files models/*.yaml.

function(yolo_embed room function folder)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.yaml)
  set(entries "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    file(READ ${file} text)
    string(APPEND entries "    {\"${name}\", R\"yaml(${text})yaml\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(source ${PROJECT_BINARY_DIR}/generated/${function}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// SPDX-License-Identifier: Apache-2.0
// Made by cmake/YoloEmbed.cmake from @folder@/*.yaml.
#include "@room@/@function@.hpp"

namespace yolo::@room@ {

namespace {
constexpr ShippedFile files_of_@function@[] = {
@entries@};
} // namespace

std::span<const ShippedFile> @function@() { return files_of_@function@; }

} // namespace yolo::@room@
]])
  target_sources(yolo_${room} PRIVATE ${source})
endfunction()
