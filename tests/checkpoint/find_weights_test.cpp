// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/load_content.hpp"
#include "core/files.hpp"
#include "support/golden.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;
using checkpoint::find_weights;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(FindWeights, LooksAtThePathThenInTheFolder) {
    const fs::path folder = scratch_dir();
    write_file(folder / "mine.pt", std::string_view("x"));
    write_file(folder / "yolov8n-seg.pt", std::string_view("x"));
    EXPECT_EQ(find_weights((folder / "mine.pt").string(), "elsewhere"), folder / "mine.pt");
    EXPECT_EQ(find_weights("mine.pt", folder), folder / "mine.pt");
    EXPECT_EQ(find_weights("yolov8n-seg", folder), folder / "yolov8n-seg.pt");
}

TEST(FindWeights, DescriptionsAreLookedForElsewhere) {
    EXPECT_EQ(find_weights("yolov8n.yaml", "w"), "yolov8n.yaml");
}

TEST(FindWeights, SaysWhereToGetWhatIsMissing) {
    const auto message = [](const std::string& name) {
        return error_of([&] { find_weights(name, "weights"); });
    };
    EXPECT_THAT(message("yolov8n.pt"),
                AllOf(HasSubstr("'yolov8n.pt'"), HasSubstr("'weights'"), HasSubstr("yolo train")));
    EXPECT_THAT(message("yolov8x-pose"), HasSubstr("'yolov8x-pose.pt'"));
    EXPECT_THAT(message("yolov8x-pose-p6"), HasSubstr("'yolov8x-pose-p6.pt'"));
    EXPECT_THAT(message("mine"), HasSubstr("'mine' is neither"));
    EXPECT_THAT(message("some/where/best.pt"), HasSubstr("no model 'some/where/best.pt'"));
    EXPECT_THAT(message("https://example.org/best.pt"), HasSubstr("never downloaded"));
    EXPECT_THAT(message("/"), HasSubstr("folder"));
    EXPECT_THAT(message("/dev/null"), HasSubstr("not a regular file"));
    EXPECT_THAT(message("yolo11n.pt"), AllOf(HasSubstr("YOLOv8"), testing::Not(HasSubstr("download"))));
    EXPECT_THAT(message("best.onnx"),
                AllOf(HasSubstr("runs what yolo export writes"), testing::Not(HasSubstr("download"))));
}

}  // namespace
}  // namespace yolo::test
