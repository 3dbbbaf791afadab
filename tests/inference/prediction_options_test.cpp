// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "inference/options.hpp"

namespace yolo::inference {
namespace {

ModelInfo detector() {
    ModelInfo info;
    info.names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "b"});
    info.stride = {8, 16, 32};
    info.imgsz = 320;
    return info;
}

TEST(PredictOptions, ImgszIsRoundedUpWithAWarning) {
    std::vector<std::string> warnings;
    const LogSink log = [&](LogLevel, std::string_view text) { warnings.emplace_back(text); };
    PredictOptions options;
    options.imgsz = Size{100, 640};
    EXPECT_EQ(checked_options(options, detector(), log).imgsz, (Size{128, 640}));
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_THAT(warnings[0], ::testing::HasSubstr("[128, 640]"));
}

TEST(PredictOptions, TheModelsOwnSizeIsTheDefault) {
    EXPECT_EQ(checked_options({}, detector(), {}).imgsz, (Size{320, 320}));
}

TEST(PredictOptions, AugmentIsForDetection) {
    ModelInfo info = detector();
    PredictOptions options;
    options.augment = true;
    EXPECT_TRUE(checked_options(options, info, {}).augment);
    info.task = Task::segment;
    EXPECT_FALSE(checked_options(options, info, {}).augment);
}

TEST(PredictOptions, WrongValuesAreRefused) {
    const auto refuses = [](auto change, const char* key) {
        PredictOptions options;
        change(options);
        EXPECT_THAT([&] { checked_options(options, detector(), {}); },
                    ::testing::ThrowsMessage<UsageError>(::testing::StartsWith(std::string(key) + "=")));
    };
    refuses([](auto& o) { o.conf = 2; }, "conf");
    refuses([](auto& o) { o.conf = -0.1F; }, "conf");
    refuses([](auto& o) { o.iou = 1.5F; }, "iou");
    refuses([](auto& o) { o.max_det = 0; }, "max_det");
    refuses([](auto& o) { o.batch = 0; }, "batch");
    refuses([](auto& o) { o.vid_stride = 0; }, "vid_stride");
    refuses([](auto& o) { o.classes = {2}; }, "classes");
    refuses([](auto& o) { o.imgsz = Size{0, 0}; }, "imgsz");
    refuses([](auto& o) { o.imgsz = Size{-1, 32}; }, "imgsz");
}

TEST(PredictOptions, ImgszHasThreeForms) {
    EXPECT_EQ(parse_imgsz(Value{}), std::nullopt);
    EXPECT_EQ(parse_imgsz(Value{std::int64_t{640}}), (Size{640, 640}));
    EXPECT_EQ(parse_imgsz(Value{ValueList{Value{std::int64_t{480}}, Value{std::int64_t{640}}}}),
              (Size{480, 640}));
    for (const Value& wrong : {Value{std::int64_t{0}}, Value{std::int64_t{-1}}, Value{std::string("big")},
                               Value{0.5}, Value{1e9}, Value{ValueList{}}}) {
        EXPECT_THROW(parse_imgsz(wrong), UsageError) << to_string(wrong);
    }
}

}  // namespace
}  // namespace yolo::inference
