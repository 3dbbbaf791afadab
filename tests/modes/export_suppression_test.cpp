// SPDX-License-Identifier: Apache-2.0
/// \file Suppression within exported files: the rows are those of our own NMS (golden/nms: ties, scores and
/// overlaps on the threshold, classes far from zero), whoever runs the file. The networks have no layer but
/// it.
#include <random>

#include <gtest/gtest.h>

#include "engines/exported/formats.hpp"
#include "engines/registry.hpp"
#include "export/format.hpp"
#include "modes/export_support.hpp"
#include "support/golden_case.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;

/// Decoded columns (N, 4 + nc + extra, A) and what is asked of them.
struct Columns {
    std::string name;
    Tensor values;
    int class_count = 0;
    graph::SuppressionRule rule;
    bool rotated = false;

    int extra() const { return static_cast<int>(values.dim(1)) - 4 - class_count; }
};

constexpr std::int64_t picture_width = 8;  // no reader takes it for channels

/// With anchors of zeros behind them, so that they fill a picture.
Tensor widened(const StoredTensor& stored) {
    const std::int64_t rows = stored.shape.at(0) * stored.shape.at(1), given = stored.shape.at(2);
    const std::int64_t anchors = (given + picture_width - 1) / picture_width * picture_width;
    Tensor tensor = Tensor::allocate(DType::f32, {stored.shape.at(0), stored.shape.at(1), anchors});
    const auto to = tensor.mutable_values<float>();
    std::fill(to.begin(), to.end(), 0.0F);
    const std::vector<float> from = stored.floats();
    for (std::int64_t row = 0; row < rows; ++row)
        std::copy_n(from.begin() + row * given, given, to.begin() + row * anchors);
    return tensor;
}

/// The cases of golden/nms that a file can do: the best class of a box, all classes.
std::vector<Columns> golden_columns() {
    std::vector<Columns> list;
    for (const GoldenCase& golden : golden_cases("nms")) {
        const auto& settings = golden.json.at("settings");
        const StoredTensor& stored = tensor(golden.tensors, "prediction");
        const int asked = settings.at("nc"),
                  classes = asked > 0 ? asked : static_cast<int>(stored.shape.at(1)) - 4;
        const bool multi_label = settings.at("multi_label").get<bool>() && classes > 1;
        if (multi_label || !settings.at("classes").is_null() || settings.value("end2end", false)) continue;
        list.push_back(
            {golden.name,
             widened(stored),
             classes,
             {settings.at("conf"), settings.at("iou"), settings.at("max_det"), settings.at("agnostic")},
             settings.at("rotated")});
    }
    return list;
}

/// Rotated boxes on a grid, more than are compared; equal scores.
Columns many_rotated() {
    constexpr std::int64_t anchors = 1504;
    Columns columns{
        "many_rotated", Tensor::allocate(DType::f32, {2, 7, anchors}), 2, {0.1F, 0.3, 40, false}, true};
    std::mt19937 random(3);
    const auto to = columns.values.mutable_values<float>();
    for (std::size_t i = 0; i < to.size(); ++i) {
        const auto channel = i / anchors % 7;
        const auto number = static_cast<float>(random() % 64);
        to[i] = channel < 2   ? number * 10
                : channel < 4 ? 8 + number
                : channel < 6 ? number / 64
                              : number / 20;
    }
    return columns;
}

/// images (N, 4 + nc + extra, A / 8, 8) -> rows.
graph::Network network_of(const Columns& columns, bool free) {
    const int channels = static_cast<int>(columns.values.dim(1)), extra = columns.extra();
    graph::Network network;
    graph::Graph& graph = network.graph;
    graph.nodes = {{"images", graph::Input{channels}, {}, 0, -1},
                   {"model.0.columns", graph::Reshape{{0, channels, -1}}, {0}, 1, 0}};
    graph.value_count = 2;
    graph.outputs = {1};
    graph.stage = graph::Stage::exporting;
    graph.class_count = columns.class_count;
    graph.task = columns.rotated ? Task::obb : Task::detect;
    if (!free)
        graph.fixed_size = graph::InputSize{static_cast<int>(columns.values.dim(2) / picture_width),
                                            static_cast<int>(picture_width)};
    graph::Head head;
    head.name = "model.0";
    head.decode.class_count = columns.class_count;
    head.decode.extra_channels = extra;
    head.decode.extra = columns.rotated ? graph::HeadExtra::angle
                        : extra > 0     ? graph::HeadExtra::mask_coefficients
                                        : graph::HeadExtra::none;
    graph.head = head;
    return graph::suppress(network, columns.rule);
}

