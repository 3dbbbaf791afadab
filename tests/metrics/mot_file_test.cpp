// SPDX-License-Identifier: Apache-2.0
#include "metrics/mot_file.hpp"

#include <gmock/gmock.h>

#include "core/files.hpp"
#include "metrics/mot_sequence.hpp"
#include "support/golden.hpp"
#include "support/message_of.hpp"

namespace yolo::metrics {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const std::string& text) {
    return test::message_of([&] { parse_mot(text, "gt.txt"); });
}

TEST(MotFile, rows_are_read_however_they_are_written) {
    const auto rows = parse_mot(
        "1,-1,477.417,133.575,60.972,206.672,0.985,-1,-1,-1\r\n\n"
        "2, 3, 1, +2, 3e0, 4\n"
        "3 4 1 2 3   4 0.5\n"
        "4.0,5.0,1,2,3,4,0,1,0.9",
        "det.txt");
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0].id, -1);
    EXPECT_EQ(rows[0].left, 477.417);
    EXPECT_EQ(rows[0].confidence, 0.985);
    EXPECT_EQ(rows[1].top, 2);
    EXPECT_EQ(rows[1].confidence, 1);  // none given
    EXPECT_EQ(rows[2].height, 4);
    EXPECT_EQ(rows[2].confidence, 0.5);
    EXPECT_EQ(rows[3].frame, 4);
}

TEST(MotFile, lines_end_as_any_program_ends_them) {
    for (const char* text :
         {"1,1,0,0,9,9\r2,1,0,0,9,9\r3,1,0,0,9,9\r", "1,1,0,0,9,9\r\n\r\n2,1,0,0,9,9\r3,1,0,0,9,9"})
        EXPECT_EQ(parse_mot(text, "det.txt").size(), 3U);
    EXPECT_THAT(refusal("1,1,0,0,9,9\r2,1,0,x,9,9\r"), HasSubstr("line 2"));
    EXPECT_THAT(refusal("1,1,0,0,9,9\r\n2,1,0,x,9,9\r\n"), HasSubstr("line 2"));
}

TEST(MotFile, byte_order_marks_are_understood) {
    const auto file = test::scratch_dir() / "det.txt";
    const std::string text = "1,1,0,0,9,9\n2,1,0,0,9,9\n";
    std::string utf16 = "\xFF\xFE";
    for (const char c : text) utf16 += {c, '\0'};
    for (const std::string& bytes : {"\xEF\xBB\xBF" + text, utf16}) {
        write_file(file, std::string_view(bytes));
        EXPECT_EQ(read_mot(file).size(), 2U);
    }
}

TEST(MotFile, the_class_is_the_eighth_column) {
    const auto rows =
        parse_mot("1,1,0,0,9,9,1,7,0.5\n1,2,0,0,9,9,1,-1,-1,-1\n1,3,0,0,9,9,1,2.5,3,4\n", "gt.txt");
    EXPECT_EQ(rows[0].class_id, 7);
    EXPECT_EQ(rows[1].class_id, -1);
    EXPECT_EQ(rows[2].class_id, -1) << "a place in the world";
}

TEST(MotFile, what_is_written_is_read_again) {
    const std::vector<MotRow> rows{{1, 2, 3.25, -4, 5, 6, 0.5}};
    EXPECT_EQ(mot_text(rows), "1,2,3.250,-4.000,5.000,6.000,0.5000,-1,-1,-1\n");
    EXPECT_EQ(parse_mot(mot_text(rows), "tracks.txt").front().left, 3.25);
}

