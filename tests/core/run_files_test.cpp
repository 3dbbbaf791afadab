// SPDX-License-Identifier: Apache-2.0
#include "core/run_files.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// A run that writes one file.
void run_once(const fs::path& folder, const std::string& name, std::string_view text) {
    RunFiles files(folder);
    write_file(files.claim(name), text);
    files.finish();
}

TEST(RunFiles, AnEarlierRunsFileIsReplaced) {
    const fs::path folder = test::scratch_dir();
    run_once(folder, "labels/a.txt", "first");
    run_once(folder, "labels/a.txt", "second");
    EXPECT_EQ(read_text(folder / "labels/a.txt"), "second");
}

TEST(RunFiles, AForeignFileIsRefused) {
    const fs::path folder = test::scratch_dir();
    write_file(folder / "a.jpg", "mine");
    RunFiles files(folder);
    EXPECT_TRUE(files.is_foreign("a.jpg"));
    EXPECT_THAT([&] { files.claim("a.jpg"); }, ThrowsMessage<Error>(HasSubstr("no run wrote it")));
    EXPECT_THAT([&] { files.claim("./x/../a.jpg"); }, ThrowsMessage<Error>(HasSubstr("no run wrote it")));
    files.remove_own("a.jpg");
    EXPECT_EQ(files.claim_beside("a.jpg"), folder / "a-2.jpg");
    EXPECT_EQ(read_text(folder / "a.jpg"), "mine");
    EXPECT_NO_THROW(files.claim("b.jpg"));
}

TEST(RunFiles, AFileThatWasChangedSinceIsForeign) {
    const fs::path folder = test::scratch_dir();
    run_once(folder, "labels/a.txt", "found");
    write_file(folder / "labels/a.txt", "corrected by hand");
    RunFiles files(folder);
    EXPECT_THAT([&] { files.claim("labels/a.txt"); }, ThrowsMessage<Error>(HasSubstr("was changed since")));
    files.remove_own([](std::string_view) { return true; });
    EXPECT_EQ(read_text(folder / "labels/a.txt"), "corrected by hand");
}

TEST(RunFiles, AKilledRunKnowsItsFiles) {
    const fs::path folder = test::scratch_dir();
    {
        RunFiles files(folder);
        write_file(files.claim("a.jpg"), "whole");
        fs::copy_file(folder / ".yolo_files", folder / "list");  // as a kill leaves it
    }
    fs::rename(folder / "list", folder / ".yolo_files");
    write_file(folder / "a.jpg", "half");
    run_once(folder, "a.jpg", "again");
    EXPECT_EQ(read_text(folder / "a.jpg"), "again");
}

TEST(RunFiles, LinksLeadNowhere) {
    const fs::path folder = test::scratch_dir();
    fs::create_directories(folder / "set");
    write_file(folder / "set/a.txt", "mine");
    const fs::path run = folder / "run";
    run_once(run, "labels/a.txt", "found");
    run_once(run, "b.txt", "found");
    fs::remove_all(run / "labels");
    fs::create_directory_symlink(folder / "set", run / "labels");
    fs::remove(run / "b.txt");
    fs::create_symlink(folder / "set/a.txt", run / "b.txt");
    fs::create_symlink(folder / "set/gone.txt", run / "c.txt");
    {
        RunFiles files(run, RunFiles::Kind::resumed);  // also where everything else counts as its own
        for (const char* name : {"labels/a.txt", "b.txt", "c.txt"}) {
            EXPECT_THROW(files.claim(name), Error) << name;
            files.remove_own(name);
        }
        EXPECT_THROW(files.refuse_foreign_folder("labels"), Error);
    }
    EXPECT_EQ(read_text(folder / "set/a.txt"), "mine");
    EXPECT_FALSE(fs::exists(folder / "set/gone.txt"));
}