engines::ModelSource written(const graph::Network& network, const char* format, const fs::path& folder,
                             std::int64_t batch, std::optional<int> opset) {
    const exports::Format& to = exports::find_format(format);
    const fs::path path = folder / ("model" + std::string(to.suffix));
    if (to.is_folder()) fs::create_directory(path);
    const bool free = !network.graph.fixed_size;
    const graph::InputSize size = network.graph.fixed_size.value_or(graph::InputSize{});
    const exports::Metadata metadata = {{"task", to_string(network.graph.task)},
                                        {"batch", batch},
                                        {"imgsz", Json{std::max(size.height, 1), std::max(size.width, 1)}},
                                        {"args", {{"nms", true}, {"dynamic", free}}}};
    to.write({.network = network, .metadata = metadata, .batch = static_cast<int>(batch), .opset = opset},
             path);
    return engines::open_exported(path, *engines::format_of_name(path.string()));
}

struct Runner {
    const char *name, *format, *engine;
    std::optional<int> opset = {};
    /// OpenVINO turns ONNX's operators into its own and does not keep to what ONNX says of equal scores (the
    /// lower index first) and of an overlap on the threshold (the box stays).
    bool keeps_ties = true;
};
std::ostream& operator<<(std::ostream& to, const Runner& runner) {
    return to << runner.name;
}

const std::vector<Runner> runners = {
    {"Reference", "", "reference"},
#ifdef YOLO_HAS_ONNXRUNTIME
    {"OnnxRuntime", "onnx", "onnxruntime"},
    {"OldestOpset", "onnx", "onnxruntime", 12},
    {"NewestOpset", "onnx", "onnxruntime", 23},
#endif
#ifdef YOLO_HAS_OPENVINO
    {"OpenvinoOnnx", "onnx", "openvino", std::nullopt, false},
    {"Openvino", "openvino", "openvino"},
#endif
#ifdef YOLO_HAS_TORCH
    {"Torch", "torchscript", "torch"},
#endif
};

class ExportSuppression : public ::testing::TestWithParam<Runner> {
  protected:
    static void compare(const Columns& columns, bool free) {
        const bool on_edge = columns.name.find("ties") != std::string::npos ||
                             columns.name.find("iou_on_threshold") != std::string::npos;
        if (on_edge && !GetParam().keeps_ties) return;
        SCOPED_TRACE(columns.name + (free ? ", any size" : ""));
        const Tensor expected =
            suppressed(columns.values, columns.class_count, columns.rule, columns.rotated);
        const graph::Network network = network_of(columns, free);
        const fs::path folder = scratch_dir();
        const Shape& shape = columns.values.shape();
        const auto engine = engines::make_engine(
            GetParam().engine,
            *GetParam().format == 0 ? engines::ModelSource(network)
                                    : written(network, GetParam().format, folder, shape[0], GetParam().opset),
            {.threads = 1});
        const Tensor images = Tensor::from({shape[0], shape[1], shape[2] / picture_width, picture_width},
                                           columns.values.values<float>());
        const std::vector<Tensor> outputs = engine->run({images, engines::Batch::Layout::nchw_rgb});
        ASSERT_EQ(outputs.size(), 1U);
        expect_rows_near(outputs[0], expected, 1e-4, columns.name);
        fs::remove_all(folder);
    }
};

TEST_P(ExportSuppression, GivesTheRowsOfOurOwn) {
    YOLO_REQUIRE_GOLDEN("nms");
    for (const Columns& columns : golden_columns()) compare(columns, false);
}

TEST_P(ExportSuppression, AlsoWhereTheSizeIsFree) {
    YOLO_REQUIRE_GOLDEN("nms");
    constexpr std::int64_t few = 300;  // anchors: fewer than rows, and quick
    for (const Columns& columns : golden_columns()) {
        if (columns.values.dim(2) < few) compare(columns, true);
    }
}

TEST_P(ExportSuppression, ComparesTheBestRotatedBoxes) {
    if (!GetParam().keeps_ties) return;
    compare(many_rotated(), false);
    compare(many_rotated(), true);
}

INSTANTIATE_TEST_SUITE_P(Runners, ExportSuppression, ::testing::ValuesIn(runners),
                         [](const auto& given) { return std::string(given.param.name); });

}  // namespace
}  // namespace yolo::test
