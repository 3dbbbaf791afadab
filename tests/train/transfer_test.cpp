// SPDX-License-Identifier: Apache-2.0
#include "train/transfer.hpp"

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "checkpoint/initialise.hpp"
#include "support/golden.hpp"

namespace yolo::train {
namespace {

std::vector<std::string> numbered(int count) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back("thing " + std::to_string(i));
    return names;
}

/// A model that was "trained": other fresh weights.
checkpoint::Checkpoint trained(const std::string& yaml, std::vector<std::string> names,
                               std::uint64_t seed = 9) {
    return start_network(checkpoint::load(yaml), nullptr, {.names = std::move(names), .seed = seed}).model;
}

bool equal(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && std::equal(a.raw(), a.raw() + a.bytes(), b.raw());
}

std::vector<float> row_of(const Tensor& tensor, std::size_t row) {
    const auto values = tensor.values<float>();
    const std::size_t width = values.size() / static_cast<std::size_t>(tensor.dim(0));
    const auto part = values.subspan(row * width, width);
    return {part.begin(), part.end()};
}

TEST(Transfer, FreshWeightsFollowTheSeed) {
    const Transfer a =
        start_network(checkpoint::load("yolov8n.yaml"), nullptr, {.names = numbered(3), .seed = 1});
    EXPECT_EQ(a.model.graph.class_count, 3);
    EXPECT_EQ(a.model.spec.yaml["nc"], 3);
    EXPECT_EQ(a.model.info.class_count(), 3);
    EXPECT_EQ(a.message(), "");
    const Transfer b =
        start_network(checkpoint::load("yolov8n.yaml"), nullptr, {.names = numbered(3), .seed = 2});
    EXPECT_FALSE(equal(a.model.weights.at("model.0.conv.weight"), b.model.weights.at("model.0.conv.weight")));
}

TEST(Transfer, AllOfAModelForTheSameClasses) {
    const auto source = trained("yolov8n.yaml", numbered(80));
    const Transfer moved = start_network(source, &source, {.names = numbered(80)});
    EXPECT_EQ(moved.message(), "Transferred 355/355 items from pretrained weights");
    for (const auto& [name, tensor] : source.weights)
        EXPECT_TRUE(equal(tensor, moved.model.weights.at(name))) << name;
}

TEST(Transfer, OtherClassesKeepTheWidthOfTheClassBranch) {
    const auto source = trained("yolov8n.yaml", numbered(80));
    ASSERT_EQ(source.weights.at("model.22.cv3.0.0.conv.weight").dim(0), 80);
    std::vector<std::string> names{" Thing 7", "other"};
    const Transfer moved = start_network(source, &source, {.names = names});
    EXPECT_EQ(moved.model.weights.at("model.22.cv3.0.0.conv.weight").dim(0), 80);  // 64 without a source
    EXPECT_EQ(moved.message(), "Transferred 349/355 items from pretrained weights");
    EXPECT_EQ(moved.partly, 6);
    const std::string last = "model.22.cv3.1.2.weight";
    EXPECT_EQ(row_of(moved.model.weights.at(last), 0), row_of(source.weights.at(last), 7));
    const auto fresh = checkpoint::initial_weights(moved.model.graph, 0);
    EXPECT_EQ(row_of(moved.model.weights.at(last), 1), row_of(fresh.at(last), 1));

    const Transfer plain = start_network(source, &source, {.names = names, .remap_classes = false});
    EXPECT_EQ(row_of(plain.model.weights.at(last), 0), row_of(fresh.at(last), 0));
    EXPECT_EQ(plain.partly, 0);
}

TEST(Transfer, EqualNumbersOfClassesFollowTheirNames) {
    const auto source = trained("yolov8n.yaml", {"cat", "dog"});
    const Transfer moved = start_network(source, &source, {.names = {"dog", "cat"}});
    const std::string last = "model.22.cv3.0.2.bias";
    EXPECT_EQ(row_of(moved.model.weights.at(last), 0), row_of(source.weights.at(last), 1));
    EXPECT_EQ(moved.message(), "Transferred 355/355 items from pretrained weights");
    const auto nameless = trained("yolov8n.yaml", {"0", "1"});
    const Transfer whole = start_network(nameless, &nameless, {.names = {"1", "0"}});
    EXPECT_TRUE(equal(whole.model.weights.at(last), nameless.weights.at(last)));
}

TEST(Transfer, AnotherTaskTakesTheBackbone) {
    const auto source = trained("yolov8n.yaml", numbered(3));
    const Transfer moved =
        start_network(checkpoint::load("yolov8n-seg.yaml"), &source, {.names = numbered(3)});
    EXPECT_EQ(moved.model.info.task, Task::segment);
    EXPECT_GT(moved.moved, 300);
    EXPECT_LT(moved.moved, moved.items);
    EXPECT_TRUE(
        equal(moved.model.weights.at("model.0.conv.weight"), source.weights.at("model.0.conv.weight")));
}

TEST(Transfer, AFirstConvolutionOfOneChannelIsTheSum) {
    const auto source = trained("yolov8n.yaml", numbered(3));
    const Transfer grey = start_network(source, &source, {.names = numbered(3), .channels = 1});
    const Tensor& weight = grey.model.weights.at("model.0.conv.weight");
    EXPECT_EQ(weight.dim(1), 1);
    const auto rgb = source.weights.at("model.0.conv.weight").values<float>();
    EXPECT_FLOAT_EQ(weight.values<float>()[0], rgb[0] + rgb[9] + rgb[18]);
    const Transfer four = start_network(source, &source, {.names = numbered(3), .channels = 4});
    EXPECT_EQ(four.model.weights.at("model.0.conv.weight").values<float>()[20], rgb[20]);
    EXPECT_EQ(four.partly, 1);
}

TEST(Transfer, TheWidthSurvivesAFile) {
    const auto source = trained("yolov8n.yaml", numbered(80));
    const Transfer moved = start_network(source, &source, {.names = numbered(2)});
    const auto path = test::scratch_dir() / "model.safetensors";
    checkpoint::save_safetensors(path, moved.model);
    const auto again = checkpoint::load(path);
    EXPECT_TRUE(equal(again.weights.at("model.22.cv3.0.0.conv.weight"),
                      moved.model.weights.at("model.22.cv3.0.0.conv.weight")));
    // and a training that starts from it, with as many classes, keeps it
    const Transfer next = start_network(again, &again, {.names = numbered(2)});
    EXPECT_EQ(next.moved, next.items);
}

}  // namespace
}  // namespace yolo::train
