// SPDX-License-Identifier: Apache-2.0
#include "data/loading/picture_file.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "image/codec.hpp"
#include "image/picture_support.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

class DiskCache : public testing::Test {
  protected:
    DiskCache() {
        std::mt19937 random(2);
        original_ = test::random_picture(13, 17, random);
        image::write_image(path_, original_);
    }

    const std::filesystem::path path_ = test::scratch_dir() / "a.png";
    const std::filesystem::path cached_ = path_.string() + ".npy";
    cv::Mat original_;
};

TEST_F(DiskCache, HoldsThePictureInNumpysFormat) {
    EXPECT_EQ(test::largest_difference(data::read_through_disk_cache(path_), original_), 0);
    std::string bytes(11, ' ');
    std::ifstream(cached_).read(bytes.data(), 11);
    EXPECT_EQ(bytes.substr(1, 5), "NUMPY");
    EXPECT_EQ(bytes[10], '{');
    EXPECT_EQ(std::filesystem::file_size(cached_), 128u + 13 * 17 * 3);
    // The picture is not asked for again.
    std::ofstream(path_) << "changed";
    std::filesystem::last_write_time(path_, std::filesystem::file_time_type::min());
    EXPECT_EQ(test::largest_difference(data::read_through_disk_cache(path_), original_), 0);
}

TEST_F(DiskCache, IsMadeAnewWhenOlderOrDamaged) {
    data::write_npy(cached_, cv::Mat(2, 2, CV_8UC3, cv::Scalar::all(0)));
    std::filesystem::last_write_time(cached_,
                                     std::filesystem::last_write_time(path_) - std::chrono::hours(1));
    EXPECT_EQ(test::largest_difference(data::read_through_disk_cache(path_), original_), 0);
    ASSERT_TRUE(data::read_npy(cached_).has_value());
    EXPECT_EQ(data::read_npy(cached_)->size(), original_.size());
    for (const std::uintmax_t size : {0, 5, 40, 300}) {
        std::filesystem::resize_file(cached_, size);
        EXPECT_FALSE(data::read_npy(cached_).has_value()) << size;
        EXPECT_EQ(test::largest_difference(data::read_through_disk_cache(path_), original_), 0);
    }
}

TEST_F(DiskCache, AFolderThatCannotBeWrittenToIsNoFailure) {
    std::filesystem::create_directory(cached_);  // also root cannot write a file of that name
    EXPECT_EQ(test::largest_difference(data::read_through_disk_cache(path_), original_), 0);
}

}  // namespace
}  // namespace yolo
