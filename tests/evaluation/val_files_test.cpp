// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/fake_dataset.hpp"
#include "evaluation/coco.hpp"
#include "evaluation/coco_form.hpp"
#include "evaluation/files.hpp"
#include "evaluation/label_finder.hpp"
#include "evaluation/originals.hpp"
#include "evaluation/picture_names.hpp"
#include "image/codec.hpp"

namespace yolo::evaluation {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The pictures of a FakeDataset under other names.
class NamedDataset : public test::FakeDataset {
  public:
    NamedDataset(Task task, std::vector<fs::path> names)
        : FakeDataset(task, names.size()), names_(std::move(names)) {}
    fs::path picture(std::size_t index) const override { return names_[index]; }

  private:
    std::vector<fs::path> names_;
};

data::Batch batch_of(std::size_t count) {
    data::Batch batch;
    for (std::size_t i = 0; i < count; ++i) batch.pictures.push_back({i, {100, 200}, 0.5, 0.5, 7, 0});
    batch.images = Tensor::allocate(DType::u8, {static_cast<std::int64_t>(count), 64, 100, 3});
    return batch;
}

Result boxes(std::vector<Box> boxes) {
    Result result;
    result.orig_shape = {100, 200};
    result.names = test::model_info().names;
    result.boxes = std::move(boxes);
    return result;
}

void add(ValFile& file, const data::Batch& batch, int index, const Result& original) {
    const PictureObjects none;
    const image::Prototypes prototypes;
    file.add({batch, index, static_cast<std::size_t>(index), none, none, prototypes}, original);
}

/// val_batch0_labels.jpg and val_batch0_pred.jpg of one gray picture with a label and a detection.
std::array<cv::Mat, 2> batch_pictures(Task task, const PlotOptions& plot) {
    const NamedDataset dataset(task, {"images/a.jpg"});
    const fs::path folder = test::scratch_dir();
    ModelInfo info = test::model_info();
    info.task = task;
    RunFiles files(folder);
    const auto file = val_batch_pictures(files, dataset, info, plot, 1);
    data::Batch batch = batch_of(1);
    batch.images = Tensor::allocate(DType::u8, {1, 320, 320, 3});
    std::ranges::fill(batch.images.mutable_values<std::uint8_t>(), std::uint8_t{128});
    PictureObjects labels, found;
    labels.classes = {1};
    if (task == Task::classify) {
        found.probabilities = {0.1f, 0.7f, 0.2f};
    } else {
        labels.boxes = found.boxes = {{60, 100, 200, 250}};
        found.classes = {1};
        found.scores = {0.75f};
    }
    const image::Prototypes prototypes;
    file->add({batch, 0, 0, labels, found, prototypes}, Result());
    file->finish();
    return {image::read_image(folder / "val_batch0_labels.jpg"),
            image::read_image(folder / "val_batch0_pred.jpg")};
}

bool same(const cv::Mat& a, const cv::Mat& b) {
    return cv::norm(a, b, cv::NORM_INF) == 0;
}

TEST(ValBatchPictures, ShowWhatTheOptionsSay) {
    const auto usual = batch_pictures(Task::detect, {});
    EXPECT_FALSE(same(usual[0], usual[1])) << "a label has no confidence";
    const auto no_number = batch_pictures(Task::detect, {.confidence = false});
    EXPECT_TRUE(same(no_number[0], usual[0]));
    EXPECT_TRUE(same(no_number[1], usual[0])) << "the name alone";
    const auto no_name = batch_pictures(Task::detect, {.labels = false});
    const auto bare = batch_pictures(Task::detect, {.labels = false, .confidence = false});
    EXPECT_TRUE(same(no_name[0], bare[0]));
    EXPECT_FALSE(same(no_name[1], bare[1])) << "the number alone";
    EXPECT_TRUE(same(bare[0], bare[1]));
    const auto no_box = batch_pictures(Task::detect, {.boxes = false});
    EXPECT_TRUE(same(no_box[0], no_box[1]));
    EXPECT_FALSE(same(no_box[0], bare[0]));
    EXPECT_FALSE(same(batch_pictures(Task::detect, {.line_width = 7})[1], usual[1]));
}

TEST(ValBatchPictures, ShowClassesAsTheOptionsSay) {
    const auto usual = batch_pictures(Task::classify, {});
    const auto no_number = batch_pictures(Task::classify, {.confidence = false});
    const auto no_name = batch_pictures(Task::classify, {.labels = false});
    const auto bare = batch_pictures(Task::classify, {.labels = false, .confidence = false});
    EXPECT_TRUE(same(no_number[0], usual[0]));
    EXPECT_FALSE(same(no_number[1], usual[1]));
    EXPECT_FALSE(same(no_name[1], no_number[1]));
    EXPECT_FALSE(same(no_name[1], bare[1]));
    EXPECT_TRUE(same(bare[0], bare[1]));
}

TEST(ValJson, ListsPicturesInTheirOrder) {
    const NamedDataset dataset(Task::detect, {"images/000000042.jpg", "images/blood.jpg"});
    const fs::path folder = test::scratch_dir();
    RunFiles files(folder);
    const auto file = val_json_file(files, dataset, category_ids(3, false));
    const data::Batch batch = batch_of(2);
    add(*file, batch, 1, boxes({{0, 0, 1, 1, 0.5f, 0}}));
    add(*file, batch, 0, boxes({{10.00049f, 20, 30.5f, 41, 0.123456f, 2}}));
    file->finish();
    const Json rows = parse_json(read_text(folder / "predictions.json"), "predictions.json");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].dump(), R"({"image_id":42,"file_name":"000000042.jpg","category_id":3,)"
                              R"("bbox":[10.0,20.0,20.5,21.0],"score":0.12346})");
    EXPECT_EQ(rows[1]["image_id"], "blood");
}