TEST(RunFiles, ItsListIsNoLinkEither) {
    const fs::path folder = test::scratch_dir();
    write_file(folder / "precious", "mine");
    fs::create_directory(folder / "run");
    fs::create_symlink(folder / "precious", folder / "run/.yolo_files");
    {
        RunFiles files(folder / "run");
        EXPECT_THAT([&] { files.claim("a.jpg"); }, ThrowsMessage<Error>(HasSubstr("is a link")));
    }
    EXPECT_EQ(read_text(folder / "precious"), "mine");
    EXPECT_TRUE(fs::is_symlink(folder / "run/.yolo_files"));
}

TEST(RunFiles, AFolderOfItsOwn) {
    const fs::path folder = test::scratch_dir();
    {
        const RunFiles files(folder);
        EXPECT_NO_THROW(files.refuse_foreign_folder("labels")) << "absent";
        fs::create_directory(folder / "labels");
        EXPECT_NO_THROW(files.refuse_foreign_folder("labels")) << "empty";
        write_file(folder / "labels/mine.txt", "x");
        EXPECT_THAT([&] { files.refuse_foreign_folder("labels"); },
                    ThrowsMessage<Error>(HasSubstr("no run made it")));
    }
    fs::remove(folder / "labels/mine.txt");
    run_once(folder, "labels/a.txt", "found");
    write_file(folder / "labels/classes.txt", "added by somebody");
    RunFiles files(folder);
    EXPECT_NO_THROW(files.refuse_foreign_folder("labels"));
    files.remove_own([](std::string_view name) { return name.starts_with("labels/"); });
    EXPECT_FALSE(fs::exists(folder / "labels/a.txt"));
    EXPECT_TRUE(fs::exists(folder / "labels/classes.txt"));
}

TEST(RunFiles, AFreshFolderGoesWhenNothingIsWritten) {
    const fs::path folder = test::scratch_dir() / "run";
    fs::create_directory(folder);
    { const RunFiles files(folder, RunFiles::Kind::fresh); }
    EXPECT_FALSE(fs::exists(folder));
    fs::create_directory(folder);
    { const RunFiles files(folder, RunFiles::Kind::found); }
    EXPECT_TRUE(fs::exists(folder)) << "it was somebody's";
}

TEST(RunFiles, ARunInsideARunKnowsBoth) {
    const fs::path folder = test::scratch_dir();
    RunFiles training(folder);
    write_file(training.claim("results.csv"), "1");
    {
        RunFiles validation(folder);
        EXPECT_FALSE(validation.is_foreign("results.csv"));
        write_file(validation.claim("curve.png"), "1");
        validation.finish();
    }
    write_file(training.claim("results.csv"), "12");
    training.finish();
    const RunFiles later(folder);
    EXPECT_FALSE(later.is_foreign("results.csv"));
    EXPECT_FALSE(later.is_foreign("curve.png"));
}

TEST(RunFiles, NamesMayHoldAnything) {
    const fs::path folder = test::scratch_dir();
    for (const char* name : {"a b.txt", "1 2 3", "- x", "line\nend", "back\\nslash", "\xff.txt", "ü/ü.jpg"}) {
        run_once(folder, name, "1");
        EXPECT_NO_THROW(run_once(folder, name, "22")) << name;
    }
}

TEST(RunFiles, OnlyUnfinishedFilesOfARunAreRemoved) {
    const fs::path folder = test::scratch_dir();
    run_once(folder, "weights/best.pt", "x");
    for (const char* name : {"best.pt.part12-3", "other.pt.part12-3", "best.pt.part"})
        write_file(folder / "weights" / name, "x");
    RunFiles files(folder);
    files.remove_unfinished("weights");
    EXPECT_FALSE(fs::exists(folder / "weights/best.pt.part12-3"));
    EXPECT_TRUE(fs::exists(folder / "weights/other.pt.part12-3"));
    EXPECT_TRUE(fs::exists(folder / "weights/best.pt.part"));
}

}  // namespace
}  // namespace yolo
