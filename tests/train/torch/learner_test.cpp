// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "support/only_where.hpp"
#include "train/freeze.hpp"
#include "train/torch/learner_torch.hpp"
#include "train/transfer.hpp"

namespace yolo::train {
namespace {

constexpr int picture_side = 64;

checkpoint::Checkpoint untrained(const std::string& yaml = "yolov8n.yaml", int classes = 2) {
    std::vector<std::string> names;
    for (int i = 0; i < classes; ++i) names.push_back("thing " + std::to_string(i));
    return start_network(checkpoint::load(yaml), nullptr, {.names = names}).model;
}

/// Noise with one object per picture: what it shows does not matter here.
data::Batch batch_of(int pictures, unsigned seed, bool classify = false) {
    std::mt19937 generator(seed);
    data::Batch batch;
    batch.number = static_cast<int>(seed);
    batch.images = Tensor::allocate(DType::u8, {pictures, picture_side, picture_side, 3});
    for (std::uint8_t& value : batch.images.mutable_values<std::uint8_t>()) {
        value = static_cast<std::uint8_t>(generator());
    }
    for (int i = 0; i < pictures; ++i) {
        batch.pictures.push_back(
            {.index = seed * 100 + static_cast<std::size_t>(i), .original = {picture_side, picture_side}});
        batch.picture_of.push_back(i);
        batch.classes.push_back(i % 2);
        if (!classify) batch.boxes.insert(batch.boxes.end(), {0.5F, 0.4F, 0.3F, 0.4F});
    }
    return batch;
}

LearnerOptions options_for(const std::string& optimizer) {
    LearnerOptions options;
    options.optimizer = optimizer;
    options.learning_rate = 0.002;
    options.threads = 1;
    return options;
}

void train(Learner& learner, int from, int to, int accumulate) {
    for (int i = from; i < to; ++i) {
        learner.accumulate(batch_of(2, static_cast<unsigned>(i)));
        if ((i + 1) % accumulate != 0) continue;
        std::vector<GroupRate> rates;
        for (const ParameterGroup& group : learner.groups())
            rates.push_back({group.initial_lr * (1 + 0.1 * i), 0.9});
        learner.step(rates);
    }
}

void expect_equal(const graph::Weights& a, const graph::Weights& b, const char* what) {
    ASSERT_EQ(a.size(), b.size()) << what;
    for (const auto& [name, tensor] : a) {
        const Tensor& other = b.at(name);
        ASSERT_EQ(tensor.bytes(), other.bytes()) << what << " " << name;
        EXPECT_TRUE(std::equal(tensor.raw(), tensor.raw() + tensor.bytes(), other.raw()))
            << what << " " << name;
    }
}

void expect_equal(const checkpoint::TrainingState& a, const checkpoint::TrainingState& b) {
    expect_equal(a.model, b.model, "model");
    expect_equal(a.ema, b.ema, "ema");
    expect_equal(a.gradients, b.gradients, "gradients");
    EXPECT_EQ(a.updates, b.updates);
    ASSERT_EQ(a.optimizer.slots.size(), b.optimizer.slots.size());
    for (const auto& [name, slots] : a.optimizer.slots) {
        graph::Weights one(slots.begin(), slots.end());
        const auto& found = b.optimizer.slots.at(name);
        expect_equal(one, graph::Weights(found.begin(), found.end()), name.c_str());
    }
}

struct Exactness {
    const char* optimizer;
    Precision precision;
    int accumulate;
    int batches, cut;  // a training of so many batches, interrupted after `cut`
};

class ResumedTraining : public testing::TestWithParam<Exactness> {};

TEST_P(ResumedTraining, EndsWhereTheUninterruptedOneDoes) {
    const Exactness& how = GetParam();
    const auto model = untrained();
    LearnerOptions options = options_for(how.optimizer);
    options.precision = how.precision;
    TorchLearner whole(model, options), first(model, options);
    train(whole, 0, how.batches, how.accumulate);
    train(first, 0, how.cut, how.accumulate);
    const checkpoint::TrainingState state = first.state();
    EXPECT_EQ(state.gradients.empty(), how.cut % how.accumulate == 0);

    options.seed = 99;  // nothing may depend on how the second one started
    TorchLearner second(untrained("yolov8n.yaml", 2), options);
    train(second, 50, 52, 2);
    second.restore(state);
    train(second, how.cut, how.batches, how.accumulate);
    expect_equal(whole.state(), second.state());
}

INSTANTIATE_TEST_SUITE_P(All, ResumedTraining,
                         testing::Values(Exactness{"AdamW", Precision::fp32, 1, 4, 2},
                                         Exactness{"SGD", Precision::fp32, 1, 4, 2},
                                         Exactness{"MuSGD", Precision::fp32, 1, 4, 2},
                                         Exactness{"AdamW", Precision::bf16, 1, 4, 2},
                                         Exactness{"AdamW", Precision::fp32, 3, 6, 4}));

TEST(Learner, LearnsABatchByHeart) {
    TorchLearner learner(untrained("yolov8n-cls.yaml"), options_for("AdamW"));
    const std::vector<GroupRate> rates(learner.groups().size(), {0.002, 0.9});
    const data::Batch batch = batch_of(4, 1, true);
    const double before = learner.accumulate(batch, {}).total;
    learner.step(rates);
    for (int i = 0; i < 10; ++i) {
        learner.accumulate(batch, {});
        learner.step(rates);
    }
    const Losses after = learner.accumulate(batch, {});
    EXPECT_LT(after.total, 0.2 * before);
    EXPECT_EQ(after.items.size(), loss_names(Task::classify).size());
}

TEST(Learner, FrozenLayersStay) {
    const auto model = untrained();
    LearnerOptions options = options_for("SGD");
    options.frozen = frozen_names(Value{std::int64_t{10}}, model.graph);
    TorchLearner learner(model, options);
    train(learner, 0, 2, 1);
    const graph::Weights now = learner.state().model;
    for (const auto& [name, tensor] : model.weights) {
        const Tensor& other = now.at(name);
        const bool same = std::equal(tensor.raw(), tensor.raw() + tensor.bytes(), other.raw());
        const bool frozen =
            name.find("dfl") != std::string::npos ||
            std::ranges::any_of(options.frozen, [&](const auto& part) { return name.starts_with(part); });
        const bool moves = !frozen && name.ends_with("conv.weight");
        EXPECT_TRUE(!frozen || same) << name;
        EXPECT_TRUE(!moves || !same) << name;
    }
}

TEST(Learner, AnotherSizeIsTaken) {
    TorchLearner learner(untrained(), options_for("SGD"));
    const Losses as_is = learner.accumulate(batch_of(2, 1), {}),
                 same = learner.accumulate(batch_of(2, 1), {picture_side, picture_side});
    EXPECT_EQ(as_is.total, same.total);
    const Losses larger = learner.accumulate(batch_of(2, 1), {96, 128});
    EXPECT_TRUE(std::isfinite(larger.total));
    EXPECT_NE(larger.total, as_is.total);
}

TEST(Learner, EvaluatesTheAverage) {
    TorchLearner learner(untrained(), options_for("SGD"));
    const data::Batch batch = batch_of(3, 5);
    const Evaluation before = learner.evaluate(batch);
    ASSERT_EQ(before.outputs.size(), 1U);
    EXPECT_EQ(before.outputs[0].shape(), (Shape{3, 6, 84}));
    EXPECT_EQ(before.losses.items.size(), 3U);
    learner.accumulate(batch_of(3, 5), {});
    EXPECT_TRUE(std::ranges::equal(learner.evaluate(batch).outputs[0].values<float>(),
                                   before.outputs[0].values<float>()));  // no step, no change
    train(learner, 0, 2, 1);
    EXPECT_NE(learner.evaluate(batch).losses.total, before.losses.total);
    const graph::Weights average = learner.ema_weights();
    EXPECT_EQ(average.at("model.0.bn.num_batches_tracked").dtype(), DType::i64);
}

TEST(Learner, ClassifyWithDropoutIsExactToo) {
    LearnerOptions options = options_for("AdamW");
    options.dropout = 0.5;
    const auto model = untrained("yolov8n-cls.yaml", 2);
    TorchLearner a(model, options), b(model, options);
    const double first = a.accumulate(batch_of(4, 1, true), {}).total;
    at::manual_seed(77);
    EXPECT_EQ(b.accumulate(batch_of(4, 1, true), {}).total, first);
    EXPECT_NE(b.accumulate(batch_of(4, 2, true), {}).total, first);
    EXPECT_EQ(a.evaluate(batch_of(4, 1, true)).outputs[0].shape(), (Shape{4, 2}));
}

TEST(Learner, RestoresFromAnAverageAlone) {
    TorchLearner learner(untrained(), options_for("AdamW"));
    train(learner, 0, 2, 1);
    checkpoint::TrainingState state = learner.state();
    state.model.clear();
    learner.restore(state);
    expect_equal(learner.state().model, state.ema, "model");
    state.ema.erase("model.0.conv.weight");
    EXPECT_THROW(learner.restore(state), Error);
    TorchLearner other(untrained("yolov8n.yaml", 3), options_for("AdamW"));
    EXPECT_THROW(other.restore(learner.state()), Error);
}

TEST(Learner, RefusesWhatThereIsNot) {
    const auto model = untrained();
    LearnerOptions options = options_for("SGD");
    options.device = "cuda:0";
    if (!at::hasCUDA()) {
        EXPECT_THROW(TorchLearner(model, options), UsageError);
    }
    options.device = "toaster";
    EXPECT_THROW(TorchLearner(model, options), UsageError);
    options.device = "cpu";
    options.precision = Precision::fp16;
    EXPECT_THROW(TorchLearner(model, options), UsageError);
}

TEST(Learner, MixedPrecisionAgreesOnAnUntrainedNetwork) {
    LearnerOptions options = options_for("SGD");
    options.precision = Precision::bf16;
    TorchLearner learner(untrained(), options);
    EXPECT_TRUE(learner.precision_agrees(batch_of(2, 3)));
    EXPECT_NE(learner.description().find("bf16"), std::string::npos) << learner.description();
    learner.set_precision(Precision::fp32);
    EXPECT_EQ(learner.precision(), Precision::fp32);
}

TEST(Learner, MeasuringPrecisionLeavesNoTrace) {
    LearnerOptions options = options_for("AdamW");
    options.precision = Precision::bf16;
    options.dropout = 0.5;
    TorchLearner learner(untrained("yolov8n-cls.yaml"), options);
    const checkpoint::TrainingState before = learner.state();
    at::manual_seed(7);
    const at::Tensor expected = at::rand({4});
    at::manual_seed(7);
    EXPECT_GT(learner.precision_speedup(batch_of(4, 1, true)), 0);
    EXPECT_TRUE(at::equal(at::rand({4}), expected));
    EXPECT_EQ(learner.precision(), Precision::bf16);
    const checkpoint::TrainingState after = learner.state();
    expect_equal(before, after);
    EXPECT_TRUE(after.gradients.empty());
    learner.set_precision(Precision::fp32);
    EXPECT_EQ(learner.precision_speedup(batch_of(4, 1, true)), 1);
}

TEST(Learner, MorePicturesTakeMoreMemory) {
    TorchLearner learner(untrained(), options_for("AdamW"));
    const Size size{320, 320};
    YOLO_ONLY_WHERE(learner.peak_memory(batch_of(1, 1), size), "/proc/self/clear_refs cannot be written");
    const double one = learner.peak_memory(batch_of(1, 1), size).value();
    const double four = learner.peak_memory(batch_of(4, 1), size).value();
    constexpr double least_of_a_picture = 5e6;
    EXPECT_GT(four, one + 3 * least_of_a_picture);
    EXPECT_GE(one, learner.memory().held / 2);
    EXPECT_GT(learner.memory().free, 0);
}

/// On a GPU in every precision: losses as on the processor, steps that move, and a state that goes on.
TEST(LearnerOnGpu, LearnsAsOnTheProcessor) {
    YOLO_ONLY_WHERE(at::hasCUDA(), "LibTorch sees no GPU here");
    for (const char* yaml : {"yolov8n.yaml", "yolov8n-seg.yaml", "yolov8n-cls.yaml"}) {
        const bool classify = std::string(yaml).find("cls") != std::string::npos;
        const auto model = untrained(yaml);
        const data::Batch batch = batch_of(4, 1, classify);
        TorchLearner reference(model, options_for("AdamW"));
        const double expected = reference.accumulate(batch, {}).total;
        for (const Precision precision : {Precision::fp32, Precision::bf16, Precision::fp16}) {
            LearnerOptions options = options_for("AdamW");
            options.device = "cuda:0";
            options.precision = precision;
            TorchLearner learner(model, options);
            EXPECT_TRUE(learner.precision_agrees(batch)) << yaml;
            EXPECT_GT(learner.precision_speedup(batch), 0);
            const double first = learner.accumulate(batch, {}).total;
            EXPECT_NEAR(first, expected, (precision == Precision::fp32 ? 2e-3 : 3e-2) * expected) << yaml;
            const std::vector<GroupRate> rates(learner.groups().size(), {0.002, 0.9});
            for (int i = 0; i < 10; ++i) {
                learner.step(rates);
                learner.accumulate(batch, {});
            }
            EXPECT_LT(learner.accumulate(batch, {}).total, first) << yaml << to_string(precision);
            EXPECT_TRUE(std::isfinite(learner.evaluate(batch).losses.total));

            TorchLearner second(model, options);
            second.restore(learner.state());
            expect_equal(learner.state(), second.state());
            const double one = learner.peak_memory(batch_of(1, 1, classify), {320, 320}).value();
            EXPECT_GT(learner.peak_memory(batch_of(4, 1, classify), {320, 320}).value(), one);
            EXPECT_GT(learner.memory().free, 0);
            EXPECT_NE(learner.description().find("cuda:0"), std::string::npos) << learner.description();
        }
    }
}

}  // namespace
}  // namespace yolo::train
