# SPDX-License-Identifier: Apache-2.0
# The model descriptions of models/ become part of the library, so that `yolov8n-seg.yaml` works anywhere.
#
#   yolo_embed_models(yolo_graph)      adds a source with graph::shipped_models()

function(yolo_embed_models target)
  file(GLOB models CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/models/*.yaml)
  set(entries "")
  foreach(model IN LISTS models)
    get_filename_component(name ${model} NAME)
    file(READ ${model} text)
    string(APPEND entries "    {\"${name}\", R\"yaml(${text})yaml\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${model})
  endforeach()
  set(source ${PROJECT_BINARY_DIR}/generated/shipped_models.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// SPDX-License-Identifier: Apache-2.0
// Made by cmake/YoloEmbed.cmake from models/*.yaml.
#include "graph/shipped_models.hpp"

namespace yolo::graph {

namespace {
constexpr ShippedModel models[] = {
@entries@};
} // namespace

std::span<const ShippedModel> shipped_models() { return models; }

} // namespace yolo::graph
]])
  target_sources(${target} PRIVATE ${source})
endfunction()
