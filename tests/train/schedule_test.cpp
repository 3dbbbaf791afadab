// SPDX-License-Identifier: Apache-2.0
#include "train/schedule.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "support/golden_case.hpp"
#include "train/class_weights.hpp"
#include "train/early_stopping.hpp"
#include "train/optimizer_choice.hpp"

namespace yolo::train {
namespace {

using nlohmann::json;

ScheduleOptions options_of(const json& args, int batches) {
    ScheduleOptions options;
    options.epochs = args.at("epochs");
    options.batches = batches;
    options.batch = args.at("batch");
    options.nbs = args.value("nbs", 64);
    options.lrf = args.value("lrf", 0.01);
    options.cosine = args.value("cos_lr", false);
    options.warmup_epochs = args.value("warmup_epochs", 3.0);
    options.warmup_momentum = args.value("warmup_momentum", 0.8);
    options.warmup_bias_lr = args.value("warmup_bias_lr", 0.1);
    options.start_momentum = options.momentum = args.value("momentum", 0.937);
    return options;
}

std::vector<ParameterGroup> groups_of(const json& run, bool has_momentum) {
    std::vector<ParameterGroup> groups;
    for (std::size_t i = 0; i < run.at("group_order").size(); ++i) {
        groups.push_back({run["group_order"][i], run["initial_lr_of_groups"][i], has_momentum, 1});
    }
    return groups;
}

/// Batch by batch: rates, momentum, accumulation and which batches make a step.
TEST(Schedule, FollowsTheReferenceBatchByBatch) {
    YOLO_REQUIRE_GOLDEN("optim");
    int runs = 0;
    for (const auto& golden : test::golden_cases("optim")) {
        if (!golden.json.contains("runs") || !golden.json["runs"].contains("rows")) continue;
        for (const json& run : golden.json["runs"]["rows"]) {
            SCOPED_TRACE(run["args"].dump());
            const std::string name = run.at("optimizer");
            const bool has_momentum = name == "SGD" || name == "MuSGD" || name == "RMSprop";
            const Schedule schedule(options_of(run["args"], run.at("batches_per_epoch")));
            const auto groups = groups_of(run, has_momentum);
            std::int64_t last_step = -1;
            for (std::size_t ni = 0; ni < run["lr"].size(); ++ni) {
                const auto at = static_cast<std::int64_t>(ni);
                EXPECT_EQ(schedule.accumulate(at), run["accumulate"][ni]) << "batch " << ni;
                const bool steps = at - last_step >= schedule.accumulate(at);
                if (steps) last_step = at;
                EXPECT_EQ(steps, run["stepped"][ni] == 1) << "batch " << ni;
                const auto rates = schedule.rates(groups, at);
                for (std::size_t g = 0; g < groups.size(); ++g) {
                    EXPECT_NEAR(rates[g].lr, run["lr"][ni][g].get<double>(), 1e-6) << ni << " group " << g;
                    if (!has_momentum) continue;
                    EXPECT_NEAR(rates[g].momentum, run["momentum"][ni][g].get<double>(), 1e-6) << ni;
                }
            }
            const json& args = run["args"];
            EXPECT_NEAR(
                effective_weight_decay(args.value("weight_decay", 5e-4), args["batch"],
                                       args.value("nbs", 64)),
                *std::max_element(run["weight_decay_of_groups"].begin(), run["weight_decay_of_groups"].end()),
                1e-9);
            ++runs;
        }
    }
    EXPECT_GT(runs, 0);
}

/// Whole trainings of the reference: the rates of each epoch's last batch.
TEST(Schedule, GivesTheRatesOfRealTrainings) {
    YOLO_REQUIRE_GOLDEN("optim");
    for (const auto& golden : test::golden_cases("optim", "schedule")) {
        for (const auto& [name, run] : golden.json.at("runs").items()) {
            SCOPED_TRACE(name);
            const json& args = run.at("args");
            const double rate = run["lr"].back()[0].get<double>();
            // The first epochs are in the warm-up, whose length in batches the golden does not tell.
            ScheduleOptions options = options_of(args, 1000);
            options.start_momentum = 0.9;
            const Schedule schedule(options);
            const auto epochs = static_cast<int>(run["lr"].size());
            const double initial = rate / schedule.factor(epochs - 1);
            for (int epoch = static_cast<int>(std::ceil(options.warmup_epochs)); epoch < epochs; ++epoch) {
                EXPECT_NEAR(initial * schedule.factor(epoch),
                            run["lr"][static_cast<std::size_t>(epoch)][0].get<double>(), 1e-6);
            }
        }
    }
}

TEST(Schedule, MomentumWithoutWarmUpIsTheOptimizersOwn) {
    const Schedule none(
        {.epochs = 5, .batches = 3, .warmup_epochs = 0, .start_momentum = 0.9, .momentum = 0.937});
    const std::vector<ParameterGroup> groups{{"weight", 0.01, true, 1}};
    EXPECT_EQ(none.rates(groups, 0)[0].momentum, 0.9);
    EXPECT_EQ(none.rates(groups, 0)[0].lr, 0.01);
    const Schedule some(
        {.epochs = 5, .batches = 3, .warmup_epochs = 2, .start_momentum = 0.9, .momentum = 0.937});
    EXPECT_NEAR(some.rates(groups, 2)[0].momentum, 0.8 + 0.137 * 2 / 6, 1e-12);
    EXPECT_EQ(some.rates(groups, 14)[0].momentum, 0.937);
}

/// Batches of the training before the rate of the biases has come down to the others'.
std::int64_t warmup_batches(const Schedule& schedule, std::int64_t most) {
    const std::vector<ParameterGroup> groups{{"bias", 0.01, true, 1}, {"weight", 0.01, true, 1}};
    std::int64_t ni = 0;
    for (; ni < most; ++ni) {
        const auto rates = schedule.rates(groups, ni);
        if (rates[0].lr == rates[1].lr) break;
    }
    return ni;
}

TEST(Schedule, AOneEpochTrainingHasNoWarmUp) {
    EXPECT_EQ(warmup_batches(Schedule({.epochs = 1, .batches = 100}), 100), 0);
    const Schedule two({.epochs = 2, .batches = 5, .warmup_epochs = 0.3});
    EXPECT_EQ(warmup_batches(two, 10), 2);  // 1.5: to even
}

TEST(Schedule, TimeBudgetReestimates) {
    EXPECT_EQ(epochs_within(1, 90, 1), 40);
    EXPECT_EQ(epochs_within(1, 91, 1), 40);  // 39.56
    EXPECT_EQ(epochs_within(0.5, 300, 3), 18);
    Schedule schedule({.epochs = 1, .batches = 10, .batch = 4, .timed = true});
    EXPECT_EQ(schedule.accumulate(0), 16);  // one epoch of 10 batches would cap it
    schedule.set_epochs(8);
    EXPECT_EQ(schedule.epochs(), 8);
    EXPECT_EQ(warmup_batches(schedule, 80), 30);
    EXPECT_EQ(schedule.factor(8), 0.01);
}

TEST(OptimizerChoice, AutoFollowsTheReference) {
    YOLO_REQUIRE_GOLDEN("optim");
    int rows = 0;
    for (const auto& golden : test::golden_cases("optim")) {
        if (!golden.json.contains("auto")) continue;
        const json& list = golden.json["auto"];
        for (const json& row : list.contains("rows") ? list["rows"] : list) {
            const auto choice =
                choose_optimizer({"auto", 0.5, 0.6, 0.1}, row.at("classes"),
                                 static_cast<std::int64_t>(row.at("iterations").get<double>()));
            EXPECT_EQ(choice.name, row.at("optimizer"));
            EXPECT_NEAR(choice.learning_rate, row.at("lr0").get<double>(), 1e-9);
            EXPECT_EQ(choice.momentum, row.value("momentum_or_beta1", row.value("momentum", 0.9)));
            EXPECT_EQ(choice.warmup_bias_lr, 0);
            ++rows;
        }
    }
    EXPECT_GT(rows, 0);
}

TEST(OptimizerChoice, RatesAreRoundedAsDecimals) {
    const auto rate = [](int classes) {
        return choose_optimizer({"auto", 0, 0, 0}, classes, 1).learning_rate;
    };
    EXPECT_EQ(rate(28), 0.000313);  // 0.0003125 and a little more
    EXPECT_EQ(rate(156), 6.3e-05);
    EXPECT_EQ(rate(796), 1.3e-05);
    const OptimizerChoice chosen = choose_optimizer({"auto", 0, 0, 0}, 3, 1);
    EXPECT_EQ(optimizer_choice(to_json(chosen)).learning_rate, chosen.learning_rate);
    EXPECT_EQ(optimizer_choice(to_json(chosen)).momentum, 0.9);
}

TEST(OptimizerChoice, BatchesAndDecayFollowTheReference) {
    YOLO_REQUIRE_GOLDEN("optim");
    for (const auto& golden : test::golden_cases("optim")) {
        if (!golden.json.contains("batch")) continue;
        for (const json& row : golden.json["batch"]["rows"]) {
            EXPECT_EQ(steps_to_nominal(row["batch"], row["nbs"]), row["accumulate"]) << row;
            EXPECT_NEAR(effective_weight_decay(5e-4, row["batch"], row["nbs"]),
                        row["weight_decay"].get<double>(), 1e-12);
        }
    }
}

TEST(OptimizerChoice, NamesAreFreeOfCaseAndChecked) {
    EXPECT_EQ(optimizer_name("adamw"), "AdamW");
    EXPECT_EQ(optimizer_name("MUSGD"), "MuSGD");
    EXPECT_EQ(optimizer_name("RMSprop"), "RMSProp");
    EXPECT_EQ(choose_optimizer({"sgd", 0.5, 0.6, 0.1}, 80, 1).learning_rate, 0.5);
    try {
        optimizer_name("Lion");
        FAIL() << "an unknown optimiser was taken";
    } catch (const UsageError& error) {
        EXPECT_NE(std::string(error.what()).find("SGD, MuSGD, Adam"), std::string::npos) << error.what();
    }
    EXPECT_EQ(planned_iterations(65, 16, 64, 10), 20);
    EXPECT_EQ(planned_iterations(128, 128, 64, 10), 10);
}

TEST(EarlyStopping, FollowsTheReference) {
    YOLO_REQUIRE_GOLDEN("optim");
    int rows = 0;
    for (const auto& golden : test::golden_cases("optim")) {
        if (!golden.json.contains("early_stopping")) continue;
        for (const json& row : golden.json["early_stopping"]["rows"]) {
            SCOPED_TRACE(row["patience"].dump() + row["fitness"].dump());
            EarlyStopping stopper(row["patience"]);
            for (std::size_t epoch = 0; epoch < row["fitness"].size(); ++epoch) {
                const json& given = row["fitness"][epoch];
                std::optional<double> fitness;
                if (given.is_string()) fitness = std::numeric_limits<double>::quiet_NaN();
                if (given.is_number()) fitness = given.get<double>();
                const json& want = row["stop_possible_bestepoch_best"][epoch];
                EarlyStopping resumed(row["patience"]);  // after each epoch it goes on from its state
                resumed.restore(stopper.state());
                stopper = resumed;
                EXPECT_EQ(stopper.update(static_cast<int>(epoch), fitness), want[0]) << epoch;
                EXPECT_EQ(stopper.may_stop_next(), want[1]) << epoch;
                EXPECT_EQ(stopper.best_epoch(), want[2]) << epoch;
                EXPECT_EQ(stopper.best_fitness(), want[3]) << epoch;
            }
            ++rows;
        }
    }
    EXPECT_GT(rows, 0);
}

TEST(ClassWeights, RareClassesWeighMore) {
    const std::vector<std::int64_t> counts{403, 26, 30, 0};
    const std::vector<float> half = class_weights(counts, 0.5);
    const std::vector<float> wanted{0.34875F, 1.373029F, 1.278221F, 1};
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(half[i], wanted[i], 1e-5);
    const std::vector<float> whole = class_weights(std::span(counts).first(3), 1);
    EXPECT_NEAR(whole[0], 0.100223F, 1e-5);
    EXPECT_NEAR(whole[1], 1.553452F, 1e-5);
    EXPECT_TRUE(class_weights(counts, 0).empty());
    EXPECT_TRUE(class_weights(std::vector<std::int64_t>{0, 0}, 1).empty());
}

}  // namespace
}  // namespace yolo::train