TEST(MotFile, a_wrong_line_is_named) {
    EXPECT_THAT(refusal("1,1,0,0,1,1\n1,2,zero,0,1,1\n"),
                AllOf(HasSubstr("gt.txt, line 2"), HasSubstr("'zero'")));
    EXPECT_THAT(refusal("1,1,0,0\n"), AllOf(HasSubstr("line 1"), HasSubstr("4 fields")));
    EXPECT_THAT(refusal("0,1,0,0,1,1\n"), AllOf(HasSubstr("frame"), HasSubstr("from 1")));
    EXPECT_THAT(refusal("1.5,1,0,0,1,1\n"), HasSubstr("1.5"));
    EXPECT_THAT(refusal("1e12,1,0,0,1,1\n"), HasSubstr("frame"));
    EXPECT_THAT(refusal("1,99999999999,0,0,1,1\n"), HasSubstr("id"));
    EXPECT_THAT(refusal("1,1,nan,0,1,1\n"), HasSubstr("'nan'"));
    EXPECT_THAT(refusal("1,1,0,0,inf,1\n"), HasSubstr("'inf'"));
    EXPECT_THAT(refusal("1,1,1e30,0,1,1\n"), HasSubstr("further"));
    EXPECT_THAT(refusal("1,7,0,0,1,1\n1,7,5,5,1,1\n"), AllOf(HasSubstr("line 2"), HasSubstr("twice")));
    EXPECT_THAT(refusal("\x89PNG\r\n"), HasSubstr("line 1"));
    EXPECT_THAT(refusal("1,1,0,0,9,9,1,static,person\n"),
                AllOf(HasSubstr("column 8"), HasSubstr("'static'")));
    EXPECT_THAT(refusal("1,1,0,0,9,9,1,-1,-1,-1\n1,2,0,0,9,9,1,-1,-1,-12,3,0,0,9,9,1,-1,-1,-1\n"),
                AllOf(HasSubstr("line 2"), HasSubstr("more than 10")));
    EXPECT_THAT(refusal(std::string("1,1,0,0,1,1\n\0\x1b[2J", 17)), HasSubstr("'\\x00\\x1b[2J'"));
    EXPECT_THAT(test::message_of([] { parse_mot("1,1,0,0,9,9\n2,-1,0,0,9,9\n", "gt.txt", MotIds::needed); }),
                AllOf(HasSubstr("gt.txt, line 2"), HasSubstr("no id")));
}

TEST(MotSequence, is_a_folder_in_the_layout_of_motchallenge) {
    const auto folder = test::scratch_dir() / "SEQ-01";
    make_directories(folder / "det");
    write_file(folder / "det" / "det.txt", "1,-1,0,0,1,1,1\n");
    write_file(
        folder / "seqinfo.ini",
        "[Sequence]\nname=other\nimDir=img1\nframeRate = 25\nseqLength=71\nimwidth=640\nIMHEIGHT=480\n");
    const MotSequence sequence = read_sequence(folder);
    EXPECT_EQ(sequence.name, "SEQ-01");
    EXPECT_EQ(sequence.detections, folder / "det" / "det.txt");
    EXPECT_TRUE(sequence.ground_truth.empty());
    EXPECT_EQ(sequence.frame_rate, 25);
    EXPECT_EQ(sequence.length, 71);
    EXPECT_EQ(sequence.picture, (Size{480, 640}));
}

TEST(MotSequence, a_wrong_one_is_refused) {
    const auto folder = test::scratch_dir() / "SEQ-02";
    EXPECT_THAT(test::message_of([&] { read_sequence(folder); }), HasSubstr("SEQ-02"));
    make_directories(folder);
    EXPECT_THAT(test::message_of([&] { read_sequence(folder); }), HasSubstr("det/det.txt"));
    MotSequence sequence;
    const auto refused = [&](const char* text) {
        return test::message_of([&] { parse_sequence_info(text, "seqinfo.ini", sequence); });
    };
    EXPECT_THAT(refused("[Sequence]\nseqLength=-3\n"), AllOf(HasSubstr("line 2"), HasSubstr("seqLength")));
    EXPECT_THAT(refused("frameRate=fast\n"), HasSubstr("'fast'"));
    EXPECT_THAT(refused("seqLength=1e300\n"), HasSubstr("1e300"));
}

}  // namespace
}  // namespace yolo::metrics
