// SPDX-License-Identifier: Apache-2.0
#include "data/archive.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/dataset_support.hpp"
#include "support/golden.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;
using test::LogLines;
using test::scratch_dir;
using test::write_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Entries = std::vector<std::pair<std::string, std::string>>;

/// The format is that of the suffix. A content "-> x" makes a link to x.
fs::path write_archive(const fs::path& path, const Entries& entries) {
    make_directories(path.parent_path());
    ::archive* writer = ::archive_write_new();
    EXPECT_EQ(::archive_write_set_format_filter_by_ext(writer, path.c_str()), ARCHIVE_OK);
    EXPECT_EQ(::archive_write_open_filename(writer, path.c_str()), ARCHIVE_OK);
    for (const auto& [name, content] : entries) {
        ::archive_entry* entry = ::archive_entry_new();
        ::archive_entry_set_pathname(entry, name.c_str());
        ::archive_entry_set_perm(entry, 0600);
        const bool link = content.starts_with("-> ");
        ::archive_entry_set_filetype(entry, link ? AE_IFLNK : AE_IFREG);
        if (link) ::archive_entry_set_symlink(entry, content.c_str() + 3);
        ::archive_entry_set_size(entry, link ? 0 : static_cast<la_int64_t>(content.size()));
        EXPECT_GE(::archive_write_header(writer, entry), ARCHIVE_WARN) << ::archive_error_string(writer);
        if (!link) ::archive_write_data(writer, content.data(), content.size());
        ::archive_entry_free(entry);
    }
    EXPECT_EQ(::archive_write_free(writer), ARCHIVE_OK);
    return path;
}

