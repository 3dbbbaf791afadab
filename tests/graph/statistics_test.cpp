// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <ostream>

#include <gtest/gtest.h>

#include "graph/model_spec.hpp"
#include "graph/passes.hpp"
#include "graph/weights_for.hpp"

namespace yolo::graph {

namespace {

/// What the field's users know of a model. Zero: not stated.
struct Known {
    const char* file;
    int classes;
    int layers, fused_layers;
    std::int64_t parameters, fused_parameters;
    double gflops, fused_gflops;
    std::size_t entries;  // of the state dict
    double gflops_224 = 0, fused_gflops_224 = 0;
};

void PrintTo(const Known& known, std::ostream* out) {
    *out << known.file;
}

// clang-format off
const Known table[] = {
    {"yolov8n.yaml", 80, 129, 72, 3157200, 3151904, 8.86, 8.74, 355},
    {"yolov8s.yaml", 80, 129, 72, 11166560, 11156544, 28.81, 28.60, 355},
    {"yolov8m.yaml", 80, 169, 92, 25902640, 25886080, 79.31, 78.94, 475},
    {"yolov8l.yaml", 80, 209, 112, 43691520, 43668288, 165.73, 165.15, 595},
    {"yolov8x.yaml", 80, 209, 112, 68229648, 68200608, 258.54, 257.80, 595},
    {"yolov8n-seg.yaml", 80, 151, 85, 3409968, 3404320, 12.14, 12.00, 417},
    {"yolov8s-seg.yaml", 80, 151, 85, 11821056, 11810560, 40.34, 40.09, 417},
    {"yolov8m-seg.yaml", 80, 191, 105, 27285968, 27268704, 104.98, 104.54, 537},
    {"yolov8l-seg.yaml", 80, 231, 125, 45997728, 45973568, 211.06, 210.39, 657},
    {"yolov8x-seg.yaml", 80, 231, 125, 71827888, 71797696, 329.19, 328.36, 657},
    {"yolov8n-pose.yaml", 1, 144, 81, 3295470, 3289964, 9.29, 9.18, 397},
    {"yolov8s-pose.yaml", 1, 144, 81, 11626046, 11615724, 30.40, 30.19, 397},
    {"yolov8m-pose.yaml", 1, 184, 101, 26464462, 26447596, 81.41, 81.02, 517},
    {"yolov8l-pose.yaml", 1, 224, 121, 44489196, 44465580, 169.14, 168.55, 637},
    {"yolov8x-pose.yaml", 1, 224, 121, 69491724, 69462204, 263.95, 263.21, 637},
    {"yolov8n-cls.yaml", 1000, 56, 30, 2719288, 2715880, 3.36, 3.29, 158, .414, .405},
    {"yolov8s-cls.yaml", 1000, 56, 30, 6361736, 6356200, 12.59, 12.45, 158, 1.544, 1.527},
    {"yolov8m-cls.yaml", 1000, 80, 42, 17053336, 17043656, 41.89, 41.64, 230, 5.134, 5.103},
    {"yolov8l-cls.yaml", 1000, 104, 54, 37480744, 37465576, 99.12, 98.71, 302, 12.145, 12.095},
    {"yolov8x-cls.yaml", 1000, 104, 54, 57422840, 57404200, 154.31, 153.80, 302, 18.905, 18.843},
    {"yolov8n-obb.yaml", 15, 144, 81, 3085440, 3080144, 8.45, 8.34, 397},
    {"yolov8s-obb.yaml", 15, 144, 81, 11427584, 11417376, 29.66, 29.44, 397},
    {"yolov8m-obb.yaml", 15, 184, 101, 26425600, 26408752, 81.25, 80.87, 517},
    {"yolov8l-obb.yaml", 15, 224, 121, 44490240, 44466624, 169.15, 168.56, 637},
    {"yolov8x-obb.yaml", 15, 224, 121, 69493056, 69463536, 263.96, 263.22, 637},
    {"yolov8n-p2.yaml", 80, 160, 0, 3354144, 0, 17.43, 0, 437},
    {"yolov8s-p2.yaml", 80, 160, 0, 10884336, 0, 39.67, 0, 437},
    {"yolov8m-p2.yaml", 80, 208, 0, 25082496, 0, 98.98, 0, 581},
    {"yolov8l-p2.yaml", 80, 256, 0, 42888080, 0, 206.27, 0, 725},
    {"yolov8x-p2.yaml", 80, 256, 0, 66637536, 0, 317.98, 0, 725},
    {"yolov8n-p6.yaml", 80, 170, 0, 4984352, 0, 8.85, 0, 467},
    {"yolov8s-p6.yaml", 80, 170, 0, 17911792, 0, 28.73, 0, 467},
    {"yolov8m-p6.yaml", 80, 222, 0, 44887488, 0, 83.46, 0, 623},
    {"yolov8l-p6.yaml", 80, 274, 0, 62384016, 0, 167.85, 0, 779},
    {"yolov8x-p6.yaml", 80, 274, 0, 97423072, 0, 261.84, 0, 779},
    {"yolov8n-ghost.yaml", 80, 237, 0, 1865316, 0, 5.80, 0, 559},
    {"yolov8s-ghost.yaml", 80, 237, 0, 5960072, 0, 16.42, 0, 559},
    {"yolov8m-ghost.yaml", 80, 357, 0, 10336312, 0, 32.72, 0, 799},
    {"yolov8l-ghost.yaml", 80, 477, 0, 14277872, 0, 53.72, 0, 1039},
    {"yolov8x-ghost.yaml", 80, 477, 0, 22229308, 0, 83.28, 0, 1039},
    {"yolov8n-seg-p6.yaml", 80, 197, 0, 5302816, 0, 12.13, 0, 543},
    {"yolov8n-pose-p6.yaml", 1, 190, 0, 5182152, 0, 9.28, 0, 523},
};
// clang-format on

class KnownModel : public testing::TestWithParam<Known> {
  protected:
    Graph build() const {
        return build_graph(read_model_spec(GetParam().file), {.class_count = GetParam().classes});
    }
};

constexpr double rounding = 0.005 + 1e-6;  // of the table, two decimals

TEST_P(KnownModel, has_the_known_size) {
    const Known& known = GetParam();
    const Graph graph = build();
    const GraphStatistics numbers = statistics(graph, 640);
    EXPECT_EQ(numbers.layers, known.layers);
    EXPECT_EQ(numbers.parameters, known.parameters);
    EXPECT_EQ(numbers.gradients, known.parameters - (graph.task == Task::classify ? 0 : 16));
    EXPECT_NEAR(numbers.gflops, known.gflops, rounding);
    EXPECT_EQ(parameter_shapes(graph).size(), known.entries);

    std::int64_t by_layer = 0;
    for (const Layer& layer : graph.layers) by_layer += layer.parameters;
    EXPECT_EQ(by_layer, known.parameters);
    if (known.gflops_224 > 0) {
        EXPECT_NEAR(statistics(graph, 224).gflops, known.gflops_224, rounding / 10);
    }
}

class KnownFusedModel : public KnownModel {};

TEST_P(KnownFusedModel, has_the_known_size) {
    const Known& known = GetParam();
    const Graph graph = build();
    const Graph fused = to_inference(graph, test::zero_weights(graph)).graph;
    const GraphStatistics numbers = statistics(fused, 640);
    EXPECT_EQ(numbers.layers, known.fused_layers);
    EXPECT_EQ(numbers.parameters, known.fused_parameters);
    EXPECT_EQ(numbers.gradients, 0);
    EXPECT_NEAR(numbers.gflops, known.fused_gflops, rounding);
    if (known.fused_gflops_224 > 0) {
        EXPECT_NEAR(statistics(fused, 224).gflops, known.fused_gflops_224, rounding / 10);
    }
}

std::vector<Known> with_fused_numbers() {
    std::vector<Known> some;
    for (const Known& known : table) {
        if (known.fused_layers > 0) some.push_back(known);
    }
    return some;
}

std::string test_name(const testing::TestParamInfo<Known>& model) {
    std::string name = std::filesystem::path(model.param.file).stem();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, KnownModel, testing::ValuesIn(table), test_name);
INSTANTIATE_TEST_SUITE_P(Official, KnownFusedModel, testing::ValuesIn(with_fused_numbers()), test_name);

}  // namespace

}  // namespace yolo::graph
