// SPDX-License-Identifier: Apache-2.0
#include "sources/file_list.hpp"

#include <gmock/gmock.h>

#include "core/files.hpp"
#include "source_support.hpp"

namespace yolo::sources {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::Messages;
using testing::ElementsAre;
using testing::HasSubstr;

/// Empty files: lists look at names only.
void touch(const fs::path& path) {
    make_directories(path.parent_path());
    write_file(path, std::string_view());
}

std::vector<std::string> relative(const std::vector<fs::path>& paths, const fs::path& folder) {
    std::vector<std::string> names;
    for (const fs::path& path : paths) names.push_back(path.lexically_relative(folder).string());
    return names;
}

/// Runs in another current folder.
class InFolder {
  public:
    explicit InFolder(const fs::path& folder) : before_(fs::current_path()) { fs::current_path(folder); }
    ~InFolder() { fs::current_path(before_); }

  private:
    fs::path before_;
};

TEST(Glob, StarsMatchWithinAFolder) {
    const fs::path folder = test::scratch_dir();
    for (const char* name : {"a1.jpg", "a2.jpg", "b1.jpg", "a1.txt", ".a3.jpg", "sub/a4.jpg", "a.mp4"})
        touch(folder / name);
    const auto files = glob_files((folder / "a*").string());
    EXPECT_THAT(relative(files.images, folder), ElementsAre("a1.jpg", "a2.jpg"));
    EXPECT_THAT(relative(files.videos, folder), ElementsAre("a.mp4"));
    EXPECT_THAT(relative(glob_files((folder / "?1.jpg").string()).images, folder),
                ElementsAre("a1.jpg", "b1.jpg"));
    EXPECT_THAT(relative(glob_files((folder / "[bc]1.jpg").string()).images, folder), ElementsAre("b1.jpg"));
    EXPECT_THAT(relative(glob_files((folder / "*/*.jpg").string()).images, folder),
                ElementsAre("sub/a4.jpg"));
    EXPECT_THAT(relative(glob_files((folder / "s*/a4.jpg").string()).images, folder),
                ElementsAre("sub/a4.jpg"));
}

TEST(Glob, TwoStarsMatchAnyFolders) {
    const fs::path folder = test::scratch_dir();
    for (const char* name : {"1.jpg", "x/2.jpg", "x/y/3.jpg", ".git/4.jpg", "x/y/5.png"})
        touch(folder / name);
    fs::create_directory_symlink(folder / "x", folder / "x" / "circle");
    EXPECT_THAT(relative(glob_files((folder / "**/*.jpg").string()).images, folder),
                ElementsAre("1.jpg", "x/2.jpg", "x/y/3.jpg"));
    EXPECT_THAT(relative(glob_files((folder / "**").string()).images, folder),
                ElementsAre("1.jpg", "x/2.jpg", "x/y/3.jpg", "x/y/5.png"));
    EXPECT_THAT(relative(glob_files((folder / "**/y/**/*.png").string()).images, folder),
                ElementsAre("x/y/5.png"));
}

TEST(Glob, RelativePatternsGiveAbsolutePaths) {
    const fs::path folder = fs::canonical(test::scratch_dir());
    touch(folder / "in" / "1.jpg");
    const InFolder here(folder);
    EXPECT_THAT(glob_files("in/*.jpg").images, ElementsAre(folder / "in" / "1.jpg"));
    EXPECT_THAT(glob_files("*/1.jpg").images, ElementsAre(folder / "in" / "1.jpg"));
}

TEST(Glob, AnExistingFileIsNoPattern) {
    const fs::path folder = test::scratch_dir();
    touch(folder / "shot [1].jpg");
    EXPECT_FALSE(is_glob((folder / "shot [1].jpg").string()));
    EXPECT_TRUE(is_glob((folder / "shot [12].jpg").string()));
}

TEST(List, EntriesAreSearchedHereThenBesideTheList) {
    const fs::path folder = fs::canonical(test::scratch_dir());
    for (const char* name :
         {"here/both.jpg", "here/here.jpg", "lists/both.jpg", "lists/beside.png", "lists/clip.mp4"}) {
        touch(folder / name);
    }
    write_file(folder / "lists" / "files.txt", "\xEF\xBB\xBF" + (folder / "here" / "here.jpg").string() +
                                                   "\r\n\nbeside.png\n  both.jpg \nclip.mp4\n");
    const InFolder here(folder / "here");
    const auto files = listed_files(folder / "lists" / "files.txt", {});
    EXPECT_THAT(relative(files.images, folder),
                ElementsAre("here/here.jpg", "lists/beside.png", "here/both.jpg"));
    EXPECT_THAT(relative(files.videos, folder), ElementsAre("lists/clip.mp4"));
}

TEST(List, CsvFieldsAreFlattenedWithoutTheirHeader) {
    const fs::path folder = test::scratch_dir();
    for (const char* name : {"1.jpg", "2.jpg", "3.jpg"}) touch(folder / name);
    write_file(folder / "a.csv", std::string_view("source\n1.jpg,\"2.jpg\"\n3.jpg\n"));
    write_file(folder / "b.csv", std::string_view("3.jpg,1.jpg\n"));
    EXPECT_THAT(relative(listed_files(folder / "a.csv", {}).images, folder),
                ElementsAre("1.jpg", "2.jpg", "3.jpg"));
    EXPECT_THAT(relative(listed_files(folder / "b.csv", {}).images, folder), ElementsAre("3.jpg", "1.jpg"));
}

TEST(List, FoldersAndPatternsAreEntriesToo) {
    const fs::path folder = test::scratch_dir();
    for (const char* name : {"f/2.jpg", "f/1.jpg", "g/3.png", "g/4.jpg"}) touch(folder / name);
    write_file(folder / "list.txt", std::string_view("f\ng/*.png\n"));
    EXPECT_THAT(relative(listed_files(folder / "list.txt", {}).images, folder),
                ElementsAre("f/1.jpg", "f/2.jpg", "g/3.png"));
}

TEST(List, BadEntriesAreToldAndIgnored) {
    const fs::path folder = test::scratch_dir();
    touch(folder / "1.jpg");
    write_file(folder / "list.txt", std::string_view("1.jpg\nreadme.md\n"));
    Messages messages;
    EXPECT_EQ(listed_files(folder / "list.txt", messages.sink()).images.size(), 1U);
    EXPECT_THAT(messages.texts, ElementsAre(HasSubstr("readme.md")));
    write_file(folder / "empty.txt", std::string_view("\n\n"));
    EXPECT_THAT(message_of([&] { listed_files(folder / "empty.txt", {}); }), HasSubstr("empty.txt"));
    EXPECT_THAT(message_of([&] { listed_files(folder / "none.txt", {}); }), HasSubstr("none.txt"));
}

}  // namespace
}  // namespace yolo::sources
