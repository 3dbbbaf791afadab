// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/picture_list.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "data/dataset_support.hpp"
#include "support/golden.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::LogLines;
using test::scratch_dir;
using test::write_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A list beside images/train/a.jpg and b.jpg, which need not be pictures to be listed.
class PictureList : public ::testing::Test {
  protected:
    PictureList()
        : set_(scratch_dir() / "set"), a_(set_ / "images/train/a.jpg"), b_(set_ / "images/train/b.jpg") {
        for (const fs::path& path : {a_, b_}) write_text(path, "x");
    }
    std::vector<std::string> read(const std::string& text, const fs::path& root = {},
                                  const LogSink& log = {}) {
        write_text(set_ / "train.txt", text);
        const fs::path list = set_ / "train.txt";
        return list_pictures({&list, 1}, root, log);
    }
    std::string error(const std::string& text) {
        return error_of([&] { read(text); });
    }

    fs::path set_, a_, b_;
};

TEST_F(PictureList, LinesAreLookedForBesideTheList) {
    for (const char* text :
         {"images/train/a.jpg\nimages/train/b.jpg\n", "./images/train/a.jpg\n././images/train/b.jpg",
          "\xEF\xBB\xBFimages/train/a.jpg\r\n\r\n  images/train/b.jpg \t\r\n",
          "images\\train\\a.jpg\n.\\images\\train\\b.jpg\n",
          "data/images/train/a.jpg\n./data/images/train/b.jpg\n",
          "# a comment.jpg\n#\nimages/train/a.jpg\nimages/train/b.jpg\n"}) {
        EXPECT_THAT(read(text), ElementsAre(a_, b_)) << text;
    }
    EXPECT_EQ(label_path(read("images/train/a.jpg\n").front()), set_ / "labels/train/a.txt");
}

TEST_F(PictureList, TheFirstPlaceThatHasTheFileCounts) {
    const fs::path root = set_.parent_path() / "root", here = set_.parent_path() / "here";
    write_text(root / "c.jpg", "x");
    write_text(here / "c.jpg", "x");
    write_text(here / "d.jpg", "x");
    write_text(here / "images/train/a.jpg", "x");
    const fs::path before = fs::current_path();
    fs::current_path(here);
    const auto found = read("images/train/a.jpg\nc.jpg\nd.jpg\n", root);
    fs::current_path(before);
    EXPECT_THAT(found, ElementsAre(here / "d.jpg", root / "c.jpg", a_));
}

TEST_F(PictureList, HomeAndAbsolutePaths) {
    const char* const before = std::getenv("HOME");
    const std::string home = before != nullptr ? before : "";
    ::setenv("HOME", set_.c_str(), 1);
    const auto found = read("~/images/train/a.jpg\n" + b_.string() + "\n");
    ::setenv("HOME", home.c_str(), 1);
    EXPECT_THAT(found, ElementsAre(a_, b_));
}

TEST_F(PictureList, SomeMayBeAbsentButNotAll) {
    EXPECT_THAT(read("images/train/a.jpg\nimages/train/c.jpg\n"),
                ElementsAre(a_, set_ / "images/train/c.jpg"));
    EXPECT_THAT(error("images/c.jpg\nimages/d.jpg\n"),
                AllOf(HasSubstr("none of the 2 pictures that"), HasSubstr("'images/c.jpg'"),
                      HasSubstr("looked for in '" + set_.string() + "'")));
    EXPECT_THAT(error("C:\\Users\\me\\a.jpg\n"), HasSubstr("a path of another computer"));
    EXPECT_THAT(error("/mnt/no-such-disk/a.jpg\n"), HasSubstr("a path of another computer"));
}

TEST_F(PictureList, SaysWhichLinesNameNoPicture) {
    LogLines log;
    EXPECT_THAT(read("images/train/a.jpg\n000001\nother.txt\n", {}, log.sink()), ElementsAre(a_));
    EXPECT_THAT(log.lines, ElementsAre(AllOf(HasSubstr("2 of 3 lines are left out"), HasSubstr("'000001'"))));
    EXPECT_THAT(read("000001\n"), IsEmpty());
}

TEST_F(PictureList, OtherFilesAreNamedForWhatTheyAre) {
    EXPECT_THAT(error(std::string("\xFF\xFEi\0m\0", 6)), HasSubstr("it is UTF-16 text, save it as UTF-8"));
    EXPECT_THAT(error("images/a.jpg\nimages/\xE9.jpg\n"), HasSubstr("line 2 is not UTF-8 text"));
    EXPECT_THAT(error_of([&] { list_pictures({&a_, 1}); }), HasSubstr("a.jpg' is a picture"));
    write_text(set_ / "images.zip", "PK");
    const fs::path zip = set_ / "images.zip";
    EXPECT_THAT(error_of([&] { list_pictures({&zip, 1}); }), HasSubstr("is an archive: unpack it"));
}

TEST_F(PictureList, KnowsWhetherThereIsOne) {
    const fs::path list = set_ / "train.txt", empty = set_ / "empty";
    make_directories(empty);
    EXPECT_TRUE(has_pictures({&set_, 1}, {}));
    EXPECT_FALSE(has_pictures({&empty, 1}, {}));
    write_text(list, "no.jpg\nimages/train/a.jpg\n");
    EXPECT_TRUE(has_pictures({&list, 1}, {}));
    write_text(list, "\n");
    EXPECT_FALSE(has_pictures({&list, 1}, {}));
    write_text(list, "no.jpg\n");
    EXPECT_THROW(has_pictures({&list, 1}, {}), Error);
}

}  // namespace

}  // namespace yolo::data
