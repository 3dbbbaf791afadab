// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_survey.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/dataset/picture_list.hpp"
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
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Two files for every picture, and where its label file is.
LabelSurvey survey_of(const std::string& pictures, const std::string& labels,
                      SurveyDepth depth = SurveyDepth::folders) {
    const fs::path root = scratch_dir();
    fs::remove_all(root);
    for (const char* name : {"a", "b"}) {
        write_text(root / pictures / (std::string(name) + ".jpg"), "x");
        const std::size_t star = labels.find('*');
        write_text(root / (labels.substr(0, star) + name + labels.substr(star + 1)), "0 .5 .5 .2 .2\n");
    }
    std::vector<SplitPicture> listed;
    std::vector<bool> there;
    for (const std::string& path : list_pictures(std::vector<fs::path>{root})) {
        listed.push_back({path, label_path(path), -1});
        there.push_back(fs::exists(listed.back().label_file));
    }
    return survey_labels(listed, there, depth);
}

struct Layout {
    const char *pictures, *labels, *advice;
};

class LostLabelsOf : public ::testing::TestWithParam<Layout> {};

TEST_P(LostLabelsOf, AreFoundNearThePictures) {
    const auto& [pictures, labels, advice] = GetParam();
    const LabelSurvey survey = survey_of(pictures, labels);
    ASSERT_EQ(survey.lost.size(), 1U);
    EXPECT_EQ(survey.lost[0].pictures, 2U);
    EXPECT_EQ(survey.lost_pictures(), 2U);
    std::string file = labels;
    file.replace(file.find('*'), 1, "a");
    EXPECT_THAT(sentence(survey.lost[0]),
                AllOf(HasSubstr("2 pictures have no label file where it is looked for ('"),
                      HasSubstr("/" + file + "', which is not read"), HasSubstr(advice)));
    EXPECT_THAT(survey.bare, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    , LostLabelsOf,
    ::testing::Values(Layout{"cam/images", "cam/images/*.txt", "/cam/labels'"},
                      Layout{"Images/train", "Labels/train/*.txt",
                             "or rename the folder 'Images' to images and 'Labels' to labels"},
                      Layout{"JPEGImages", "labels/*.txt", "or rename the folder 'JPEGImages' to images"},
                      Layout{"images/train/cam/images", "labels/train/cam/images/*.txt",
                             "move such files to"},
                      Layout{"images/train", "labels/*.txt", "/labels/train'"},
                      Layout{"images/train", "train/labels/*.txt", "/labels/train'"},
                      Layout{"train", "labels/train/*.txt", "/train'"},
                      Layout{"train", "train/labels/*.txt", "/train'"},
                      Layout{"images", "labels/*.jpg.txt", "call such files as their pictures"},
                      Layout{"images", "labels/*.TXT", "call such files as their pictures"},
                      Layout{"JPEGImages", "Annotations/*.xml", "convert such files"},
                      Layout{"images", "images/*.json", "convert such files"}));

TEST(LabelSurvey, FindsNothingWhereAllIsInItsPlace) {
    const LabelSurvey survey = survey_of("images/train", "labels/train/*.txt", SurveyDepth::trees);
    EXPECT_EQ(survey.labelled, 2U);
    EXPECT_THAT(survey.lost, IsEmpty());
    EXPECT_THAT(survey.unclaimed, IsEmpty());
    EXPECT_THAT(survey.bare, IsEmpty());
    EXPECT_THAT(survey.unlisted, IsEmpty());
}

TEST(LabelSurvey, LabelsWithoutPicture) {
    const fs::path root = scratch_dir();
    for (const char* name : {"images/a.jpg", "images/b.jpg", "labels/a.txt", "labels/b.txt", "labels/c.txt",
                             "labels/classes.txt", "labels/deep/d.txt", "beside/e.jpg", "beside/e.txt"})
        write_text(root / name, "0 .5 .5 .2 .2\n");
    write_text(root / "beside/f.txt", "1 .5 .5 .2 .2\n");
    write_text(root / "beside/notes.txt", "photographed in 2024\n");
    std::vector<SplitPicture> pictures;
    for (const char* name : {"images/a.jpg", "beside/e.jpg"})
        pictures.push_back({(root / name).string(), label_path((root / name).string()), -1});
    const LabelSurvey here = survey_labels(pictures, {true, true});
    ASSERT_EQ(here.unclaimed.size(), 2U);
    EXPECT_THAT(here.unclaimed[0].files, ElementsAre(root / "beside/f.txt"));
    EXPECT_THAT(here.unclaimed[1].files, ElementsAre(root / "labels/c.txt"));
    EXPECT_THAT(here.unlisted, ElementsAre(root / "labels/b.txt"));  // another split's
    EXPECT_THAT(sentence(here.unclaimed[1]),
                HasSubstr("has no picture in '" + (root / "images").string() + "'"));
    const LabelSurvey deep = survey_labels(pictures, {true, true}, SurveyDepth::trees);
    EXPECT_EQ(deep.unclaimed_files(), 3U);
}

TEST(LabelSurvey, OpeningASplitSaysIt) {
    const fs::path root = scratch_dir();
    write_text(root / "set.yaml", "train: [one, two/images, three]\nval: one\nnames: [ball]\n");
    int grey = 0;
    for (const char* name : {"one/p", "two/images/p", "three/p"})
        test::write_picture(root / (std::string(name) + ".png"), ++grey);
    write_text(root / "one/p.txt", "0 .5 .5 .2 .2\n");
    write_text(root / "two/images/p.txt", "0 .5 .5 .2 .2\n");
    for (int run = 0; run < 2; ++run) {  // the second one reads the cache
        LogLines log;
        DatasetOptions options;
        options.log = log.sink();
        open_dataset(test::load(root / "set.yaml"), options);
        EXPECT_THAT(
            log.lines,
            Contains(AllOf(HasSubstr("warning: train: 1 picture has no label file where it is looked for ('"),
                           HasSubstr("two/labels/p.txt')"), HasSubstr("two/images/p.txt'"))));
        EXPECT_THAT(log.lines,
                    Contains(HasSubstr("info: train: no picture in '" + (root / "three").string())));
    }
    fs::remove(root / "one/p.txt");
    EXPECT_THAT(error_of([&] { open_dataset(test::load(root / "set.yaml"), {}); }),
                AllOf(HasSubstr("not one label"), HasSubstr("two/images/p.txt', which is not read")));
}

}  // namespace

}  // namespace yolo::data
