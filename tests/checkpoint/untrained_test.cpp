// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/initialise.hpp"
#include "support/golden.hpp"

namespace yolo::test {
namespace {

using checkpoint::Checkpoint;

/// What a head's class branch starts with at a stride.
double prior(int classes, int stride) {
    return std::log(5.0 / classes / std::pow(640.0 / stride, 2));
}

float first(const Checkpoint& model, const std::string& name) {
    return model.weights.at(name).values<float>()[0];
}

TEST(Untrained, BiasesOfTheHeadExpectFewObjects) {
    const Checkpoint model = checkpoint::load("yolov8n.yaml");
    const double expected[] = {-11.5366, -10.1503, -8.7641};  // ln(5 / 80 / cells)
    for (int level = 0; level < 3; ++level) {
        const std::string index = std::to_string(level);
        EXPECT_NEAR(first(model, "model.22.cv3." + index + ".2.bias"), expected[level], 1e-4);
        EXPECT_NEAR(first(model, "model.22.cv3." + index + ".2.bias"), prior(80, 8 << level), 1e-4);
        EXPECT_EQ(first(model, "model.22.cv2." + index + ".2.bias"), 2.0F);
    }
    const auto projection = model.weights.at("model.22.dfl.conv.weight").values<float>();
    for (std::size_t i = 0; i < projection.size(); ++i) EXPECT_EQ(projection[i], static_cast<float>(i));
}

TEST(Untrained, WeightsAreUniformWithinTheirBound) {
    const Checkpoint model = checkpoint::load("yolov8n.yaml");
    const Tensor& weight = model.weights.at("model.7.conv.weight");  // (256, 128, 3, 3)
    const double bound = 1 / std::sqrt(128.0 * 9);
    double sum = 0, squares = 0, largest = 0;
    for (const float value : weight.values<float>()) {
        sum += value;
        squares += double{value} * value;
        largest = std::max(largest, std::abs(double{value}));
    }
    const auto count = static_cast<double>(weight.elements());
    EXPECT_LE(largest, bound);
    EXPECT_GT(largest, 0.999 * bound);
    EXPECT_NEAR(sum / count, 0, 4 * bound / std::sqrt(3 * count));
    EXPECT_NEAR(squares / count, bound * bound / 3, 0.01 * bound * bound);
    EXPECT_EQ(first(model, "model.0.bn.weight"), 1.0F);
    EXPECT_EQ(first(model, "model.0.bn.running_var"), 1.0F);
    EXPECT_EQ(first(model, "model.0.bn.bias"), 0.0F);
}

TEST(Untrained, NumbersFollowFromTheSeed) {
    const Checkpoint model = checkpoint::load("yolov8n.yaml");
    const graph::Weights same = checkpoint::initial_weights(model.graph, 0),
                         other = checkpoint::initial_weights(model.graph, 1);
    const std::string name = "model.0.conv.weight";
    const auto equal = [&](const Tensor& a, const Tensor& b) {
        return std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
    };
    EXPECT_TRUE(equal(model.weights.at(name), same.at(name)));
    EXPECT_FALSE(equal(model.weights.at(name), other.at(name)));
    EXPECT_FALSE(equal(model.weights.at("model.2.m.0.cv1.conv.weight"),
                       model.weights.at("model.2.m.0.cv2.conv.weight")));
}

TEST(Untrained, EveryTaskIsComplete) {
    for (const char* file :
         {"yolov8n.yaml", "yolov8n-seg.yaml", "yolov8n-pose.yaml", "yolov8n-obb.yaml", "yolov8n-cls.yaml"}) {
        const Checkpoint model = checkpoint::load(file);
        for (const auto& [name, shape] : graph::parameter_shapes(model.graph)) {
            ASSERT_TRUE(model.weights.contains(name)) << file << " " << name;
            EXPECT_EQ(model.weights.at(name).shape(), shape) << name;
        }
        EXPECT_EQ(model.weights.size(), graph::parameter_shapes(model.graph).size()) << file;
        EXPECT_EQ(model.info.names->at(0), "0");
    }
}

TEST(Untrained, SurvivesOurLayout) {
    const Checkpoint model = checkpoint::load("yolov8n-pose.yaml");
    const auto path = scratch_dir() / "new.safetensors";
    checkpoint::save_safetensors(path, model);
    const Checkpoint again = checkpoint::load(path);
    EXPECT_EQ(again.info.kpt_shape, (std::array<int, 2>{17, 3}));
    EXPECT_EQ(again.weights.size(), model.weights.size());
}

}  // namespace
}  // namespace yolo::test
