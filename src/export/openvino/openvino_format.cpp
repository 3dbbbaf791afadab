// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>

#include "core/files.hpp"
#include "export/format.hpp"
#include "export/openvino/openvino_writer.hpp"

namespace yolo::exports {

namespace {

const Json& value_of(const Metadata& metadata, std::string_view key) {
    const auto found =
        std::find_if(metadata.begin(), metadata.end(), [&](const auto& entry) { return entry.first == key; });
    static const Json none;
    return found == metadata.end() ? none : found->second;
}

/// Names split on blanks by whoever reads them: blanks inside of one become '_'.
std::string labels(const Metadata& metadata) {
    std::string text;
    for (const Json& entry : value_of(metadata, "names")) {
        std::string name = entry.get<std::string>();
        std::replace_if(
            name.begin(), name.end(), [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }, '_');
        text += (text.empty() ? "" : " ") + name;
    }
    return text;
}

/// What OpenVINO's Model API opens a file by (anchors: its model_type chooses the class of its wrapper).
void add_model_info(IrModel& ir, const WriteRequest& request) {
    const graph::Graph& graph = request.network.graph;
    switch (graph.task) {
        case Task::segment:
            ir.info("model_type", "YOLO-seg");
            break;
        case Task::detect:
            ir.info("model_type", "YOLOv8");
            break;
        default:
            ir.info("model_type", "YOLO");
            break;
    }
    ir.info("reverse_input_channels", "YES");
    ir.info("pad_value", "114");
    ir.info("scale_values", "255");
    ir.info("iou_threshold", "0.7");
    ir.info("labels", labels(request.metadata));
    if (graph.task != Task::classify) ir.info("resize_type", "fit_to_window_letterbox");
}

void write_openvino(const WriteRequest& request, const std::filesystem::path& folder) {
    IrModel ir = openvino_model(
        request.network,
        {.batch = request.batch, .half = request.quantization == Quantization::fp16, .plan = request.plan});
    add_model_info(ir, request);
    write_file(folder / (request.stem + ".bin"), [&ir](const FileSink& sink) { ir.write_constants(sink); });
    write_file(folder / (request.stem + ".xml"), ir.xml());
    write_file(folder / "metadata.yaml", as_yaml(request.metadata));
}

}  // namespace

Format openvino_format() {
    return {.name = "openvino",
            .title = "OpenVINO",
            .suffix = "_openvino_model",
            .options = {"batch", "data", "dynamic", "quantize", "nms", "fraction"},
            .quantizations = {Quantization::fp32, Quantization::fp16, Quantization::int8},
            .int8_suffix = "_int8_openvino_model",
            .write = write_openvino,
            .files = {"*.xml", "*.bin", "metadata.yaml"}};
}

}  // namespace yolo::exports
