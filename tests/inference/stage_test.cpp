// SPDX-License-Identifier: Apache-2.0
/// \file Stages between the network and the reader, and the maps of layers that they ask for.
#include "inference/stage.hpp"

#include <numeric>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "inference/step.hpp"
#include "inference/video_source.hpp"
#include "support/golden.hpp"
#include "support/tiny_detector.hpp"

namespace yolo::inference {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr int side = 64;
constexpr int frames = 30;

/// A detector of three small convolutions and a head, with random weights.
std::shared_ptr<Session> tiny_detector() {
    const auto file = test::write_tiny_detector(test::scratch_dir());
    return std::make_shared<Session>(checkpoint::load(file.string()));
}

/// Frames of a video, each of a shade of its own.
std::unique_ptr<sources::Source> shades() {
    return std::make_unique<VideoSource>(frames, side, [](cv::Mat& frame, int number) {
        frame = cv::Scalar(8 * number, 255 - 8 * number, 100);
    });
}

PredictOptions options_of(const Session& session) {
    PredictOptions options;
    options.imgsz = Size{side, side};
    options.conf = 1e-5F;  // untrained
    options.max_det = 5;
    options.threads = 3;
    return checked_options(options, session.info(), {});
}

struct Seen {
    std::vector<int> numbers;
    std::set<std::thread::id> threads;
};

/// Numbers the results by giving each one's first box that track.
class NumberingStage final : public Stage {
  public:
    explicit NumberingStage(Seen& seen) : seen_(seen) {}
    void process(std::vector<Prediction>& batch) override {
        seen_.threads.insert(std::this_thread::get_id());
        for (Prediction& prediction : batch) {
            seen_.numbers.push_back(prediction.frame.frame_number);
            prediction.result.boxes.at(0).track_id = static_cast<int>(seen_.numbers.size());
        }
    }

  private:
    Seen& seen_;
};

/// Asks for maps of layers.
class LayersStage final : public Stage {
  public:
    explicit LayersStage(std::vector<int> layers) : layers_(std::move(layers)) {}
    std::vector<int> layers() const override { return layers_; }
    void process(std::vector<Prediction>&) override {}

  private:
    std::vector<int> layers_;
};

class FailingStage final : public Stage {
  public:
    void process(std::vector<Prediction>&) override { throw Error("lost the track"); }
};

template <class... Stage>
Stages stages_of(std::unique_ptr<Stage>... stage) {
    Stages stages;
    (stages.push_back(std::move(stage)), ...);
    return stages;
}

std::vector<Prediction> all_of(Pipeline& pipeline) {
    std::vector<Prediction> all;
    for (auto batch = pipeline.next(); !batch.empty(); batch = pipeline.next())
        std::move(batch.begin(), batch.end(), std::back_inserter(all));
    return all;
}

std::vector<Prediction> predicted(const std::shared_ptr<Session>& session, const std::string& engine,
                                  Stages stages) {
    Pipeline pipeline(session, shades(), options_of(*session), engine, std::move(stages));
    return all_of(pipeline);
}

TEST(Stage, SeesEveryResultInOrderOnTheReadersThread) {
    Seen seen;
    const std::vector<Prediction> all =
        predicted(tiny_detector(), "reference", stages_of(std::make_unique<NumberingStage>(seen)));
    std::vector<int> expected(frames);
    std::iota(expected.begin(), expected.end(), 1);
    EXPECT_EQ(seen.numbers, expected);
    EXPECT_EQ(seen.threads, std::set{std::this_thread::get_id()});
    ASSERT_EQ(all.size(), expected.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].result.boxes.at(0).track_id, expected[i]) << "the reader sees what the stage did";
        EXPECT_TRUE(all[i].maps.empty()) << "nobody asked";
    }
}

TEST(Stage, SeesWhatTheOneBeforeItLeft) {
    Seen first, second;
    const std::vector<Prediction> all = predicted(
        tiny_detector(), "reference",
        stages_of(std::make_unique<NumberingStage>(first), std::make_unique<NumberingStage>(second)));
    EXPECT_EQ(first.numbers, second.numbers);
}

