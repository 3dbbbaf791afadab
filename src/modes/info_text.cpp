// SPDX-License-Identifier: Apache-2.0
#include "modes/info_text.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace yolo::modes {

namespace {

constexpr std::size_t names_shown = 10;

std::string grouped(std::int64_t number) {  // 3157200 -> "3,157,200"
    std::string text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string from_text(const std::vector<int>& from) {
    return from.size() == 1 ? std::to_string(from[0]) : fmt::format("[{}]", fmt::join(from, ", "));
}

std::string megabytes(std::size_t bytes) {
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace

std::string layer_table(const graph::Graph& graph) {
    constexpr const char* row = "{:>3}  {:>16}  {:>3}  {:>10}  {:<15}  {}\n";
    std::string text = fmt::format(row, "", "from", "n", "params", "module", "arguments");
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
        const graph::Layer& layer = graph.layers[i];
        text += fmt::format(row, i, from_text(layer.from), layer.repeats, layer.parameters, layer.type,
                            layer.arguments);
    }
    return text;
}

std::string summary_line(const graph::Graph& graph, const graph::GraphStatistics& statistics) {
    return fmt::format("{} summary{}: {} layers, {} parameters, {} gradients, {:.1f} GFLOPs\n", graph.name,
                       graph.stage == graph::Stage::training ? "" : " (fused)", statistics.layers,
                       grouped(statistics.parameters), grouped(statistics.gradients), statistics.gflops);
}

std::string class_text(const ModelInfo& info) {
    std::string text = std::to_string(info.class_count());
    for (std::size_t i = 0; info.names && i < std::min(info.names->size(), names_shown); ++i)
        text += fmt::format("{} {} {}", i == 0 ? ":" : ",", i, (*info.names)[i]);
    if (static_cast<std::size_t>(info.class_count()) > names_shown) text += ", ...";
    return text;
}

std::vector<std::string> preprocessing_text(const ModelInfo& info, Size size) {
    const auto [height, width] = size;
    std::vector<std::string> steps;
    if (info.task != Task::classify) {
        steps = {fmt::format("letterbox: scale by min({} / height, {} / width), up or down, bilinear", height,
                             width),
                 fmt::format(
                     "centre, pad with grey 114 to {} x {}; or, when the pictures of a batch have one size "
                     "(rect), to multiples of {}",
                     height, width, info.max_stride())};
    } else if (height == width) {
        steps = {fmt::format("short side resized to {}, bilinear, antialiased", height),
                 fmt::format("the {} x {} pixels in the middle", height, width)};
    } else {
        steps = {fmt::format("resized to {} x {}, bilinear, antialiased", height, width)};
    }
    steps.push_back(fmt::format("RGB, value / 255 (0..1); no mean, no deviation; (N, {}, {}, {}) float32",
                                info.channels, height, width));
    return steps;
}

std::string engine_text(const engines::EngineReport& report, Size size, int threads) {
    if (report.weight_bytes() == 0)  // a library that does not tell
        return fmt::format("{} ({}), {}, {} thread{}", report.engine(), report.version(), report.precision(),
                           threads, threads == 1 ? "" : "s");
    return fmt::format("{}, {}, {}, {} thread{}; at {} x {}: arena {}, prepared weights {}", report.engine(),
                       report.precision(), report.instructions(), threads, threads == 1 ? "" : "s",
                       size.height, size.width, megabytes(report.arena_bytes()),
                       megabytes(report.weight_bytes()));
}

}  // namespace yolo::modes
