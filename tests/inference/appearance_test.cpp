// SPDX-License-Identifier: Apache-2.0
#include "inference/appearance.hpp"

#include <numeric>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <opencv2/core.hpp>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "inference/tracking_stage.hpp"
#include "inference/video_source.hpp"
#include "support/golden.hpp"

namespace yolo::inference {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A map whose values are 0, 1, 2 ...
Tensor counting(const Shape& shape) {
    Tensor map = Tensor::allocate(DType::f32, shape);
    std::iota(map.mutable_values<float>().begin(), map.mutable_values<float>().end(), 0.0F);
    return map;
}

TEST(MapFeatures, AverageChannelsInGroupsOfTheNarrowestMap) {
    // Level 0: 2 channels of 2 x 3 cells; level 1: 4 channels of 1 x 2 cells.
    const std::vector<Tensor> maps = {counting({1, 2, 2, 3}), counting({1, 4, 1, 2})};
    const std::vector<int> anchors = {0, 5, 6, 7};
    EXPECT_THAT(map_features(maps, anchors),
                ElementsAre(ElementsAre(0, 6), ElementsAre(5, 11), ElementsAre(1, 5), ElementsAre(2, 6)));
    const std::vector<int> beyond = {8};
    EXPECT_THAT(map_features(maps, beyond), ElementsAre(IsEmpty()));
}

constexpr int input_side = 64;

/// Two levels, random weights.
std::shared_ptr<Session> two_levels(int narrow = 8, int wide = 16) {
    const auto file = test::scratch_dir() / "two.yaml";
    write_file(file, std::string_view(fmt::format(R"(
nc: 3
backbone:
  - [-1, 1, Conv, [8, 3, 2]]
  - [-1, 1, Conv, [{}, 3, 2]]
  - [-1, 1, Conv, [{}, 3, 2]]
head:
  - [[1, -1], 1, Detect, [nc]]
)",
                                                  narrow, wide)));
    return std::make_shared<Session>(checkpoint::load(file.string()));
}

std::unique_ptr<sources::Source> noise() {
    return std::make_unique<VideoSource>(5, input_side, [](cv::Mat& frame, int number) {
        cv::RNG(static_cast<std::uint64_t>(number)).fill(frame, cv::RNG::UNIFORM, 0, 255);
    });
}

PredictOptions noise_options(Session& session) {
    PredictOptions options;
    options.imgsz = Size{input_side, input_side};
    options.conf = 1e-5F;  // untrained
    options.iou = 0.3F;
    options.threads = 2;
    return checked_options(options, session.info(), {});
}

struct Kept {
    std::vector<Prediction> predictions;
    std::vector<std::vector<std::vector<float>>> features;
};

/// Keeps what reaches a stage that asks for all there is.
class KeepingStage final : public Stage {
  public:
    KeepingStage(Kept& seen, TrackingAids aids) : seen_(seen), aids_(std::move(aids)) {}
    std::vector<int> layers() const override {
        return aids_.appearance ? aids_.appearance->layers() : std::vector<int>();
    }
    std::optional<float> loose_conf() const override {
        return aids_.recovers ? std::optional(0.0F) : std::nullopt;
    }
    void process(std::vector<Prediction>& batch) override {
        for (Prediction& prediction : batch) {
            if (aids_.appearance) seen_.features.push_back(aids_.appearance->of(prediction));
            seen_.predictions.push_back(prediction);
        }
    }

  private:
    Kept& seen_;
    const TrackingAids aids_;
};

Kept run_with(const std::shared_ptr<Session>& session, const TrackerOptions& tracker,
              std::vector<std::string>* lines = nullptr, int max_det = 40) {
    PredictOptions options = noise_options(*session);
    options.max_det = max_det;
    const LogSink log = [&](LogLevel, std::string_view text) {
        if (lines != nullptr) lines->emplace_back(text);
    };
    const StreamTrackers trackers(tracker, false);
    Kept seen;
    Stages stages;
    stages.push_back(
        std::make_unique<KeepingStage>(seen, tracking_aids(trackers, *session, options, "reference", log)));
    Pipeline pipeline(session, noise(), options, "reference", std::move(stages));
    while (!pipeline.next().empty()) {
    }
    return seen;
}