TEST(Stage, WhatItThrowsTheReaderGets) {
    const auto session = tiny_detector();
    EXPECT_THAT([&] { predicted(session, "reference", stages_of(std::make_unique<FailingStage>())); },
                ThrowsMessage<Error>("lost the track"));
}

bool same_boxes(const Result& a, const Result& b) {
    const auto equal = [](const Box& x, const Box& y) {
        return x.class_id == y.class_id && std::abs(x.confidence - y.confidence) < 1e-5F &&
               std::abs(x.x1 - y.x1) < 1e-2F && std::abs(x.y2 - y.y2) < 1e-2F;
    };
    return std::equal(a.boxes.begin(), a.boxes.end(), b.boxes.begin(), b.boxes.end(), equal);
}

TEST(LayerMaps, ComeBesideAnUnchangedResult) {
    const auto session = tiny_detector();
    const std::vector<Prediction> oracle =
        predicted(session, "reference", stages_of(std::make_unique<LayersStage>(std::vector{2, 0})));
    for (const char* engine : {"reference", "cpu"}) {
        const std::vector<Prediction> plain = predicted(session, engine, {});
        const std::vector<Prediction> asked =
            predicted(session, engine,
                      stages_of(std::make_unique<LayersStage>(std::vector{2}),
                                std::make_unique<LayersStage>(std::vector{0, 2})));
        ASSERT_EQ(asked.size(), plain.size());
        for (std::size_t i = 0; i < asked.size(); ++i) {
            EXPECT_TRUE(same_boxes(asked[i].result, plain[i].result)) << engine << " " << i;
            EXPECT_EQ(asked[i].result.boxes.size(), 5U);
            ASSERT_EQ(asked[i].maps.size(), 2U) << "each layer once";
            EXPECT_EQ(asked[i].maps.at(0).shape(), (Shape{1, 8, side / 2, side / 2}));
            EXPECT_EQ(asked[i].maps.at(2).shape(), (Shape{1, 16, side / 8, side / 8}));
            for (const int layer : {0, 2})
                EXPECT_THAT(asked[i].maps.at(layer).values<float>(),
                            ::testing::Pointwise(::testing::FloatNear(1e-3F),
                                                 oracle[i].maps.at(layer).values<float>()));
        }
    }
}

TEST(LayerMaps, AreOfThePictureOfTheBatch) {
    const auto session = tiny_detector();
    const EngineRequest request{.engine = "reference", .maps = {1}};
    std::vector<sources::Frame> both(2);
    for (std::size_t i = 0; i < both.size(); ++i)
        both[i].image = cv::Mat(side, side, CV_8UC3, cv::Scalar::all(60.0 + 100.0 * static_cast<double>(i)));
    StepTimes times;
    const auto together = predict_step(*session, request, options_of(*session), both, times);
    const auto alone = predict_step(*session, request, options_of(*session), {both[1]}, times);
    EXPECT_THAT(together.at(1).maps.at(1).values<float>(),
                ::testing::ElementsAreArray(alone.at(0).maps.at(1).values<float>()));
    EXPECT_THAT(together.at(0).maps.at(1).values<float>(),
                ::testing::Not(::testing::ElementsAreArray(alone.at(0).maps.at(1).values<float>())));
}

TEST(LayerMaps, AreRefusedWhereThereAreNone) {
    const auto session = tiny_detector();
    const auto pipeline = [&](int layer, bool augment, std::vector<int> embed) {
        PredictOptions options = options_of(*session);
        options.augment = augment;
        options.embed = std::move(embed);
        Pipeline(session, shades(), options, "reference",
                 stages_of(std::make_unique<LayersStage>(std::vector{layer})))
            .next();
    };
    EXPECT_THAT([&] { pipeline(0, true, {}); }, ThrowsMessage<UsageError>(HasSubstr("augment=True")));
    EXPECT_THAT([&] { pipeline(0, false, {1}); }, ThrowsMessage<UsageError>(HasSubstr("embed=")));
    EXPECT_THAT([&] { pipeline(9, false, {}); }, ThrowsMessage<UsageError>(HasSubstr("the map of layer 9")));
}

}  // namespace
}  // namespace yolo::inference
