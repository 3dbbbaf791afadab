// SPDX-License-Identifier: Apache-2.0
#include "data/loading/picture_store.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "data/fake_dataset.hpp"
#include "data/loader.hpp"
#include "data/loading/cache_limits.hpp"

namespace yolo {
namespace {

using testing::HasSubstr;

TEST(CacheLimits, ClassifyNeedsMemoryForWholePictures) {
    const auto dataset = std::make_shared<test::HugeDataset>(Task::classify, 1);
    data::LoaderOptions options;
    options.imgsz = 32, options.batch = 1, options.cache = data::PictureCache::ram;
    std::vector<std::string> lines;
    options.log = [&](LogLevel, std::string_view text) { lines.emplace_back(text); };
    data::make_loader(dataset, options);
    EXPECT_THAT(lines, testing::ElementsAre(HasSubstr("cache=ram is not used")));
}

TEST(PictureStore, GreyPicturesTakeAThirdOfTheMemory) {
    data::LoaderOptions options;
    const std::size_t colour = data::default_capacity(options, 1);
    options.channels = 1;
    EXPECT_EQ(data::default_capacity(options, 1) / 3, colour);
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 1);
    const cv::Mat picture = data::PictureStore(dataset, options, 1).get(0);
    EXPECT_EQ(picture.type(), CV_8UC1);
    EXPECT_EQ(std::max(picture.rows, picture.cols), options.imgsz);
}

}  // namespace
}  // namespace yolo
