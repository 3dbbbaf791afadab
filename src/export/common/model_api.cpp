// SPDX-License-Identifier: Apache-2.0
#include "export/common/model_api.hpp"

#include <algorithm>

namespace yolo::exports {

namespace {

/// Names split on blanks by whoever reads them: blanks inside of one become '_'.
std::string labels(const Metadata& metadata) {
    const auto names =
        std::ranges::find_if(metadata, [](const auto& entry) { return entry.first == "names"; });
    if (names == metadata.end()) return {};
    std::string text;
    for (const Json& entry : names->second) {
        std::string name = entry.get<std::string>();
        std::ranges::replace_if(
            name, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }, '_');
        text += (text.empty() ? "" : " ") + name;
    }
    return text;
}

std::string model_type(const graph::Graph& graph) {
    if (graph.task == Task::classify) return "Classification";
    const bool suppresses = std::ranges::any_of(graph.nodes, [](const graph::Node& node) {
        return std::holds_alternative<graph::NonMaxSuppression>(node.op);
    });
    if (!suppresses && graph.task == Task::detect) return "YOLOv8";
    return !suppresses && graph.task == Task::segment ? "YOLO-seg" : "YOLO";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> model_api_info(const graph::Graph& graph,
                                                                const Metadata& metadata) {
    const bool classify = graph.task == Task::classify;
    std::vector<std::pair<std::string, std::string>> info = {
        {"model_type", model_type(graph)}, {"reverse_input_channels", "YES"}, {"pad_value", "114"},
        {"scale_values", "255"},           {"iou_threshold", "0.7"},          {"labels", labels(metadata)}};
    info.emplace_back("resize_type", classify ? "crop" : "fit_to_window_letterbox");
    return info;
}

}  // namespace yolo::exports
