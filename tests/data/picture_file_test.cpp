// SPDX-License-Identifier: Apache-2.0
#include "data/loading/picture_file.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "data/fake_dataset.hpp"
#include "data/loader.hpp"
#include "image/codec.hpp"
#include "image/picture_support.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// As NumPy's save() writes an array: without our mark.
std::string plain_npy(const std::string& type, const std::string& shape, std::size_t bytes) {
    std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    header.resize(128 - 11, ' ');
    return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + '\n' + std::string(bytes, 'x');
}

class DiskCache : public testing::Test {
  protected:
    DiskCache() {
        std::mt19937 random(2);
        original_ = test::random_picture(13, 17, random);
        image::write_image(path_, original_);
    }

    /// What the cache says of the picture, which is as it should be whatever lies beside it.
    std::string read() const {
        const data::CachedPicture cached = data::read_through_disk_cache(path_);
        EXPECT_EQ(test::largest_difference(cached.pixels, original_), 0);
        return cached.not_kept;
    }
    void write(const std::string& bytes) const { std::ofstream(cached_, std::ios::binary) << bytes; }

    const fs::path path_ = test::scratch_dir() / "a.png";
    const fs::path cached_ = data::disk_cache_of(path_);
    cv::Mat original_;
};

TEST_F(DiskCache, HoldsThePictureInNumpysFormat) {
    EXPECT_EQ(cached_, path_.string() + ".npy");
    EXPECT_EQ(read(), "");
    const std::string bytes = text_of(cached_);
    EXPECT_EQ(bytes.substr(1, 5), "NUMPY");
    EXPECT_EQ(bytes[10], '{');
    EXPECT_EQ(bytes.size() % 64, 13u * 17 * 3 % 64);
    // The picture is not asked for again.
    const auto kept = data::read_npy(cached_);
    ASSERT_TRUE(kept.has_value());
    const cv::Mat other(13, 17, CV_8UC3, cv::Scalar::all(9));
    data::write_npy(cached_, {other, kept->origin});
    EXPECT_EQ(test::largest_difference(data::read_through_disk_cache(path_).pixels, other), 0);
}

TEST_F(DiskCache, IsMadeAnewForAnotherStateOfThePictureAlsoAnOlderOne) {
    EXPECT_EQ(read(), "");
    for (const auto hours : {std::chrono::hours(-1000), std::chrono::hours(1000)}) {
        std::mt19937 random(static_cast<std::uint32_t>(hours.count()));
        original_ = test::random_picture(12, 17, random);
        image::write_image(path_, original_);
        fs::last_write_time(path_, fs::last_write_time(cached_) + hours);
        EXPECT_EQ(read(), "");
        ASSERT_TRUE(data::read_npy(cached_).has_value());
        EXPECT_EQ(data::read_npy(cached_)->pixels.size(), original_.size());
    }
}

TEST_F(DiskCache, IsMadeAnewWhenItsPixelsAreCut) {
    EXPECT_EQ(read(), "");
    fs::resize_file(cached_, fs::file_size(cached_) - 7);
    EXPECT_FALSE(data::read_npy(cached_).has_value());
    EXPECT_EQ(read(), "");
    EXPECT_TRUE(data::read_npy(cached_).has_value());
}

TEST_F(DiskCache, WhatSomebodyElseWroteIsNeitherReadNorReplaced) {
    const std::size_t size = std::size_t{13} * 17;
    for (const std::string& foreign :
         {plain_npy("|u1", "13, 17, 3", 3 * size), plain_npy("|u1", "13, 17", size),
          plain_npy("<f4", "13, 17", 4 * size), plain_npy("|u1", "2, 2, 3", 12), std::string("a mask"),
          std::string("\x93NUMPY\x01\x00", 8), std::string()}) {
        write(foreign);
        for (const int hours : {-1, 1}) {
            fs::last_write_time(cached_, fs::last_write_time(path_) + std::chrono::hours(hours));
            EXPECT_THAT(read(), AllOf(HasSubstr("a.png.npy"), HasSubstr("neither used nor replaced")));
            EXPECT_EQ(text_of(cached_), foreign);
        }
    }
    fs::remove(cached_);
    fs::create_directory(cached_);
    EXPECT_THAT(read(), HasSubstr("neither used nor replaced"));
    EXPECT_TRUE(fs::is_directory(cached_));
}

TEST_F(DiskCache, ALinkIsNotReplaced) {
    const fs::path elsewhere = path_.parent_path() / "elsewhere.npy";
    data::write_npy(elsewhere, {original_, "another state"});
    const std::string before = text_of(elsewhere);
    fs::create_symlink(elsewhere, cached_);
    EXPECT_NE(read(), "");
    EXPECT_TRUE(fs::is_symlink(cached_));
    EXPECT_EQ(text_of(elsewhere), before);
}

TEST_F(DiskCache, AFailedWriteIsToldAndNoFailure) {
    const fs::path folder =
        path_.parent_path() / std::string(252, 'n');  // its file's name has no room for .npy
    const fs::path longest = folder.string();
    fs::copy_file(path_, longest);
    const data::CachedPicture cached = data::read_through_disk_cache(longest);
    EXPECT_EQ(test::largest_difference(cached.pixels, original_), 0);
    EXPECT_NE(cached.not_kept, "");
}

std::vector<std::string> warnings_of(const std::shared_ptr<test::FakeDataset>& dataset) {
    data::LoaderOptions options;
    options.training = false, options.imgsz = 64, options.batch = 2, options.cache = data::PictureCache::disk;
    std::vector<std::string> lines;
    options.log = [&](LogLevel, std::string_view text) { lines.emplace_back(text); };
    const auto loader = data::make_loader(dataset, options);
    loader->start(0);
    while (loader->next()) {
    }
    for (std::string& line : loader->take_warnings()) lines.push_back(std::move(line));
    return lines;
}

/// As a user who may not write there; ends the process with 0 when what is said is right.
[[noreturn]] void load_from_a_closed_folder(const std::shared_ptr<test::FakeDataset>& dataset) {
    constexpr uid_t nobody = 65534;
    if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) std::_Exit(2);
    const std::vector<std::string> lines = warnings_of(dataset);
    const bool right = lines.size() == 1 && lines[0].find("cannot be written to") != std::string::npos &&
                       lines[0].find("cache=ram is used instead") != std::string::npos;
    std::_Exit(right ? 0 : 1);
}

TEST(LoaderDiskCache, MemoryStandsInForAFolderThatCannotBeWrittenTo) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 5);
    const fs::path folder = dataset->picture(0).parent_path();
    const fs::perms before = fs::status(folder).permissions();
    fs::permissions(folder, fs::perms{0555});
    EXPECT_EXIT(load_from_a_closed_folder(dataset), testing::ExitedWithCode(0), "");
    fs::permissions(folder, before | fs::perms::owner_all);
    EXPECT_THAT(warnings_of(dataset), testing::IsEmpty());
    // All caches are there: then the folder is only read.
    fs::permissions(folder, fs::perms{0555});
    EXPECT_THAT(warnings_of(dataset), testing::IsEmpty());
    fs::permissions(folder, before);
}

TEST(LoaderDiskCache, SaysOnceThatAPictureIsNotKept) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 5);
    for (const std::size_t i : {1, 3}) std::ofstream(data::disk_cache_of(dataset->picture(i))) << "mask";
    EXPECT_THAT(warnings_of(dataset),
                ElementsAre(AllOf(HasSubstr("cache=disk"), HasSubstr("was not written by"))));
    EXPECT_EQ(text_of(data::disk_cache_of(dataset->picture(1))), "mask");
}

}  // namespace
}  // namespace yolo
