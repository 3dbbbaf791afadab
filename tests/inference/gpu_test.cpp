// SPDX-License-Identifier: Apache-2.0
#ifdef YOLO_HAS_TORCH

#include <gtest/gtest.h>

#include <yolo/model.hpp>

#include "core/torch_facts.hpp"
#include "support/only_where.hpp"

namespace yolo {
namespace {

TEST(Gpu, AGpuSeesWhatTheProcessorSees) {
    YOLO_ONLY_WHERE(torch_facts("this test").gpus > 0, "LibTorch sees no GPU here");
    Model model("yolov8n-cls.yaml");
    std::vector<std::uint8_t> pixels(64 * 64 * 3);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 7919 >> 3);
    const ImageView picture{pixels.data(), 64, 64, PixelFormat::bgr, 0};
    PredictOptions options;
    options.imgsz = Size{64, 64};
    const std::vector<float> expected = model.predict(picture, options).probs;
    for (const bool half : {false, true}) {
        options.device = "0";
        options.half = half;
        const std::vector<float> found = model.predict(picture, options).probs;
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], half ? 1e-3 : 1e-4);
    }
}

}  // namespace
}  // namespace yolo

#endif