TEST(ValJson, FileNamesNeedNotBeUtf8) {
    const NamedDataset dataset(Task::detect, {"images/caf\xe9.jpg"});
    const fs::path folder = test::scratch_dir();
    RunFiles files(folder);
    const auto file = val_json_file(files, dataset, category_ids(3, false));
    add(*file, batch_of(1), 0, boxes({{0, 0, 1, 1, 0.5f, 0}}));
    file->finish();
    EXPECT_EQ(parse_json(read_text(folder / "predictions.json"), "").at(0).at("category_id"), 1);
}

TEST(PictureNames, DoNotDependOnHowAListNamesThem) {
    const fs::path here = fs::current_path();
    const NamedDataset mixed(Task::detect,
                             {"pictures/a.jpg", here / "pictures/more/b.jpg", "./pictures/c.jpg"});
    const PictureNames names(mixed);
    EXPECT_EQ(names.of(0), "a.jpg");
    EXPECT_EQ(names.of(1), "more_b.jpg");
    EXPECT_EQ(names.of(2), "c.jpg");
}

TEST(ValDota, FilesOfAnEarlierRunAreRemoved) {
    const NamedDataset dataset(Task::obb, {"P0001__1024__0___0.png"});
    const fs::path folder = test::scratch_dir();
    write_file(RunFiles(folder).claim("predictions_txt/Task1_ship.txt"), "P9999 0.9\n");
    RunFiles files(folder);
    const auto file = val_dota_files(files, dataset, test::model_info());
    add(*file, batch_of(1), 0, boxes({}));
    file->finish();
    EXPECT_FALSE(fs::exists(folder / "predictions_txt" / "Task1_ship.txt"));
}

TEST(ValJson, KnowsCocosNumbers) {
    EXPECT_THAT(category_ids(3, true), ElementsAre(1, 2, 3));
    const std::vector<int> ids = category_ids(80, true);
    EXPECT_EQ(ids.size(), 80U);
    EXPECT_EQ(ids[10], 11);
    EXPECT_EQ(ids[11], 13);
    EXPECT_EQ(ids.back(), 90);
    EXPECT_EQ(category_ids(80, false).back(), 80);
    EXPECT_EQ(category_ids(12, true).back(), 13) << "the first 12 of them";
}

