// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/sequence_pictures.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "modes/tracking/sequence_check.hpp"
#include "support/golden.hpp"

namespace yolo::modes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

/// Only names count: no picture is opened.
SequencePictures found(std::initializer_list<const char*> names) {
    const auto folder = test::scratch_dir();
    std::filesystem::remove_all(folder);
    make_directories(folder);
    for (const char* name : names) write_file(folder / name, std::string_view("picture"));
    return find_sequence_pictures(folder);
}

std::vector<std::string> names_of(const std::vector<std::filesystem::path>& files) {
    std::vector<std::string> names;
    for (const auto& file : files) names.push_back(file.filename().string());
    return names;
}

TEST(SequencePictures, are_ordered_by_the_number_in_their_name) {
    const SequencePictures pictures = found({"1.jpg", "10.jpg", "2.jpg"});
    EXPECT_THAT(names_of(pictures.files), ElementsAre("1.jpg", "2.jpg", "10.jpg"));
    EXPECT_THAT(pictures.frames, ElementsAre(1, 2, 10));
    EXPECT_THAT(picture_notes(pictures), ElementsAre(HasSubstr("no picture of 7 frames (3 to 9)")));
    EXPECT_THAT(found({"seq7_img00002.jpg", "seq7_img00001.png"}).frames, ElementsAre(1, 2))
        << "the last number";
    EXPECT_THAT(picture_notes(found({"1.jpg", "2.jpg"})), IsEmpty());
}

TEST(SequencePictures, strays_are_left_out_and_named) {
    const SequencePictures pictures = found({"000001.jpg", "000002 (copy).jpg", "000002.jpg", "000003.jpg",
                                             "cover.jpg", "film.mp4", "99999999999999.jpg", ".hidden4.jpg"});
    EXPECT_THAT(names_of(pictures.files), ElementsAre("000001.jpg", "000002.jpg", "000003.jpg"));
    EXPECT_THAT(names_of(pictures.strays), ::testing::UnorderedElementsAre("000002 (copy).jpg", "cover.jpg",
                                                                           "film.mp4", "99999999999999.jpg"));
    EXPECT_THAT(picture_notes(pictures), ElementsAre(HasSubstr("and 1 more")));
}

TEST(SequencePictures, may_count_from_zero_which_is_said) {
    const SequencePictures pictures = found({"000000.jpg", "000001.jpg"});
    EXPECT_THAT(pictures.frames, ElementsAre(1, 2));
    EXPECT_THAT(picture_notes(pictures), ElementsAre(HasSubstr("counts from 0")));
}

TEST(SequencePictures, without_any_number_there_is_no_sequence) {
    EXPECT_THAT([] { found({"a.jpg", "b.jpg"}); }, ThrowsMessage<Error>(HasSubstr("000001.jpg")));
}

TEST(SequenceEnds, are_compared_with_what_is_known_of_the_length) {
    EXPECT_EQ(disagreement({}), "");
    EXPECT_EQ(disagreement({.seqinfo = 71, .pictures = 71, .truth = 70, .detections = 71}), "");
    EXPECT_EQ(disagreement({.truth = 68, .detections = 71}), "");
    EXPECT_THAT(disagreement({.truth = 7, .detections = 71}), HasSubstr("gt/gt.txt ends at frame 7"));
    EXPECT_THAT(disagreement({.seqinfo = 40, .truth = 71, .detections = 71}), HasSubstr("seqinfo.ini is 40"));
    EXPECT_THAT(disagreement({.seqinfo = 71, .pictures = 70}), HasSubstr("img1/ ends at frame 70"));
    EXPECT_THAT(disagreement({.pictures = 15, .truth = 20}), HasSubstr("missed"));
}

}  // namespace
}  // namespace yolo::modes
