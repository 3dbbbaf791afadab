// SPDX-License-Identifier: Apache-2.0
/// \file What `yolo benchmark mode=train` measures. Without LibTorch (sanitizers) there is no training.
#ifdef YOLO_HAS_TORCH

#include <atomic>
#include <cstdlib>
#include <set>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/processor.hpp"
#include "data/shapes/shapes.hpp"
#include "modes/benchmarking/training.hpp"
#include "support/golden.hpp"

namespace yolo::modes {
namespace {

namespace fs = std::filesystem;

std::set<std::string> files_below(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) names.insert(entry.path());
    return names;
}

/// Temporary files go into a folder of the test.
class TrainingBenchmark : public ::testing::Test {
  protected:
    void SetUp() override {
        fs::create_directories(temporary());
        if (const char* before = std::getenv("TMPDIR")) before_ = before;
        ::setenv("TMPDIR", temporary().c_str(), 1);
        config_.set_mode(Mode::benchmark);
        set("imgsz", "64");
        set("batch", "4");
        set("nbs", "8");  // every second batch moves the optimiser
    }
    void TearDown() override {
        EXPECT_EQ(files_below(temporary()), std::set<std::string>());
        before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before_.c_str(), 1);
    }

    fs::path temporary() const { return folder_ / "tmp"; }
    void set(const char* key, const std::string& text) { config_.set(key, parse_value(text)); }

    TrainingFigures measure(Precision precision = Precision::fp32) {
        return measure_training(config_, context_, {.precision = precision, .warm_up = 1, .steps = 3});
    }

    static void expect_sound(const TrainingFigures& figures) {
        const TrainingShares& s = figures.shares;
        for (const double share : {s.loader, s.forward, s.losses, s.backward, s.optimizer, s.average})
            EXPECT_GT(share, 0);
        EXPECT_NEAR(s.loader + s.forward + s.losses + s.backward + s.optimizer + s.average + s.other, 1,
                    1e-3);
        EXPECT_EQ(figures.steps, 3);
        EXPECT_NEAR(figures.images_per_second * figures.seconds, 12, 1e-6);
        EXPECT_LE(figures.median_ms, figures.p95_ms);
        EXPECT_EQ(figures.batch, 4);
        EXPECT_EQ(figures.imgsz, 64);
        EXPECT_EQ(figures.accumulate, 2);
        EXPECT_GT(figures.peak_memory, 1e7);
        EXPECT_EQ(figures.device, "cpu");
    }

    const fs::path folder_ = test::scratch_dir();
    Config config_;
    CommandContext context_;
    std::string before_;
};

TEST_F(TrainingBenchmark, EveryTaskOnDrawnPictures) {
    for (const char* model :
         {"yolov8n.yaml", "yolov8n-seg.yaml", "yolov8n-pose.yaml", "yolov8n-obb.yaml", "yolov8n-cls.yaml"}) {
        SCOPED_TRACE(model);
        set("model", model);
        const TrainingFigures figures = measure();
        expect_sound(figures);
        EXPECT_EQ(figures.precision, "fp32");
        EXPECT_EQ(figures.data, "drawn shapes");
        EXPECT_EQ(figures.model, model);
    }
}

TEST_F(TrainingBenchmark, Bf16WhereTheProcessorHasIt) {
    set("model", "yolov8n.yaml");
    if (!processor_has_bf16()) {
        EXPECT_THROW(measure(Precision::bf16), UsageError);
        return;
    }
    const TrainingFigures figures = measure(Precision::bf16);
    expect_sound(figures);
    EXPECT_EQ(figures.precision, "bf16");
    EXPECT_THAT(figures.description, ::testing::HasSubstr("bf16"));
}

TEST_F(TrainingBenchmark, DataOfTheUserStaysAsItIs) {
    const fs::path shapes = folder_ / "shapes";
    data::write_shapes(shapes, {.task = Task::detect, .pictures = 12, .size = 64, .seed = 0});
    const std::set<std::string> before = files_below(shapes);
    set("model", "yolov8n.yaml");
    set("cache", "disk");
    config_.set("data", (shapes / "shapes.yaml").string());
    config_.set("save_dir", (folder_ / "not used").string());
    const TrainingFigures figures = measure();
    EXPECT_EQ(figures.data, (shapes / "shapes.yaml").string());
    EXPECT_LT(figures.pictures, 12);
    EXPECT_EQ(files_below(shapes), before);
    EXPECT_FALSE(fs::exists(folder_ / "not used"));
}

TEST_F(TrainingBenchmark, CancelledItLeavesNothing) {  // what is left is seen in TearDown()
    set("model", "yolov8n.yaml");
    std::atomic<int> asked = 0;
    std::string where;
    context_.progress = [&](std::string_view text) { where = text; };
    for (const char* until : {"Drawing", "warm-up", "step 2/3"}) {
        SCOPED_TRACE(until);
        where.clear();
        context_.cancelled = [&] { return ++asked > 0 && where.find(until) != std::string::npos; };
        EXPECT_THROW(measure(), Cancelled);
    }
    EXPECT_GT(asked, 3);
}

TEST_F(TrainingBenchmark, AMoveOfTheOptimiserIsSeenHoweverSmallTheBatchIs) {
    set("model", "yolov8n-cls.yaml");
    set("batch", "2");
    set("nbs", "64");
    const TrainingFigures figures = measure();
    EXPECT_EQ(figures.accumulate, 3);
    EXPECT_GT(figures.shares.optimizer, 0);
}

TEST(TrainingFigures, GoThroughJson) {
    TrainingFigures figures;
    figures.model = "a.pt";
    figures.task = Task::pose;
    figures.batch = 7;
    figures.images_per_second = 12.5;
    figures.shares.backward = 0.25;
    figures.device_memory = 3e9;
    const Json json = to_json(figures);
    EXPECT_EQ(to_json(training_figures(json)), json);
    EXPECT_EQ(json.at("task"), "pose");
    EXPECT_EQ(json.at("shares").at("backward"), 0.25);
    EXPECT_EQ(json.at("batch"), 7);
}

}  // namespace
}  // namespace yolo::modes

#endif
