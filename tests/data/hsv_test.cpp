// SPDX-License-Identifier: Apache-2.0
#include "data/augment/hsv.hpp"

#include <gmock/gmock.h>

#include "data/golden_instances.hpp"

namespace yolo {
namespace {

using test::golden_cases;
using test::GoldenCase;
using test::tensor;

cv::Mat shifted(const cv::Mat& picture, const data::HsvGains& gains) {
    cv::Mat out = picture.clone();
    data::shift_hsv(out, gains);
    return out;
}

TEST(HsvGolden, Pictures) {
    YOLO_REQUIRE_GOLDEN("augment");
    for (const GoldenCase& golden : golden_cases("augment", "hsv")) {
        const cv::Mat picture = test::picture(tensor(golden.tensors, "image"));
        cv::Mat ramp(1, 256, CV_8UC3);
        for (int v = 0; v < 256; ++v) ramp.at<cv::Vec3b>(v) = cv::Vec3b::all(static_cast<std::uint8_t>(v));
        for (int i = 0; golden.has("gains" + std::to_string(i)); ++i) {
            const std::string number = std::to_string(i);
            SCOPED_TRACE(golden.name + " " + number);
            const auto drawn = tensor(golden.tensors, "gains" + number).as<double>();
            const data::HsvGains gains = {drawn[0], drawn[1], drawn[2]};
            const auto check = [&](const cv::Mat& input, const std::string& name) {
                const cv::Mat expected = test::picture(tensor(golden.tensors, name));
                EXPECT_LE(test::largest_difference(shifted(input, gains), expected), 2) << name;
            };
            check(picture, "out" + number);
            if (golden.has("grey_out" + number)) check(ramp, "grey_out" + number);
        }
    }
}

TEST(Hsv, DrawsStayInTheirRanges) {
    data::Augmentation augmentation;
    for (std::uint64_t i = 0; i < 100; ++i) {
        const data::HsvGains gains = data::draw_hsv(augmentation, data::Random(i));
        EXPECT_LE(std::abs(gains[0]), augmentation.hsv_h);
        EXPECT_LE(std::abs(gains[1]), augmentation.hsv_s);
        EXPECT_LE(std::abs(gains[2]), augmentation.hsv_v);
    }
}

}  // namespace
}  // namespace yolo
