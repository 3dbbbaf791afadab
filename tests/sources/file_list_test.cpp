// SPDX-License-Identifier: Apache-2.0
#include "sources/file_list.hpp"

#include <gmock/gmock.h>

#include "core/files.hpp"
#include "source_support.hpp"
#include "sources/list_file.hpp"
#include "sources/several_sources.hpp"

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

TEST(FolderFiles, FramesOfAFilmGoByTheirNumbers) {
    const fs::path folder = test::scratch_dir();
    for (const char* name : {"1.jpg", "2.jpg", "10.jpg", "x009.jpg", "x010.jpg", "x100.jpg"})
        touch(folder / name);
    EXPECT_THAT(relative(folder_files(folder, PictureOrder::numbers).images, folder),
                ElementsAre("1.jpg", "2.jpg", "10.jpg", "x009.jpg", "x010.jpg", "x100.jpg"));
    EXPECT_THAT(relative(glob_files((folder / "*").string(), PictureOrder::numbers).images, folder),
                ElementsAre("1.jpg", "2.jpg", "10.jpg", "x009.jpg", "x010.jpg", "x100.jpg"));
    EXPECT_THAT(relative(folder_files(folder).images, folder),
                ElementsAre("1.jpg", "10.jpg", "2.jpg", "x009.jpg", "x010.jpg", "x100.jpg"));
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

TEST(Folder, WithPicturesInItsSubFoldersOnlySaysSo) {
    const fs::path folder = test::scratch_dir();
    touch(folder / "a" / "b" / "1.jpg");
    EXPECT_THAT(message_of([&] { folder_files(folder); }),
                testing::AllOf(HasSubstr("sub-folders"), HasSubstr((folder / "**").string())));
    EXPECT_THAT(relative(glob_files((folder / "**").string()).images, folder), ElementsAre("a/b/1.jpg"));
}

TEST(SingleFile, IsKnownByItsContentWhenItsNameSaysNothing) {
    const fs::path folder = test::scratch_dir();
    write_file(folder / "text", std::string_view("hello"));
    EXPECT_TRUE(single_file(folder / "text").empty());
    fs::rename(test::write_video(folder / "v", 2), folder / "video");
    EXPECT_THAT(relative(single_file(folder / "video").videos, folder), ElementsAre("video"));
    fs::rename(test::write_picture(folder / "p.png", 3), folder / "picture");
    EXPECT_THAT(relative(single_file(folder / "picture").images, folder), ElementsAre("picture"));
}

/// The files of a list.
MediaFiles listed_files(const fs::path& list, const LogSink& log = {}) {
    return entry_files(list_entries(list), list.parent_path(), list.filename().string(), {.log = log});
}

TEST(List, EntriesAreSearchedHereThenBesideTheList) {
    const fs::path folder = fs::canonical(test::scratch_dir());
    for (const char* name :
         {"here/both.jpg", "here/here.jpg", "lists/both.jpg", "lists/beside.png", "lists/clip.mp4"}) {
        touch(folder / name);
    }
    write_file(folder / "lists" / "files.txt", "\xEF\xBB\xBF" + (folder / "here" / "here.jpg").string() +
                                                   "\r\n\n# a comment\nbeside.png\n  both.jpg \nclip.mp4\n");
    const InFolder here(folder / "here");
    const auto files = listed_files(folder / "lists" / "files.txt");
    EXPECT_THAT(relative(files.images, folder),
                ElementsAre("here/here.jpg", "lists/beside.png", "here/both.jpg"));
    EXPECT_THAT(relative(files.videos, folder), ElementsAre("lists/clip.mp4"));
    EXPECT_EQ(files.ignored, 0);
}

TEST(List, WaysToWriteAPath) {
    const fs::path folder = test::scratch_dir();
    touch(folder / "a" / "1 x.jpg");
    const std::string path = (folder / "a" / "1 x.jpg").string();
    for (const std::string& entry : {path, "\"" + path + "\"", "file://" + path, std::string("a\\1 x.jpg")}) {
        write_file(folder / "list.txt", entry + "\r\n");
        EXPECT_THAT(relative(listed_files(folder / "list.txt").images, folder), ElementsAre("a/1 x.jpg"))
            << entry;
    }
}

TEST(List, MayBeWrittenInUtf16) {
    const fs::path folder = test::scratch_dir();
    touch(folder / "grün.jpg");
    const std::string little("\xFF\xFEg\0r\0\xFC\0n\0.\0j\0p\0g\0\r\0\n\0", 22);
    std::string big = little;
    for (std::size_t i = 0; i < big.size(); i += 2) std::swap(big[i], big[i + 1]);
    for (const std::string& text : {little, big}) {
        write_file(folder / "list.txt", text);
        EXPECT_THAT(list_entries(folder / "list.txt"), ElementsAre("grün.jpg"));
        EXPECT_EQ(listed_files(folder / "list.txt").images.size(), 1U);
    }
}

TEST(List, CsvFieldsAreFlattenedOrTheColumnSource) {
    const fs::path path = test::scratch_dir() / "a.csv";
    const auto entries = [&](std::string_view text) {
        write_file(path, text);
        return list_entries(path);
    };
    EXPECT_THAT(entries("source\n1.jpg\n2.jpg\n"), ElementsAre("1.jpg", "2.jpg"));
    EXPECT_THAT(entries("3.jpg,1.jpg\n\"a, b.jpg\",\n"), ElementsAre("3.jpg", "1.jpg", "a, b.jpg"));
    EXPECT_THAT(entries("id,source,note\n1,\"a, b.jpg\",\"x, y\"\n2,c.jpg\n"),
                ElementsAre("a, b.jpg", "c.jpg"));
    EXPECT_THAT(entries("source;note\na,b.jpg;x\r\nc.jpg;y\r\n"), ElementsAre("a,b.jpg", "c.jpg"));
}

TEST(List, FoldersPatternsAndAddressesAreEntriesToo) {
    const fs::path folder = test::scratch_dir();
    for (const char* name : {"f/2.jpg", "f/1.jpg", "g/3.png", "g/4.jpg"}) touch(folder / name);
    write_file(folder / "list.txt",
               std::string_view(
                   "f\ng/*.png\nhttp://host/a/shot.jpg?x=1\nhttps://host/clip.mp4\nhttp://host/live\n"));
    const auto files = listed_files(folder / "list.txt");
    EXPECT_THAT(relative({files.images.begin(), files.images.begin() + 3}, folder),
                ElementsAre("f/1.jpg", "f/2.jpg", "g/3.png"));
    EXPECT_EQ(files.images.at(3), "http://host/a/shot.jpg?x=1");
    EXPECT_THAT(files.videos, ElementsAre("https://host/clip.mp4", "http://host/live"));
}

TEST(List, BadEntriesAreToldCountedAndIgnored) {
    const fs::path folder = test::scratch_dir();
    touch(folder / "1.jpg");
    touch(folder / "readme.md");
    write_file(folder / "list.txt",
               std::string_view("1.jpg\nreadme.md\nabsent.jpg\nlist.txt\nrtsp://cam/1\n"));
    Messages messages;
    const auto files = listed_files(folder / "list.txt", messages.sink());
    EXPECT_EQ(files.images.size(), 1U);
    EXPECT_EQ(files.ignored, 4);
    EXPECT_THAT(messages.texts, ElementsAre(HasSubstr("'readme.md' is neither"), HasSubstr("no 'absent.jpg'"),
                                            HasSubstr("a list itself"), HasSubstr("live source")));
    write_file(folder / "empty.txt", std::string_view("\n# nothing\n"));
    EXPECT_THAT(message_of([&] { list_entries(folder / "empty.txt"); }), HasSubstr("empty.txt' is empty"));
    EXPECT_THAT(message_of([&] { list_entries(folder / "none.txt"); }), HasSubstr("none.txt"));
}

TEST(Several, PartsOfOneText) {
    const fs::path folder = fs::canonical(test::scratch_dir());
    for (const char* name : {"a.jpg", "b,c.jpg", "x,y1.png"}) touch(folder / name);
    const InFolder here(folder);
    EXPECT_THAT(several_sources("[a.jpg, 'b,c.jpg', \"d.mp4\"]"), ElementsAre("a.jpg", "b,c.jpg", "d.mp4"));
    EXPECT_THAT(several_sources("(a.jpg,)"), ElementsAre("a.jpg"));
    EXPECT_THAT(several_sources("a.jpg,absent.jpg"), ElementsAre("a.jpg", "absent.jpg"));
    EXPECT_THAT(several_sources("0,1"), ElementsAre("0", "1"));
    EXPECT_THAT(several_sources("http://h/a.jpg,http://h/b.jpg"),
                ElementsAre("http://h/a.jpg", "http://h/b.jpg"));
    for (const char* one :
         {"a.jpg", "b,c.jpg", "absent,too.jpg", "http://h/a,b.jpg", "x,y*.png", "0", "shot [1].jpg"})
        EXPECT_TRUE(several_sources(one).empty()) << one;
}

}  // namespace
}  // namespace yolo::sources
