// SPDX-License-Identifier: Apache-2.0
#include "track/tracker_file.hpp"

#include <filesystem>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"
#include "support/message_of.hpp"
#include "track/shipped_trackers.hpp"

namespace yolo::track {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const std::string& text) {
    return test::message_of<UsageError>([&] { parse_tracker_file(text, "my.yaml"); });
}

TEST(TrackerFile, the_shipped_ones_have_every_key_with_its_default) {
    EXPECT_EQ(shipped_trackers().size(), method_table().size());
    for (const MethodRow& row : method_table()) {
        SCOPED_TRACE(row.name);
        const Json yaml = read_yaml(test::source_dir() / "trackers" / (std::string(row.name) + ".yaml"));
        const TrackerFile file = read_tracker_file(std::string(row.name) + ".yaml");
        EXPECT_EQ(file.method->name, row.name);
        const Settings standard(row.keys);
        for (const Key& key : row.keys) {
            if (key.name == "track_buffer_s") continue;  // our own
            EXPECT_TRUE(yaml.contains(std::string(key.name))) << key.name;
            EXPECT_EQ(file.settings.as_text(key.name), standard.as_text(key.name)) << key.name;
        }
    }
}

TEST(TrackerFile, every_key_stands_in_the_documentation) {
    const std::string page = read_text(test::source_dir() / "docs" / "tracking.md");
    for (const MethodRow& row : method_table()) {
        EXPECT_THAT(page, HasSubstr("`" + std::string(row.name) + "`"));
        for (const Key& key : row.keys) EXPECT_THAT(page, HasSubstr("`" + std::string(key.name) + "`"));
    }
}

TEST(TrackerFile, is_found_by_its_name_or_is_a_file) {
    EXPECT_EQ(read_tracker_file("botsort").method->name, "botsort");
    const auto path = test::scratch_dir() / "mine.yaml";
    write_file(path, "tracker_type: bytetrack\ntrack_buffer: 7\n");
    const TrackerFile file = read_tracker_file(path);
    EXPECT_EQ(file.settings.whole("track_buffer"), 7);
    EXPECT_EQ(file.settings.number("match_thresh"), 0.8);  // what is not said keeps its default
    EXPECT_THAT(test::message_of<UsageError>([] { read_tracker_file("bytetrak.yaml"); }),
                AllOf(HasSubstr("'bytetrak.yaml'"), HasSubstr("did you mean bytetrack.yaml")));
    EXPECT_THAT(test::message_of<UsageError>([] { read_tracker_file("/no/such/file.yaml"); }),
                HasSubstr("/no/such/file.yaml"));
}

TEST(TrackerFile, a_wrong_one_is_refused_in_one_sentence) {
    EXPECT_THAT(
        refusal("tracker_type: bytetrack\ntrack_bufer: 30\n"),
        AllOf(HasSubstr("my.yaml"), HasSubstr("'track_bufer'"), HasSubstr("did you mean track_buffer")));
    EXPECT_THAT(refusal("tracker_type: bytetrack\nmatch_thresh: 1.5\n"),
                AllOf(HasSubstr("match_thresh"), HasSubstr("from 0 to 1"), HasSubstr("1.5")));
    EXPECT_THAT(refusal("tracker_type: bytetrack\nmatch_thresh: .nan\n"), HasSubstr("from 0 to 1"));
    EXPECT_THAT(refusal("tracker_type: bytetrack\ntrack_buffer: 2.5\n"), HasSubstr("whole number"));
    EXPECT_THAT(refusal("tracker_type: bytetrack\ntrack_buffer: many\n"), HasSubstr("\"many\""));
    EXPECT_THAT(refusal("tracker_type: bytetrack\nfuse_score: 1\n"), HasSubstr("True or False"));
    EXPECT_THAT(refusal("tracker_type: botsort\ngmc_method: surf\n"),
                AllOf(HasSubstr("sparseOptFlow"), HasSubstr("surf")));
    EXPECT_THAT(refusal("tracker_type: botsot\n"), AllOf(HasSubstr("my.yaml"), HasSubstr("mean botsort")));
    EXPECT_THAT(refusal("track_buffer: 30\n"), HasSubstr("tracker_type"));
    EXPECT_THAT(refusal("- 1\n- 2\n"), HasSubstr("not a tracker file"));
    EXPECT_THAT(refusal(""), HasSubstr("not a tracker file"));
}

TEST(TrackerFile, none_is_a_method_of_camera_motion_however_it_is_written) {
    for (const char* spelling : {"none", "None", "null"}) {
        const auto file =
            parse_tracker_file(std::string("tracker_type: botsort\ngmc_method: ") + spelling, "my.yaml");
        EXPECT_EQ(file.settings.text("gmc_method"), "none") << spelling;
    }
}

}  // namespace
}  // namespace yolo::track