TEST(ValFiles, KnowTheSplitsOfCocoAndDota) {
    data::DatasetSpec spec;
    spec.splits = {
        {"val", {"/d/coco/val2017.txt"}}, {"test", {"/d/DOTAv1/images/test"}}, {"train", {"/d/coco/x"}}};
    EXPECT_TRUE(is_coco_split(spec, "val"));
    EXPECT_FALSE(is_coco_split(spec, "train"));
    EXPECT_FALSE(is_coco_split(spec, "minival"));
    EXPECT_TRUE(is_dota_split(spec, "test"));
    EXPECT_FALSE(is_dota_split(spec, "val"));
}

TEST(ValCoco, TakesTheAnnotationsOfItsOwnListsOnly) {
    const fs::path root = test::scratch_dir() / "coco";
    make_directories(root / "annotations");
    for (const char* name : {"instances_val2017.json", "person_keypoints_val2017.json"})
        write_file(root / "annotations" / name, "{}");
    data::DatasetSpec spec;
    spec.root = root;
    spec.splits = {{"val", {root / "val2017.txt"}},
                   {"test", {root / "test-dev2017.txt"}},
                   {"train", {root / "train2017.txt"}}};
    EXPECT_EQ(coco_annotations(spec, "val", Task::segment), root / "annotations" / "instances_val2017.json");
    EXPECT_EQ(coco_annotations(spec, "val", Task::pose),
              root / "annotations" / "person_keypoints_val2017.json");
    EXPECT_EQ(coco_annotations(spec, "val", Task::obb), "");
    EXPECT_EQ(coco_annotations(spec, "test", Task::detect), "") << "its labels are COCO's secret";
    EXPECT_EQ(coco_annotations(spec, "train", Task::detect), "");
    fs::remove_all(root / "annotations");
    EXPECT_EQ(coco_annotations(spec, "val", Task::detect), "");
}

TEST(ValLabels, AreNamedByThePathUnderTheSharedFolder) {
    const NamedDataset dataset(Task::detect, {"/d/images/val/a/1.jpg", "/d/images/val/b/1.jpg"});
    const fs::path folder = test::scratch_dir();
    write_file(RunFiles(folder).claim("labels/old.txt"), "0 0 0 0 0\n");
    RunFiles files(folder);
    const auto file = val_label_files(files, dataset, true);
    const data::Batch batch = batch_of(2);
    add(*file, batch, 0, boxes({{0, 0, 100, 50, 0.5f, 1}}));
    add(*file, batch, 1, boxes({}));
    file->finish();
    EXPECT_EQ(read_text(folder / "labels" / "a_1.txt"), "1 0.25 0.25 0.5 0.5 0.5\n");
    EXPECT_FALSE(fs::exists(folder / "labels" / "b_1.txt"));
    EXPECT_FALSE(fs::exists(folder / "labels" / "old.txt"));
    EXPECT_THAT(file->summary(), HasSubstr("1 label saved"));
}

TEST(ValDota, JoinsTheTilesOfAPicture) {
    const NamedDataset dataset(Task::obb, {"P1__1024__0___0.png", "P1__1024__824___0.png", "plain.png"});
    const fs::path folder = test::scratch_dir();
    RunFiles files(folder);
    const auto file = val_dota_files(files, dataset, test::model_info());
    const data::Batch batch = batch_of(3);
    Result first, second;
    first.obb = {{900, 50, 40, 20, 0, 0.9f, 0}};
    second.obb = {{76, 50, 40, 20, 0, 0.8f, 0}, {500, 50, 40, 20, 0, 0.7f, 0}};
    add(*file, batch, 0, first);
    add(*file, batch, 1, second);
    add(*file, batch, 2, second);
    file->finish();
    const auto lines = [&](const char* kind) {
        const std::string text = read_text(folder / kind / "Task1_class-0.txt");
        return std::count(text.begin(), text.end(), '\n');
    };
    EXPECT_EQ(lines("predictions_txt"), 5);
    EXPECT_EQ(lines("predictions_merged_txt"), 4) << "one object lies on both tiles";
    EXPECT_THAT(read_text(folder / "predictions_merged_txt" / "Task1_class-0.txt"),
                HasSubstr("P1 0.900 920.000 60.000 920.000 40.000 880.000 40.000 880.000 60.000"));
}