TEST(Appearance, AutoIsTheMapsThatEnterTheHead) {
    const Kept seen = run_with(two_levels(), {.type = "botsort", .settings = {{"with_reid", true}}});
    ASSERT_EQ(seen.features.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
        const Prediction& prediction = seen.predictions[i];
        ASSERT_FALSE(prediction.result.boxes.empty());
        ASSERT_EQ(seen.features[i].size(), prediction.result.boxes.size());
        ASSERT_EQ(prediction.maps.size(), 2U);
        EXPECT_THAT(prediction.loose.boxes, IsEmpty()) << "nobody asked";
        for (std::size_t k = 0; k < seen.features[i].size(); ++k) {
            ASSERT_EQ(seen.features[i][k].size(), 8U);
            const int anchor = prediction.anchors[k];
            if (anchor >= 16 * 16) continue;
            EXPECT_FLOAT_EQ(seen.features[i][k][3],
                            prediction.maps.at(1).values<float>()[3 * 16 * 16 + anchor]);
        }
    }
}

TEST(Appearance, WithoutReidNothingIsAskedFor) {
    const Kept seen = run_with(two_levels(), {.type = "bytetrack"});
    EXPECT_THAT(seen.features, IsEmpty());
    ASSERT_EQ(seen.predictions.size(), 5U);
    for (const Prediction& prediction : seen.predictions) {
        EXPECT_THAT(prediction.maps, IsEmpty());
        EXPECT_THAT(prediction.loose.boxes, IsEmpty());
    }
}

TEST(Appearance, MapsThatCannotBeComparedLeaveMotionAlone) {
    std::vector<std::string> lines;
    const Kept seen =
        run_with(two_levels(16, 24), {.type = "botsort", .settings = {{"with_reid", true}}}, &lines);
    EXPECT_THAT(seen.features, IsEmpty());
    EXPECT_THAT(lines, ElementsAre(HasSubstr("only motion counts")));
}

TEST(Appearance, ANamedModelLooksAtCutOuts) {
    const auto session = two_levels();
    const auto file = test::scratch_dir() / "looks-cls.yaml";
    write_file(file, std::string_view(R"(
nc: 3
backbone:
  - [-1, 1, Conv, [8, 3, 2]]
  - [-1, 1, Conv, [16, 3, 2]]
head:
  - [-1, 1, Classify, [nc]]
)"));
    const Kept seen =
        run_with(session, {.type = "botsort", .settings = {{"with_reid", true}, {"model", file.string()}}},
                 nullptr, 3);
    ASSERT_EQ(seen.features.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_THAT(seen.predictions[i].maps, IsEmpty());
        ASSERT_EQ(seen.features[i].size(), seen.predictions[i].result.boxes.size());
        for (const auto& feature : seen.features[i]) EXPECT_EQ(feature.size(), 16U);
    }
}

TEST(LooseDetections, AreThoseOfAWiderSuppression) {
    const Kept seen = run_with(two_levels(), {.type = "tracktrack"});
    ASSERT_EQ(seen.predictions.size(), 5U);
    std::size_t more = 0;
    for (const Prediction& prediction : seen.predictions) {
        ASSERT_FALSE(prediction.loose.boxes.empty());
        EXPECT_FLOAT_EQ(prediction.loose.boxes[0].confidence, prediction.result.boxes.at(0).confidence);
        EXPECT_FLOAT_EQ(prediction.loose.boxes[0].x1, prediction.result.boxes[0].x1);
        more += prediction.loose.boxes.size() > prediction.result.boxes.size();
        EXPECT_THAT(prediction.maps, IsEmpty());
    }
    EXPECT_GT(more, 0U);
}

}  // namespace
}  // namespace yolo::inference
