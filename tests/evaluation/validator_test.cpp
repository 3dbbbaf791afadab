// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "data/fake_dataset.hpp"
#include "evaluation/label_finder.hpp"
#include "evaluation/report.hpp"

namespace yolo::evaluation {
namespace {

using test::class_count;
using test::find_labels;
using test::label_finder;
using test::model_info;
using ::testing::HasSubstr;

constexpr double perfect = 0.995;  // 101 recalls, of which the last has no precision

ValidatorOptions options(int threads) {
    ValidatorOptions options;
    options.loader = {.training = false, .imgsz = 64, .batch = 4, .rect = true};
    options.threads = threads;
    options.confusion = true;
    return options;
}

std::shared_ptr<test::FakeDataset> dataset(std::size_t count = 11) {
    return std::make_shared<test::FakeDataset>(Task::detect, count);
}

TEST(Validator, FindsThatEverythingWasFound) {
    const auto pictures = dataset();
    Validator validator(model_info(), pictures, options(2));
    const ValResult result = validator.run_concurrently(label_finder());
    EXPECT_NEAR(result.metric("metrics/mAP50-95(B)"), perfect, 1e-6);
    EXPECT_NEAR(result.fitness, perfect, 1e-6);
    EXPECT_EQ(result.pictures, pictures->size());
    std::size_t labels = 0;
    for (std::size_t i = 0; i < pictures->size(); ++i) labels += pictures->labels(i).size();
    EXPECT_EQ(result.instances, labels);
    ASSERT_TRUE(result.confusion);
    EXPECT_EQ(result.confusion->at(class_count, 0), 0) << "missed";
    ASSERT_GE(result.rows.size(), 2U);
    EXPECT_EQ(result.rows[0].name, "all");
    EXPECT_EQ(result.rows[1].name, "a") << "the data set's name";
}

TEST(Validator, DoesNotDependOnThreadsNorOnHowTheNetworkIsCalled) {
    const double error = 0.03;
    const auto pictures = dataset(23);
    Validator one(model_info(), pictures, options(1)), three(model_info(), pictures, options(3));
    const ValResult alone = one.run_concurrently(label_finder(error));
    EXPECT_LT(alone.fitness, 0.95);
    for (const ValResult& other : {three.run_concurrently(label_finder(error)),
                                   three.run(label_finder(error)), one.run(label_finder(error))}) {
        EXPECT_EQ(alone.metrics, other.metrics);
        EXPECT_EQ(alone.maps, other.maps);
    }
}

TEST(Validator, SixAnchorsAreNoRowsOfSixNumbers) {
    Validator validator(model_info(), dataset(), options(1));
    const ValResult result = validator.run([](const data::Batch& batch, int first, int count) {
        return find_labels(batch, first, count, 0, 6);
    });
    EXPECT_NEAR(result.fitness, perfect, 1e-6);
}

TEST(ValidatorOfUnreadable, CountsOnlyWhatWasRead) {
    const auto pictures = dataset(11);
    std::filesystem::remove(pictures->picture(2));
    std::ofstream(pictures->picture(7)) << "not a picture";
    std::size_t labels = 0;
    for (std::size_t i = 0; i < pictures->size(); ++i)
        labels += i == 2 || i == 7 ? 0 : pictures->labels(i).size();
    for (const int workers : {0, 2}) {
        ValidatorOptions both = options(2);
        both.loader.workers = workers;
        Validator validator(model_info(), pictures, both);
        std::mutex mutex;
        std::set<std::size_t> orders;
        ValidatorHooks hooks;
        hooks.seen = [&](const SeenPicture& seen) {
            const std::lock_guard lock(mutex);
            orders.insert(seen.order);
        };
        const ValResult result = validator.run_concurrently(label_finder(), hooks);
        EXPECT_NEAR(result.metric("metrics/mAP50-95(B)"), perfect, 1e-6)
            << "labels that nobody saw are no misses";
        EXPECT_EQ(result.pictures, 9U);
        EXPECT_EQ(result.instances, labels);
        EXPECT_EQ(result.rows.at(0).pictures, 9U);
        EXPECT_EQ(result.unreadable, (std::vector<std::size_t>{2, 7}));
        EXPECT_EQ(orders.size(), 9U);
        EXPECT_EQ(*orders.rbegin(), 8U);
        ASSERT_EQ(result.warnings.size(), 1U);
        EXPECT_THAT(result.warnings[0],
                    testing::AllOf(HasSubstr("2 pictures could not be read and were left out"),
                                   HasSubstr("002.png"), HasSubstr("007.png")));
        const ValResult again = validator.run(label_finder());
        EXPECT_EQ(again.metrics, result.metrics);
        EXPECT_EQ(again.pictures, 9U);
        EXPECT_TRUE(again.warnings.empty()) << "named once";
    }
}

TEST(ValidatorOfUnreadable, WithoutAnyReadablePictureIsAnError) {
    const auto pictures = dataset(3);
    for (std::size_t i = 0; i < 3; ++i) std::filesystem::remove(pictures->picture(i));
    Validator validator(model_info(), pictures, options(2));
    const auto none = testing::ThrowsMessage<Error>(HasSubstr("none of the 3 pictures can be read"));
    EXPECT_THAT([&] { validator.run(label_finder()); }, none);
    EXPECT_THAT([&] { validator.run_concurrently(label_finder()); }, none);
}

TEST(Validator, RunsAgain) {
    Validator validator(model_info(), dataset(), options(2));
    EXPECT_EQ(validator.run(label_finder(0.05)).metrics, validator.run(label_finder(0.05)).metrics);
}

TEST(Validator, MeansOfLossesAreOverBatches) {
    const auto pictures = dataset(8);
    Validator validator(model_info(), pictures, options(1));
    int batches = 0;
    const ValResult result = validator.run([&](const data::Batch& batch, int first, int count) {
        inference::NetworkOutput output = find_labels(batch, first, count, 0);
        output.losses = {static_cast<float>(++batches), 1};
        return output;
    });
    EXPECT_EQ(batches, 2);
    EXPECT_EQ(result.losses, (std::vector<double>{1.5, 1}));
}

TEST(Validator, EveryPictureIsSeenOnce) {
    Validator validator(model_info(), dataset(), options(3));
    std::mutex mutex;
    std::set<std::size_t> orders, indices;
    std::size_t told = 0;
    ValidatorHooks hooks;
    hooks.seen = [&](const SeenPicture& seen) {
        const std::lock_guard lock(mutex);
        orders.insert(seen.order);
        indices.insert(seen.batch.pictures.at(static_cast<std::size_t>(seen.index)).index);
        EXPECT_EQ(seen.found.size(), seen.labels.size());
    };
    hooks.progress = [&](std::size_t done, std::size_t) { told = done; };
    validator.run_concurrently(label_finder(), hooks);
    EXPECT_EQ(orders.size(), 11U);
    EXPECT_EQ(*orders.rbegin(), 10U);
    EXPECT_EQ(indices.size(), 11U);
    EXPECT_EQ(told, 11U);
}

TEST(Validator, WhatTheNetworkThrowsArrives) {
    Validator validator(model_info(), dataset(23), options(2));
    const inference::RunNetwork broken = [](const data::Batch& batch, int first,
                                            int count) -> inference::NetworkOutput {
        if (batch.number == 2) throw Error("out of order");
        return find_labels(batch, first, count, 0);
    };
    EXPECT_THROW(validator.run(broken), Error);
    EXPECT_THROW(validator.run_concurrently(broken), Error);
    const inference::RunNetwork misshaped = [](const data::Batch&, int,
                                               int count) -> inference::NetworkOutput {
        return {{Tensor::allocate(DType::f32, {count, 3, 5})}, {}};
    };
    EXPECT_THROW(validator.run(misshaped), Error);
    EXPECT_THROW(validator.run_concurrently(misshaped), Error);
}

TEST(Validator, EndsWhenItIsCancelled) {
    Validator validator(model_info(), dataset(23), options(2));
    ValidatorHooks hooks;
    int asked = 0;
    hooks.cancelled = [&] { return ++asked > 2; };
    const ValResult result = validator.run(label_finder(), hooks);
    EXPECT_TRUE(result.cancelled);
    EXPECT_LT(result.pictures, 23U);
}

Names names(std::vector<std::string> list) {
    return std::make_shared<const std::vector<std::string>>(std::move(list));
}

/// A network that finds every label, whose classes are named as these; the data set's are a, b and c.
ValResult result_of_classes(
    std::vector<std::string> list, const std::function<void(Config&)>& change = {},
    const LogSink& log = [](LogLevel, std::string_view) {}) {
    const auto pictures = dataset(23);
    ModelInfo info = model_info();
    info.names = names(std::move(list));
    Config config;
    if (change) change(config);
    ValidatorOptions judged = options(2);
    judged.classes = judged_classes(config, info, pictures->spec(), log);
    Validator validator(info, pictures, judged);
    return validator.run_concurrently(label_finder());
}

TEST(Validator, NamesDecideWhichClassIsWhich) {
    const ValResult same = result_of_classes({"a", "b", "c"});
    EXPECT_NEAR(same.fitness, perfect, 1e-6);
    // The network's first class is the data set's third now: what was right is wrong in each class.
    const ValResult other = result_of_classes({"c", "a", "b"});
    EXPECT_LT(other.fitness, 0.2);
    ASSERT_EQ(other.rows.size(), 4U);
    EXPECT_EQ(other.rows[3].name, "c");
    EXPECT_EQ(other.rows[3].instances, same.rows[3].instances) << "labels stay what they are";
    EXPECT_EQ(other.confusion->at(2, 0), same.confusion->at(0, 0)) << "labels a, found as c";
    const ValResult forced = result_of_classes(
        {"c", "a", "b"}, [](Config& config) { config.set("match", std::string("number")); });
    EXPECT_EQ(forced.metrics, same.metrics);
}

TEST(Validator, LabelsThatTheModelDoesNotKnowAreMissedAndItsOtherClassesLeftOut) {
    const ValResult same = result_of_classes({"a", "b", "c"});
    const ValResult partly = result_of_classes({"a", "x", "c"});
    ASSERT_EQ(partly.rows.size(), 4U);
    EXPECT_EQ(partly.rows[0].instances, same.rows[0].instances);
    EXPECT_EQ(partly.rows[2].name, "b");
    EXPECT_EQ(partly.rows[2].values, (std::vector<double>{0, 0, 0, 0}));
    EXPECT_EQ(partly.rows[1].values.at(3), same.rows[1].values.at(3));
    EXPECT_EQ(partly.rows[3].values.at(3), same.rows[3].values.at(3));
    EXPECT_NEAR(partly.fitness, perfect * 2 / 3, 1e-6);
    const auto labels = static_cast<std::int64_t>(same.rows[2].instances);
    EXPECT_EQ(partly.confusion->size(), class_count + 1);
    EXPECT_EQ(partly.confusion->at(class_count, 1), labels) << "missed";
    for (int truth = 0; truth < class_count; ++truth) EXPECT_EQ(partly.confusion->at(1, truth), 0);
    EXPECT_EQ(partly.confusion->at(1, class_count), 0) << "what is left out is no false positive";
}

TEST(Validator, LabelsBeyondTheModelsNumbersAreMissed) {
    Validator validator(model_info(1), dataset(), options(1));
    const inference::RunNetwork nothing = [](const data::Batch&, int, int count) -> inference::NetworkOutput {
        Tensor output = Tensor::allocate(DType::f32, {count, 5, 1});
        std::fill(output.mutable_values<float>().begin(), output.mutable_values<float>().end(), 0.0f);
        return {{output}, {}};
    };
    const ValResult result = validator.run_concurrently(nothing);
    EXPECT_EQ(result.rows.size(), 4U);
    EXPECT_EQ(result.fitness, 0);
}

TEST(Validator, RaisesAMaxDetThatNobodyGave) {
    std::string warned;
    ValidatorOptions few = options(1);
    few.detect.max_det = 2;
    few.log = [&](LogLevel, std::string_view text) { warned = text; };
    EXPECT_EQ(Validator(model_info(), dataset(), few).options().detect.max_det, 4);
    EXPECT_THAT(warned, HasSubstr("max_det=4"));
    few.default_max_det = false;
    EXPECT_EQ(Validator(model_info(), dataset(), few).options().detect.max_det, 2);
}

TEST(ValReport, PrintsTheTable) {
    EXPECT_EQ(val_header(Task::detect),
              "                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95)");
    EXPECT_EQ(val_header(Task::classify), "               classes   top1_acc   top5_acc");
    EXPECT_EQ(val_line({"all", 73, 967, {0.82628, 0.8, 0.81751, 0.4964}}),
              "                   all         73        967      0.826        0.8      0.818      0.496");
    EXPECT_EQ(val_header(Task::detect, TableForm::wide), val_header(Task::detect) + "      mAP75");
    EXPECT_EQ(val_header(Task::segment, TableForm::wide),
              val_header(Task::segment) + "  Box mAP75 Mask mAP75");
    EXPECT_EQ(val_header(Task::classify, TableForm::wide), val_header(Task::classify));
    EXPECT_EQ(val_line({"all", 73, 967, {0.8, 0.8, 0.8, 0.5}, {0.56789}}, TableForm::wide),
              "                   all         73        967        0.8        0.8        0.8        0.5      "
              "0.568");
    EXPECT_EQ(val_line({"all", 10, 0, {0.798, 1}}), "                   all      0.798          1");
    EXPECT_EQ(val_line({"two\nlines\t!", 10, 0, {0.798, 1}}), "           two lines !      0.798          1");
    EXPECT_EQ(speed_line({.preprocess = 0.12, .inference = 4, .loss = 0, .postprocess = 0.35}),
              "Speed: 0.1ms preprocess, 4.0ms inference, 0.0ms loss, 0.3ms postprocess per image");
}

TEST(ValReport, SaysWhenThereWereNoLabels) {
    ValResult result;
    result.pictures = 3;
    result.rows = {{"all", 3, 0, {0, 0, 0, 0}}};
    std::vector<std::string> lines;
    print_val_rows(result, Task::detect, true,
                   [&](LogLevel, std::string_view text) { lines.emplace_back(text); });
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[1], HasSubstr("no labels"));
}

}  // namespace
}  // namespace yolo::evaluation
