// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"

#include <csignal>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <yolo/error.hpp>

#include "core/mapped_file.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;

TEST(Files, WriteThenReadBack) {
    const fs::path folder = test::scratch_dir();
    write_file(folder / "a.txt", std::string_view("hello"));
    EXPECT_EQ(read_text(folder / "a.txt"), "hello");
    write_file(folder / "a.txt", std::string_view(""));
    EXPECT_EQ(read_text(folder / "a.txt"), "");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "nothing is left beside";
}

TEST(Files, BytesAreThoseOfTheFile) {
    const auto path = test::scratch_dir() / "a";
    write_file(path, std::string_view("x\0y", 3));
    const std::vector<std::byte> bytes = read_bytes(path);
    EXPECT_EQ(bytes, (std::vector<std::byte>{std::byte{'x'}, std::byte{0}, std::byte{'y'}}));
    write_file(path, "");
    EXPECT_TRUE(read_bytes(path).empty());
    EXPECT_THROW(read_bytes(path.parent_path()), Error);
    EXPECT_THROW(read_bytes(path.string() + "-gone"), Error);
}

TEST(Files, AFailedWriteLeavesTheOldFile) {
    const fs::path folder = test::scratch_dir();
    write_file(folder / "a.txt", std::string_view("old"));
    rlimit before = {};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small = {1000, before.rlim_max};  // like a disk that is full after 1000 bytes
    std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    EXPECT_THROW(write_file(folder / "a.txt", std::string(5000, 'x')), Error);
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(read_text(folder / "a.txt"), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "nothing is left beside";
}

TEST(Files, PiecesAreWrittenWholeOrNotAtAll) {
    const fs::path folder = test::scratch_dir();
    const std::string piece(1000, 'x');
    const auto bytes = std::as_bytes(std::span(piece.data(), piece.size()));
    write_file(folder / "a", [&](const FileSink& sink) {
        for (int i = 0; i < 3; ++i) sink(bytes);
    });
    EXPECT_EQ(read_text(folder / "a"), piece + piece + piece);
    const auto fail = [&](const FileSink& sink) {
        sink(bytes);
        throw Error("changed its mind");
    };
    EXPECT_THROW(write_file(folder / "a", fail), Error);
    EXPECT_EQ(read_text(folder / "a").size(), 3000U);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "nothing is left beside";
}

TEST(Files, FoldersThatCannotBeMadeAreErrors) {
    EXPECT_THROW(make_directories("/proc/nowhere"), Error);
    const fs::path folder = test::scratch_dir();
    write_file(folder / "file", std::string_view("x"));
    EXPECT_THROW(make_directories(folder / "file"), Error) << "a file is in the way";
    EXPECT_EQ(read_text(folder / "file"), "x");
}

TEST(Files, UnfinishedFilesHaveNamesThatNobodyElseGives) {
    const std::string beside = path_beside("runs/best.pt").string();
    EXPECT_NE(beside, path_beside("runs/best.pt").string());
    EXPECT_EQ(unfinished_file(beside), "runs/best.pt");
    for (const char* other : {"best.pt", "best.pt.part", "best.pt.part1", "best.pt.part-1", "best.pt.part1-",
                              "best.pt.part1-2-3", "best.pt.part1-2.txt", "best.pt.partial1-2"})
        EXPECT_EQ(unfinished_file(other), "") << other;
}

TEST(Files, NumbersTakenNames) {
    const fs::path folder = test::scratch_dir();
    EXPECT_EQ(next_free_path(folder / "run"), folder / "run");
    fs::create_directory(folder / "run");
    EXPECT_EQ(next_free_path(folder / "run"), folder / "run-2");
    fs::create_directory(folder / "run-2");
    EXPECT_EQ(next_free_path(folder / "run"), folder / "run-3");
    write_file(folder / "a.jpg", std::string_view("x"));
    EXPECT_EQ(next_free_path(folder / "a.jpg"), folder / "a-2.jpg");
    fs::create_directory(folder / "v8.1");
    EXPECT_EQ(next_free_path(folder / "v8.1"), folder / "v8.1-2") << "a folder has no extension";
    fs::create_symlink(folder / "nowhere", folder / "link.txt");
    EXPECT_EQ(next_free_path(folder / "link.txt"), folder / "link-2.txt");
}

TEST(Files, FoldersAreMadeForOneAskerEach) {
    const fs::path folder = test::scratch_dir() / "runs" / "train";
    std::set<fs::path> made;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            const fs::path mine = make_next_free_folder(folder);
            const std::lock_guard lock(mutex);
            made.insert(mine);
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(made.size(), 8U);
    EXPECT_TRUE(made.contains(folder.parent_path() / "train-8"));
}

TEST(Files, PathsAreQuotedForAShell) {
    EXPECT_EQ(shell_word("/a/b_1.pt"), "/a/b_1.pt");
    EXPECT_EQ(shell_word("/a b/it's.pt"), "'/a b/it'\\''s.pt'");
    EXPECT_EQ(shell_word("/a/\xC3\xA4.pt"), "/a/\xC3\xA4.pt");
}

TEST(Files, MissingFilesAreNamed) {
    EXPECT_THAT([] { MappedFile::open("/no/such/file.pt"); },
                ::testing::ThrowsMessage<Error>(::testing::HasSubstr("'/no/such/file.pt'")));
    EXPECT_THAT([] { MappedFile::open("/tmp"); },
                ::testing::ThrowsMessage<Error>(::testing::HasSubstr("not a file")));
}

TEST(Files, SuffixesAreLowerCase) {
    EXPECT_EQ(lower_suffix("/a/B.JPG"), "jpg");
    EXPECT_EQ(lower_suffix("/a.b/c"), "");
}

}  // namespace
}  // namespace yolo