TEST(ValDota, EveryClassHasAFileWhateverItsName) {
    const NamedDataset dataset(Task::obb, {"plain.png"});
    const fs::path folder = test::scratch_dir();
    ModelInfo info = test::model_info(5);
    info.names = std::make_shared<const std::vector<std::string>>(
        std::vector<std::string>{"small vehicle", "small-vehicle", "car/van", "..", std::string(300, 'x')});
    RunFiles files(folder);
    const auto file = val_dota_files(files, dataset, info);
    Result result;
    for (int id = 0; id < 5; ++id)
        result.obb.push_back({100, 100.0f * static_cast<float>(id), 40, 20, 0, 0.9f, id});
    add(*file, batch_of(1), 0, result);
    file->finish();
    for (const char* kind : {"predictions_txt", "predictions_merged_txt"}) {
        for (const std::string& name : {std::string("small-vehicle"), std::string("small-vehicle-2"),
                                        std::string("car_van"), std::string("_"), std::string(200, 'x')}) {
            const std::string text = read_text(folder / kind / ("Task1_" + name + ".txt"));
            EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << name;
        }
    }
}

TEST(ValMasks, LieInTheOriginalPicture) {
    data::BatchPicture picture{0, {100, 200}, 0.5, 0.5, 7, 0};  // 50 x 100 pixels, 7 below the top
    Mask mask{64, 100, std::vector<std::uint8_t>(6400, 0)};
    for (std::size_t y = 17; y < 37; ++y) {
        for (std::size_t x = 20; x < 40; ++x) mask.data[y * 100 + x] = 1;
    }
    const Mask original = original_mask(mask, {20, 17, 40, 37}, picture);
    ASSERT_EQ(original.height, 100);
    ASSERT_EQ(original.width, 200);
    int set = 0;
    for (std::size_t y = 0; y < 100; ++y) {
        for (std::size_t x = 0; x < 200; ++x) {
            const bool inside = y >= 20 && y < 60 && x >= 40 && x < 80;
            if (original.data[y * 200 + x] != 0) ++set;
            const bool deep = y > 21 && y < 58 && x > 41 && x < 78;
            EXPECT_TRUE(!deep || original.data[y * 200 + x] == 1);
            EXPECT_TRUE(inside || !(y < 19 || y > 60 || x < 39 || x > 80) || original.data[y * 200 + x] == 0);
        }
    }
    EXPECT_NEAR(set, 40 * 40, 160) << "the border may fall on either side";
}

TEST(ValCoco, FindsThatEverythingWasFound) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 12);
    ValidatorOptions options;
    options.loader = {.training = false, .imgsz = 64, .batch = 4, .rect = true};
    options.threads = 2;
    Validator validator(test::model_info(), dataset, options);
    CocoEvaluation coco(*dataset, validator.info());
    ValidatorHooks hooks;
    hooks.seen = [&](const SeenPicture& seen) {
        coco.add(seen, original_result(seen, validator.info(), "", false));
    };
    const ValResult result = validator.run_concurrently(test::label_finder(), hooks);
    const metrics::CocoScores scores = coco.scores(metrics::CocoKind::boxes, 1);
    EXPECT_NEAR(scores.ap, 1, 1e-9);
    EXPECT_NEAR(scores.ar100, 1, 1e-9);
    std::string lines;
    print_coco(result, metrics::CocoKind::boxes, scores,
               [&](LogLevel, std::string_view text) { lines += text; });
    EXPECT_THAT(lines, HasSubstr("0.9950     1.0000"));
}

}  // namespace
}  // namespace yolo::evaluation
