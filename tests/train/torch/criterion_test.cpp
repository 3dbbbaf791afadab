// SPDX-License-Identifier: Apache-2.0
#include "train/torch/criterion.hpp"

#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo::test {
namespace {

constexpr int picture_count = 3, class_count = 5;
constexpr Size input_size{.height = 96, .width = 128};

graph::Graph graph_of(Task task, std::array<int, 2> kpt_shape = {4, 3}) {
    graph::Graph graph;
    graph.task = task;
    if (task == Task::classify) return graph;
    graph.head.emplace();
    graph::DecodeHead& head = graph.head->decode;
    head.class_count = class_count;
    head.strides = {8, 16, 32};
    if (task == Task::segment) head.extra = graph::HeadExtra::mask_coefficients, head.extra_channels = 32;
    if (task == Task::obb) head.extra = graph::HeadExtra::angle, head.extra_channels = 1;
    if (task == Task::pose) {
        head.extra = graph::HeadExtra::keypoints;
        head.extra_channels = kpt_shape[0] * kpt_shape[1];
        head.kpt_shape = kpt_shape;
    }
    return graph;
}

train::HeadMaps random_maps(const graph::Graph& graph) {
    at::manual_seed(3);
    train::HeadMaps maps;
    const auto map = [](int channels, int stride) {
        return at::randn({picture_count, channels, input_size.height / stride, input_size.width / stride})
            .to(at::kBFloat16)
            .to(at::kFloat);
    };
    const graph::DecodeHead& head = graph.head->decode;
    for (const int stride : head.strides) {
        maps.box.push_back(map(64, stride));
        maps.cls.push_back(map(class_count, stride));
        if (head.extra_channels > 0) maps.extra.push_back(map(head.extra_channels, stride));
    }
    if (graph.task == Task::segment) maps.proto = map(32, 4);
    return maps;
}

/// Every tensor of the maps, in one order.
std::vector<at::Tensor*> tensors_of(train::HeadMaps& maps) {
    std::vector<at::Tensor*> all;
    for (auto* levels : {&maps.box, &maps.cls, &maps.extra}) {
        for (at::Tensor& map : *levels) all.push_back(&map);
    }
    if (maps.proto.defined()) all.push_back(&maps.proto);
    return all;
}

data::Batch random_targets(Task task, int objects, int keypoints = 4) {
    std::mt19937 random(5);
    std::uniform_real_distribution<float> unit(0, 1);
    data::Batch batch;
    batch.pictures.resize(picture_count);
    for (int i = 0; i < objects; ++i) {
        batch.picture_of.push_back(i * picture_count / objects);
        batch.classes.push_back(static_cast<int>(random() % class_count));
        for (const float value : {0.3f + 0.4f * unit(random), 0.3f + 0.4f * unit(random),
                                  0.1f + 0.4f * unit(random), 0.1f + 0.4f * unit(random)}) {
            batch.boxes.push_back(value);
        }
        if (task == Task::obb) batch.boxes.push_back(unit(random));
        for (int k = 0; task == Task::pose && k < keypoints; ++k) {
            batch.keypoints.insert(batch.keypoints.end(), {unit(random), unit(random), k == 1 ? 0.0f : 2.0f});
        }
    }
    return batch;
}

/// Masks of half planes: by picture one above the other, as the overlapping form wants it.
void add_masks(data::Batch& batch, bool overlapping, std::int64_t h, std::int64_t w) {
    const std::int64_t planes = overlapping ? picture_count : static_cast<std::int64_t>(batch.objects());
    batch.masks = Tensor::allocate(DType::u8, {planes, h, w});
    auto values = batch.masks.mutable_values<std::uint8_t>();
    std::fill(values.begin(), values.end(), std::uint8_t{0});
    std::vector<int> counts(picture_count);
    for (std::size_t i = 0; i < batch.objects(); ++i) {
        const int picture = batch.picture_of[i], place = counts[static_cast<std::size_t>(picture)]++;
        const std::int64_t plane = overlapping ? picture : static_cast<std::int64_t>(i);
        for (std::int64_t row = place; row < h; row += 4) {  // rows of their own: nothing is hidden
            for (std::int64_t x = 0; x < w / 2; ++x) {
                values[static_cast<std::size_t>((plane * h + row) * w + x)] =
                    static_cast<std::uint8_t>(overlapping ? place + 1 : 1);
            }
        }
    }
}

struct Outcome {
    std::vector<float> items;
    double total = 0;
    std::vector<at::Tensor> gradients;
};

Outcome differentiate(const graph::Graph& graph, const data::Batch& batch,
                      const train::LearnerOptions& options = {},
                      const std::function<at::Tensor(const at::Tensor&)>& form = {}, double factor = 1) {
    train::HeadMaps maps = random_maps(graph);
    for (at::Tensor* map : tensors_of(maps)) {
        *map = (form ? form(*map) : *map).detach().set_requires_grad(true);
    }
    const train::LossValues loss = (*train::make_criterion(graph, options))(maps, batch, input_size);
    (loss.total * factor).backward();
    Outcome outcome{loss.items, loss.total.item<double>(), {}};
    for (at::Tensor* map : tensors_of(maps)) outcome.gradients.push_back(map->grad());
    return outcome;
}

constexpr std::array with_boxes = {Task::detect, Task::segment, Task::pose, Task::obb};

data::Batch batch_for(Task task, int objects) {
    data::Batch batch = random_targets(task, objects);
    if (task == Task::segment && objects > 0)
        add_masks(batch, true, input_size.height / 4, input_size.width / 4);
    return batch;
}

TEST(Criterion, TotalIsItemsTimesPictures) {
    for (const Task task : with_boxes) {
        const Outcome outcome = differentiate(graph_of(task), batch_for(task, 7));
        EXPECT_EQ(outcome.items.size(), train::loss_names(task).size());
        const float sum = std::accumulate(outcome.items.begin(), outcome.items.end(), 0.0f);
        EXPECT_NEAR(outcome.total, picture_count * sum, 1e-4 * outcome.total);
        // Boxes, classes and extras of the finest level, and prototypes.
        for (std::size_t i = 0; i < outcome.gradients.size(); i += 3) {
            EXPECT_GT(outcome.gradients[i].abs().sum().item<double>(), 0)
                << to_string(task) << ", tensor " << i;
        }
    }
}

TEST(Criterion, WithoutObjectsOnlyClassesLearn) {
    for (const Task task : with_boxes) {
        const Outcome outcome = differentiate(graph_of(task), batch_for(task, 0));
        const auto names = train::loss_names(task);
        for (std::size_t i = 0; i < names.size(); ++i) {
            EXPECT_EQ(outcome.items[i] > 0, names[i] == "cls_loss") << to_string(task) << ", " << names[i];
        }
        for (std::size_t i = 0; i < outcome.gradients.size(); ++i) {
            const bool of_classes = i >= 3 && i < 6;
            EXPECT_EQ(outcome.gradients[i].abs().sum().item<double>() > 0, of_classes);
        }
    }
}

TEST(Criterion, AnyLayoutAndPrecision) {
    const auto last = [](const at::Tensor& map) { return map.contiguous(train::channels_last); };
    const auto brain = [&](const at::Tensor& map) { return last(map).to(at::kBFloat16); };
    const auto half = [](const at::Tensor& map) { return map.to(at::kHalf); };
    for (const Task task : with_boxes) {
        const data::Batch batch = batch_for(task, 7);
        const Outcome plain = differentiate(graph_of(task), batch);
        for (const auto& form :
             std::vector<std::function<at::Tensor(const at::Tensor&)>>{last, brain, half}) {
            const Outcome other = differentiate(graph_of(task), batch, {}, form);
            // Below 6e-8 half knows only 0: that is what the scaler of mixed precision is for.
            for (std::size_t i = 0; i < plain.items.size(); ++i) {
                EXPECT_NEAR(other.items[i], plain.items[i], 1e-3 * static_cast<double>(plain.items[i]));
            }
            for (std::size_t i = 0; i < plain.gradients.size(); ++i) {
                const at::Tensor& wanted = plain.gradients[i];
                const double largest = wanted.abs().max().item<double>();
                EXPECT_LE((other.gradients[i].to(at::kFloat) - wanted).abs().max().item<double>(),
                          8e-3 * largest + 6e-8);
            }
        }
    }
}

TEST(Criterion, SameBitsWithAnyNumberOfThreads) {
    const int before = at::get_num_threads();
    for (const Task task : with_boxes) {
        const data::Batch batch = batch_for(task, 7);
        at::set_num_threads(1);
        const Outcome alone = differentiate(graph_of(task), batch);
        at::set_num_threads(3);
        const Outcome together = differentiate(graph_of(task), batch);
        EXPECT_EQ(alone.items, together.items);
        EXPECT_EQ(alone.total, together.total);
        for (std::size_t i = 0; i < alone.gradients.size(); ++i) {
            EXPECT_TRUE(at::equal(alone.gradients[i], together.gradients[i]));
        }
    }
    at::set_num_threads(before);
}

TEST(Criterion, OuterFactorReachesTheGradients) {
    const data::Batch batch = batch_for(Task::detect, 7);
    const Outcome once = differentiate(graph_of(Task::detect), batch);
    const Outcome scaled = differentiate(graph_of(Task::detect), batch, {}, {}, 4);
    for (std::size_t i = 0; i < once.gradients.size(); ++i) {
        EXPECT_TRUE(at::equal(once.gradients[i] * 4, scaled.gradients[i]));
    }
}

TEST(Criterion, ClassWeights) {
    const data::Batch batch = batch_for(Task::detect, 7);
    const Outcome plain = differentiate(graph_of(Task::detect), batch);
    train::LearnerOptions options;
    options.class_weights.assign(class_count, 2.0f);
    const Outcome weighted = differentiate(graph_of(Task::detect), batch, options);
    EXPECT_NEAR(weighted.items[1], 2 * plain.items[1], 1e-5 * static_cast<double>(plain.items[1]));
    EXPECT_EQ(weighted.items[0], plain.items[0]);
    EXPECT_TRUE(at::allclose(weighted.gradients[3], plain.gradients[3] * 2));
}

TEST(Criterion, SeparateMasksLikeOverlappingOnes) {
    for (const int ratio : {2, 4, 8}) {
        data::Batch overlapping = random_targets(Task::segment, 7), separate = overlapping;
        add_masks(overlapping, true, input_size.height / ratio, input_size.width / ratio);
        add_masks(separate, false, input_size.height / ratio, input_size.width / ratio);
        train::LearnerOptions options;
        const Outcome a = differentiate(graph_of(Task::segment), overlapping, options);
        options.overlap_mask = false;
        const Outcome b = differentiate(graph_of(Task::segment), separate, options);
        EXPECT_EQ(a.items, b.items);
        for (std::size_t i = 0; i < a.gradients.size(); ++i)
            EXPECT_TRUE(at::equal(a.gradients[i], b.gradients[i]));
    }
}

TEST(Criterion, KeypointsWithoutVisibility) {
    const data::Batch batch = random_targets(Task::pose, 7);
    const Outcome outcome = differentiate(graph_of(Task::pose, {4, 2}), batch);
    EXPECT_GT(outcome.items[1], 0);
    EXPECT_EQ(outcome.items[2], 0);
    // The second keypoint is not labelled: nothing is learnt at it.
    EXPECT_EQ(outcome.gradients[6].narrow(1, 2, 2).abs().sum().item<double>(), 0);
    EXPECT_GT(outcome.gradients[6].narrow(1, 0, 2).abs().sum().item<double>(), 0);
}

TEST(Criterion, ThinRotatedBoxesAreDropped) {
    data::Batch batch = random_targets(Task::obb, 7);
    for (std::size_t i = 0; i < 7; ++i) batch.boxes[5 * i + 3] = 1.9f / input_size.height;
    EXPECT_EQ(differentiate(graph_of(Task::obb), batch).items[0], 0);
}

TEST(Criterion, Classify) {
    train::HeadMaps maps;
    maps.logits = at::zeros({picture_count, class_count}).set_requires_grad(true);
    data::Batch batch;
    batch.classes = {0, 4, 2};
    const auto criterion = train::make_criterion(graph_of(Task::classify), {});
    const train::LossValues loss = (*criterion)(maps, batch, input_size);
    EXPECT_NEAR(loss.items.at(0), std::log(5.0f), 1e-6);
    loss.total.backward();
    EXPECT_NEAR(maps.logits.grad()[0][0].item<float>(), -0.8f / 3, 1e-6);
}

TEST(Criterion, WrongTargetsAreErrors) {
    const graph::Graph graph = graph_of(Task::detect);
    data::Batch batch = random_targets(Task::detect, 7);
    batch.classes[3] = class_count;
    EXPECT_THROW(differentiate(graph, batch), Error);
    EXPECT_THROW(differentiate(graph, random_targets(Task::obb, 7)), Error);
    train::LearnerOptions options;
    options.class_weights = {1, 2};
    EXPECT_THROW(train::make_criterion(graph, options), Error);
}

}  // namespace
}  // namespace yolo::test