const Entries balls = {{"data.yaml", "train: train/images\nval: train/images\nnames: [ball]\n"},
                       {"train/images/a.txt", "one"},
                       {"train/labels/ä ü.txt", std::string(300'000, 'x')}};

/// The same below one folder.
Entries below(const std::string& folder, const Entries& entries) {
    Entries result;
    for (const auto& [name, content] : entries) result.emplace_back(folder + "/" + name, content);
    return result;
}

std::string error_of(const fs::path& archive, const UnpackOptions& options) {
    return test::error_of([&] { unpacked_dataset(archive.string(), options); });
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
    return names;
}

class ArchiveFormat : public ::testing::TestWithParam<const char*> {};

TEST_P(ArchiveFormat, BecomesAFolderOfItsName) {
    const fs::path base = scratch_dir();
    LogLines log;
    const UnpackOptions options = {.datasets_dir = base / "sets", .log = log.sink()};
    const fs::path flat = write_archive(base / ("flat" + std::string(GetParam())), balls);
    const fs::path deep = write_archive(base / ("deep" + std::string(GetParam())), below("balls-v2", balls));
    for (const fs::path& archive : {flat, deep}) {
        const fs::path folder = unpacked_dataset(archive.string(), options);
        EXPECT_EQ(folder, base / "sets" / archive.filename().string().substr(0, 4));
        for (const auto& [name, content] : balls) EXPECT_EQ(read_text(folder / name), content) << name;
        EXPECT_EQ(test::load(folder).file, folder / "data.yaml");
    }
    ASSERT_EQ(log.lines.size(), 2U);
    EXPECT_THAT(log.lines[0], HasSubstr("Unpacking '" + flat.string() + "' to '"));
    // What is unpacked already is taken as it is.
    write_text(base / "sets/flat/data.yaml", "mine");
    EXPECT_EQ(unpacked_dataset(flat.string(), options), (base / "sets/flat").string());
    EXPECT_EQ(read_text(base / "sets/flat/data.yaml"), "mine");
    EXPECT_EQ(log.lines.size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(, ArchiveFormat,
                         ::testing::Values(".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"));

void append_number(std::string& bytes, std::uint32_t number, int size) {
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8 * i));
}

/// A zip of one stored file as APPNOTE.TXT has it; bit 11 of the flags marks names in UTF-8.
fs::path write_zip(const fs::path& path, const std::string& name, const std::string& content,
                   std::uint32_t flags, std::uint32_t checksum) {
    std::string common;
    append_number(common, 20, 2);
    append_number(common, flags, 2);
    append_number(common, 0, 4);  // stored, time
    common += std::string(2, '\x21');
    append_number(common, checksum, 4);
    for (int i = 0; i < 2; ++i) append_number(common, static_cast<std::uint32_t>(content.size()), 4);
    append_number(common, static_cast<std::uint32_t>(name.size()), 2);
    append_number(common, 0, 2);
    std::string bytes = "PK\x03\x04" + common + name + content;
    const auto directory = static_cast<std::uint32_t>(bytes.size());
    bytes += "PK\x01\x02";
    append_number(bytes, 20, 2);
    bytes += common;
    append_number(bytes, 0, 14);  // comment, disk, attributes, place of the entry
    bytes += name;
    const auto size = static_cast<std::uint32_t>(bytes.size()) - directory;
    bytes += "PK\x05\x06";
    append_number(bytes, 0, 4);
    append_number(bytes, 1, 2);
    append_number(bytes, 1, 2);
    append_number(bytes, size, 4);
    append_number(bytes, directory, 4);
    append_number(bytes, 0, 2);
    write_text(path, bytes);
    return path;
}

/// The names below a folder, without the mark.
std::vector<std::string> unpacked_names(const fs::path& archive, const UnpackOptions& options) {
    std::vector<std::string> names;
    const fs::path folder = unpacked_dataset(archive.string(), options);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().filename() != ".yolo-archive.json") names.push_back(entry.path().filename());
    }
    return names;
}

TEST(Archive, NamesInEveryAlphabet) {
    const fs::path base = scratch_dir();
    const UnpackOptions options = {.datasets_dir = base / "sets"};
    constexpr std::uint32_t checksum_of_x = 0x8CDC1683, marked = 0x800;
    const auto names = [&](const char* zip, const std::string& name, std::uint32_t flags) {
        return unpacked_names(write_zip(base / zip, name, "x", flags, checksum_of_x), options);
    };
    const std::string utf8 = "k\xC3\xA4se \xE7\xBA\xA2.jpg";
    EXPECT_THAT(names("a.zip", utf8, marked), ElementsAre(utf8));
    EXPECT_THAT(names("b.zip", utf8, 0), ElementsAre(utf8));                        // a mark forgotten
    EXPECT_THAT(names("c.zip", "k\x84se.jpg", 0), ElementsAre("k\xC3\xA4se.jpg"));  // code page 437
    EXPECT_THAT(test::error_of([&] { names("d.zip", "k\xE4se.jpg", marked); }), HasSubstr("pack it anew"));
    EXPECT_THAT(unpacked_names(write_archive(base / "e.tar", {{"k\xE4se.jpg", "x"}}), options),
                ElementsAre("k\xE4se.jpg"));  // any bytes are a name
    EXPECT_THAT(unpacked_names(write_archive(base / "f.tar", {{utf8, "x"}}), options), ElementsAre(utf8));
}

TEST(Archive, SuffixesInCapitals) {
    const fs::path base = scratch_dir();
    fs::rename(write_archive(base / "balls.zip", balls), base / "balls.ZIP");
    EXPECT_EQ(unpacked_dataset((base / "balls.ZIP").string(), {.datasets_dir = base / "sets"}),
              (base / "sets/balls").string());
}

TEST(Archive, OneThatHasChangedIsUnpackedBeside) {
    const fs::path base = scratch_dir(), first = base / "sets/balls", second = base / "sets/balls-2";
    LogLines log;
    const UnpackOptions options = {.datasets_dir = base / "sets", .log = log.sink()};
    const fs::path archive = write_archive(base / "balls.zip", balls);
    const auto open_it = [&] { return fs::path(unpacked_dataset(archive.string(), options)); };
    EXPECT_EQ(open_it(), first);
    write_text(first / "data.yaml", "mine");
    // A copy with another time is the same archive.
    fs::last_write_time(archive, fs::last_write_time(archive) + std::chrono::hours(1));
    EXPECT_EQ(open_it(), first);
    EXPECT_EQ(log.lines.size(), 1U);

    write_archive(archive, {{"data.yaml", "new"}});
    log.lines.clear();
    EXPECT_EQ(open_it(), second);
    EXPECT_THAT(log.lines,
                ElementsAre(AllOf(HasSubstr("warning: "), HasSubstr("has changed since it was unpacked to"),
                                  HasSubstr("what is in it now goes to '" + second.string() + "'")),
                            HasSubstr("Unpacking")));
    EXPECT_EQ(read_text(second / "data.yaml"), "new");
    EXPECT_EQ(read_text(first / "data.yaml"), "mine");
    EXPECT_EQ(open_it(), second);
    EXPECT_EQ(log.lines.size(), 2U);

    // Another archive of that name is another data set.
    const fs::path other = write_archive(base / "other/balls.zip", {{"data.yaml", "other"}});
    EXPECT_EQ(unpacked_dataset(other.string(), options), (base / "sets/balls-3").string());
    EXPECT_THAT(log.lines[2], HasSubstr("is not from '" + other.string() + "'"));
    EXPECT_EQ(open_it(), second);
}

TEST(Archive, AFolderOfItsNameIsItsOwners) {
    const fs::path base = scratch_dir();
    LogLines log;
    const UnpackOptions options = {.datasets_dir = base / "sets", .log = log.sink()};
    const fs::path archive = write_archive(base / "balls.zip", balls);
    make_directories(base / "sets/balls");
    EXPECT_EQ(unpacked_dataset(archive.string(), options), (base / "sets/balls").string());
    EXPECT_THAT(log.lines, ElementsAre(HasSubstr("is there: it is taken as it is, instead of")));
}

TEST(Archive, IsLookedForHereAndAmongTheDataSets) {
    const fs::path base = scratch_dir();
    const UnpackOptions options = {.datasets_dir = base / "sets"};
    write_archive(base / "sets/balls.zip", balls);
    EXPECT_EQ(unpacked_dataset("balls.zip", options), (base / "sets/balls").string());
    // The folder beside the archive comes first.
    write_archive(base / "here/balls.zip", balls);
    make_directories(base / "here/balls");
    EXPECT_EQ(unpacked_dataset((base / "here/balls.zip").string(), options), (base / "here/balls").string());
}

TEST(Archive, EverythingElseStaysAsItIs) {
    const fs::path base = scratch_dir();
    const UnpackOptions options = {.datasets_dir = base};
    make_directories(base / "folder.zip");
    const std::vector<std::string> others = {
        "", "coco8.yaml", "no-such.zip", "https://example.org/a.zip", (base / "folder.zip").string(), ".zip"};
    for (const std::string& data : others) EXPECT_EQ(unpacked_dataset(data, options), data);
}

TEST(Archive, LeavesNothingWhenItFails) {
    const fs::path base = scratch_dir();
    const UnpackOptions options = {.datasets_dir = base / "sets"};
    write_text(base / "text.zip", "no archive at all");
    EXPECT_THAT(error_of(base / "text.zip", options),
                HasSubstr("text.zip' cannot be unpacked to '" + (base / "sets/text").string() + "': "));
    // An archive that was not copied to its end.
    const fs::path cut = write_archive(base / "cut.tar.gz", balls);
    fs::resize_file(cut, fs::file_size(cut) - 60);
    EXPECT_THAT(error_of(cut, options), HasSubstr("cannot be unpacked"));
    for (const char* name : {"../outside.txt", "/tmp/yolo-outside.txt", "a/../../outside.txt"}) {
        const fs::path evil = write_archive(base / "evil.tar", {{"data.yaml", "x"}, {name, "outside"}});
        EXPECT_THAT(error_of(evil, options), HasSubstr("leads out of the folder")) << name;
    }
    EXPECT_FALSE(fs::exists(base / "sets/outside.txt"));
    EXPECT_FALSE(fs::exists("/tmp/yolo-outside.txt"));
    EXPECT_THAT(names_in(base / "sets"), IsEmpty());
}

TEST(Archive, LinksAreNotMade) {
    const fs::path base = scratch_dir();
    const UnpackOptions options = {.datasets_dir = base / "sets"};
    const fs::path archive =
        write_archive(base / "links.tar",
                      {{"data.yaml", "x"}, {"out", "-> " + base.string()}, {"out/written.txt", "text"}});
    const fs::path folder = unpacked_dataset(archive.string(), options);
    EXPECT_FALSE(fs::exists(base / "written.txt"));
    EXPECT_FALSE(fs::is_symlink(folder / "out"));
    EXPECT_EQ(read_text(folder / "out/written.txt"), "text");
}

TEST(Archive, EndsWhenItsCallerAsks) {
    const fs::path base = scratch_dir();
    Entries many;
    for (int i = 0; i < 40; ++i) many.emplace_back(std::to_string(i), std::string(8'000'000, 'x'));
    const fs::path archive = write_archive(base / "large.tar.gz", many);
    std::vector<std::string> shown;
    const UnpackOptions options = {.datasets_dir = base / "sets",
                                   .cancelled = [] { return true; },
                                   .progress = [&](std::string_view text) { shown.emplace_back(text); }};
    EXPECT_THROW(unpacked_dataset(archive.string(), options), Cancelled);
    EXPECT_THAT(shown, ElementsAre(HasSubstr("Unpacking large.tar.gz: "), ""));
    EXPECT_THAT(names_in(base / "sets"), IsEmpty());
}

}  // namespace

}  // namespace yolo::data
