// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include <yolo/error.hpp>

#include "tasks/task.hpp"

namespace yolo::tasks {
namespace {

ModelInfo info_of(Task task, int classes) {
    ModelInfo info;
    info.task = task;
    info.names = std::make_shared<std::vector<std::string>>(static_cast<std::size_t>(classes), "thing");
    info.stride = {8, 16, 32};
    return info;
}

/// 640 x 480 pictures (w x h) in a 320 x 256 input: scaled by a half, 8 rows of padding above and below.
Result result_for(const ModelInfo& info) {
    Result result;
    result.task = info.task;
    result.names = info.names;
    result.orig_shape = {480, 640};
    result.input_shape = {256, 320};
    return result;
}

/// (2, rows, columns): the first picture is all zeros, the second has these channels.
Tensor output_of(const std::vector<std::vector<float>>& channels) {
    const auto rows = static_cast<std::int64_t>(channels.size());
    const auto columns = static_cast<std::int64_t>(channels[0].size());
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    for (const auto& channel : channels) values.insert(values.end(), channel.begin(), channel.end());
    return Tensor::from({2, rows, columns}, values);
}

std::vector<std::vector<float>> two_boxes() {
    return {{100, 300}, {128, 100}, {40, 60}, {20, 30}, {0.9f, 0.1f}, {0.1f, 0.8f}};
}

Result decoded(const ModelInfo& info, const std::vector<Tensor>& outputs, int index = 1,
               const DecodeOptions& options = {}) {
    Result result = result_for(info);
    task_room(info.task).decode(outputs, index, info, options, result);
    return result;
}

TEST(DetectRoom, BoxesAreInThePictureAndLimitedToIt) {
    const ModelInfo info = info_of(Task::detect, 2);
    const Result result = decoded(info, {output_of(two_boxes())});
    ASSERT_EQ(result.boxes.size(), 2U);
    const Box &first = result.boxes[0], &second = result.boxes[1];
    EXPECT_FLOAT_EQ(first.x1, 160);
    EXPECT_FLOAT_EQ(first.y1, 220);
    EXPECT_FLOAT_EQ(first.x2, 240);
    EXPECT_FLOAT_EQ(first.y2, 260);
    EXPECT_FLOAT_EQ(first.confidence, 0.9f);
    EXPECT_EQ(first.class_id, 0);
    EXPECT_FLOAT_EQ(second.x2, 640);
    EXPECT_EQ(second.class_id, 1);
    EXPECT_TRUE(decoded(info, {output_of(two_boxes())}, 0).boxes.empty());
}

TEST(DetectRoom, ObjectsAreInPixelsOfTheInputAndNotLimited) {
    const ModelInfo info = info_of(Task::detect, 2);
    const Objects found = task_room(Task::detect).find_objects({output_of(two_boxes())}, 1, info, {});
    EXPECT_EQ(found.classes, (std::vector{0, 1}));
    EXPECT_EQ(found.scores, (std::vector{0.9f, 0.8f}));
    EXPECT_EQ(found.anchors, (std::vector{0, 1}));
    EXPECT_EQ(found.boxes, (std::vector<image::Box4>{{80, 118, 120, 138}, {270, 85, 330, 115}}));
    EXPECT_TRUE(found.rotated.empty() && found.keypoints.empty() && found.coefficients.empty());
}

TEST(DetectRoom, FinalRowsOfANetworkWithItsOwnSuppression) {
    const ModelInfo info = info_of(Task::detect, 2);
    const Tensor rows =
        output_of({{80, 118, 120, 138, 0.9f, 1}, {80, 118, 120, 138, 0.8f, 1}, {0, 0, 9, 9, 0.1f, 0}});
    const Result result = decoded(info, {rows}, 1, {.form = OutputForm::final_rows});
    ASSERT_EQ(result.boxes.size(), 2U);
    EXPECT_FLOAT_EQ(result.boxes[0].x1, 160);
    EXPECT_EQ(result.boxes[1].class_id, 1);
    EXPECT_THROW(decoded(info, {output_of(two_boxes())}, 1, {.form = OutputForm::final_rows}), Error);
}

TEST(DetectRoom, SixAnchorsAreNoFinalRows) {
    auto channels = two_boxes();
    for (auto& channel : channels) channel.resize(6, 0);
    const Result result = decoded(info_of(Task::detect, 2), {output_of(channels)});
    ASSERT_EQ(result.boxes.size(), 2U);
    EXPECT_FLOAT_EQ(result.boxes[0].x1, 160);
    EXPECT_FLOAT_EQ(result.boxes[0].confidence, 0.9f);
}

TEST(PoseRoom, KeypointsMoveWithThePicture) {
    ModelInfo info = info_of(Task::pose, 2);
    for (const int values : {2, 3}) {
        info.kpt_shape = {2, values};
        auto channels = two_boxes();
        for (int k = 0; k < 2; ++k) {
            channels.push_back({100.0f + static_cast<float>(k), 0});
            channels.push_back({300, 0});
            if (values == 3) channels.push_back({0.7f, 0});
        }
        const Result result = decoded(info, {output_of(channels)});
        ASSERT_EQ(result.keypoints.size(), 2U);
        ASSERT_EQ(result.keypoints[0].size(), 2U);
        EXPECT_EQ(result.keypoint_values, values);
        EXPECT_FLOAT_EQ(result.keypoints[0][1].x, 202);
        EXPECT_FLOAT_EQ(result.keypoints[0][1].y, 480);  // below the picture
        EXPECT_FLOAT_EQ(result.keypoints[0][1].confidence, values == 3 ? 0.7f : 1.0f);
    }
}

TEST(ObbRoom, CentreAndSidesAreScaledAndTheAngleStays) {
    const ModelInfo info = info_of(Task::obb, 2);
    auto channels = two_boxes();
    channels.push_back({0.4f, -0.5f});
    const Result result = decoded(info, {output_of(channels)});
    ASSERT_EQ(result.obb.size(), 2U);
    EXPECT_FLOAT_EQ(result.obb[0].cx, 200);
    EXPECT_FLOAT_EQ(result.obb[0].cy, 240);
    EXPECT_FLOAT_EQ(result.obb[0].width, 80);
    EXPECT_FLOAT_EQ(result.obb[0].height, 40);
    EXPECT_FLOAT_EQ(result.obb[1].angle, -0.5f);
}

TEST(SegmentRoom, DetectionsWithoutAPixelAreLeftOut) {
    const ModelInfo info = info_of(Task::segment, 2);
    auto channels = two_boxes();
    channels.push_back({1, -1});  // of one prototype, positive everywhere
    const Tensor prototypes = Tensor::from({2, 1, 64, 80}, std::vector<float>(2 * 64 * 80, 0.5f));
    for (const bool retina : {false, true}) {
        const Result result = decoded(info, {output_of(channels), prototypes}, 1, {.retina_masks = retina});
        ASSERT_EQ(result.boxes.size(), 1U);
        ASSERT_EQ(result.masks.size(), 1U);
        Result again = result_for(info);
        EXPECT_EQ(task_room(info.task).decode({output_of(channels), prototypes}, 1, info, {}, again).anchors,
                  std::vector{0});
        const Mask& mask = result.masks[0];
        EXPECT_EQ((Size{mask.height, mask.width}), (retina ? result.orig_shape : result.input_shape));
        EXPECT_EQ(std::count(mask.data.begin(), mask.data.end(), 1), retina ? 80 * 40 : 40 * 20);
    }
}

TEST(LetterboxRooms, ALooseSuppressionKeepsMore) {
    auto channels = two_boxes();
    for (std::size_t row : {0U, 1U, 2U, 3U}) channels[row][1] = channels[row][0];
    channels[0][1] += 2;  // overlap of 38 / 42 = 0.905
    channels[4] = {0.9F, 0.8F};
    channels[5] = {0, 0};
    const ModelInfo info = info_of(Task::detect, 2);
    Result result = result_for(info);
    const Decoded loosely = task_room(info.task).decode({output_of(channels)}, 1, info,
                                                        {.loose = LooseSuppression{.iou = 0.95F}}, result);
    EXPECT_EQ(loosely.anchors, std::vector{0});
    ASSERT_EQ(result.boxes.size(), 1U);
    ASSERT_EQ(loosely.loose.boxes.size(), 2U);
    EXPECT_FLOAT_EQ(loosely.loose.boxes[0].x1, 160);
    EXPECT_FLOAT_EQ(loosely.loose.boxes[1].x1, 164);
    EXPECT_FLOAT_EQ(loosely.loose.boxes[1].confidence, 0.8F);
    Result better = result_for(info);
    const DecodeOptions only_better{.loose = LooseSuppression{.iou = 0.95F, .conf = 0.8F}};
    EXPECT_EQ(
        task_room(info.task).decode({output_of(channels)}, 1, info, only_better, better).loose.boxes.size(),
        1U);

    const ModelInfo turned = info_of(Task::obb, 2);
    channels.push_back({0.1F, 0.1F});
    Result rotated = result_for(turned);
    const auto [anchors, loose] =
        task_room(turned.task)
            .decode({output_of(channels)}, 1, turned, {.iou = 0.3F, .loose = LooseSuppression{.iou = 0.999F}},
                    rotated);
    EXPECT_EQ(anchors, std::vector{0});
    ASSERT_EQ(loose.obb.size(), 2U);
    EXPECT_FLOAT_EQ(loose.obb[1].angle, 0.1F);
    EXPECT_TRUE(
        task_room(turned.task).decode({output_of(channels)}, 1, turned, {}, rotated).loose.obb.empty());
}

TEST(ClassifyRoom, GivesTheProbabilitiesOfThePicture) {
    const ModelInfo info = info_of(Task::classify, 3);
    const Result result =
        decoded(info, {Tensor::from({2, 3}, std::vector<float>{1, 0, 0, 0.2f, 0.5f, 0.3f})});
    EXPECT_EQ(result.probs, (std::vector<float>{0.2f, 0.5f, 0.3f}));
    const Result pooled =
        decoded(info, {Tensor::from({2, 3, 1, 1}, std::vector<float>{1, 0, 0, 0.2f, 0.5f, 0.3f})});
    EXPECT_EQ(pooled.probs, result.probs);
    EXPECT_THROW(decoded(info, {Tensor::from({2, 3, 1, 2}, std::vector<float>(12))}), Error);
}

TEST(Rooms, InputSizes) {
    const TaskRoom& detect = task_room(Task::detect);
    EXPECT_EQ(detect.input_size({{333, 500}}, {640, 640}, true, 32), (Size{448, 640}));
    EXPECT_EQ(detect.input_size({{333, 500}, {333, 500}}, {640, 640}, true, 32), (Size{448, 640}));
    EXPECT_EQ(detect.input_size({{333, 500}, {500, 333}}, {640, 640}, true, 32), (Size{640, 640}));
    EXPECT_EQ(detect.input_size({{333, 500}}, {640, 640}, false, 32), (Size{640, 640}));
    EXPECT_EQ(detect.input_size({{333, 500}}, {600, 630}, false, 32), (Size{608, 640}));
    EXPECT_EQ(task_room(Task::classify).input_size({{333, 500}}, {224, 224}, true, 1), (Size{224, 224}));
}

TEST(Rooms, EveryTaskPreprocesses) {
    const cv::Mat picture(48, 64, CV_8UC3, cv::Scalar(1, 2, 3));
    for (const Task task : {Task::detect, Task::segment, Task::pose, Task::obb, Task::classify}) {
        cv::Mat place(64, 64, CV_8UC3);
        task_room(task).preprocess(picture, place, {64, 64});
        EXPECT_EQ(place.at<cv::Vec3b>(32, 32), cv::Vec3b(1, 2, 3));
        EXPECT_EQ(place.at<cv::Vec3b>(0, 0),
                  task == Task::classify ? cv::Vec3b(1, 2, 3) : cv::Vec3b(114, 114, 114));
    }
}

TEST(Rooms, OutputsOfAnotherModelAreRefused) {
    const Tensor boxes = output_of(two_boxes());
    EXPECT_THROW(decoded(info_of(Task::pose, 2), {boxes}), Error);
    EXPECT_THROW(decoded(info_of(Task::obb, 2), {boxes}), Error);
    EXPECT_THROW(decoded(info_of(Task::segment, 2), {boxes}), Error);
    EXPECT_THROW(decoded(info_of(Task::classify, 2), {boxes}), Error);
    EXPECT_THROW(decoded(info_of(Task::detect, 2), {boxes}, 2), Error);
    EXPECT_THROW(decoded(info_of(Task::detect, 2), {Tensor::from({2, 3}, std::vector<float>(6))}), Error);
}

}  // namespace
}  // namespace yolo::tasks
