// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "decoded_mask.hpp"
#include "metrics/coco_evaluation.hpp"
#include "support/golden_case.hpp"

namespace yolo::metrics {
namespace {

Json read(const std::filesystem::path& path) {
    std::ifstream file(path);
    return Json::parse(file);
}

CocoKind kind_of(const Json& golden) {
    if (golden.at("ground_truth").at("categories").at(0).contains("keypoints")) return CocoKind::keypoints;
    const Json& first = golden.at("detections").at(0);
    return first.contains("bbox") ? CocoKind::boxes : CocoKind::masks;
}

TEST(Coco, goldens_equal_pycocotools) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const auto& path : test::golden_files("metrics", ".json")) {
        const Json golden = read(path);
        if (!golden.contains("ground_truth")) continue;
        SCOPED_TRACE(path.filename().string());
        const CocoKind kind = kind_of(golden);
        const CocoTruth truth = coco_truth(golden.at("ground_truth"), kind, "golden");
        const CocoDetections found = coco_detections(golden.at("detections"), kind, truth, "golden");
        const auto scores = evaluate_coco(truth, found, kind, 2).named(kind);
        EXPECT_EQ(scores.size(), golden.at("stats").size());
        for (const auto& [name, value] : scores)
            EXPECT_NEAR(value, golden.at("stats").at(name), 1e-6) << name;
    }
}

TEST(Coco, golden_texts_of_masks_are_written_as_they_were_read) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const auto& path : test::golden_files("metrics", ".json")) {
        const Json golden = read(path);
        if (!golden.contains("ground_truth") || kind_of(golden) != CocoKind::masks) continue;
        for (const Json& entry : golden.at("ground_truth").at("annotations")) {
            const Json& segmentation = entry.at("segmentation");
            const std::string text = segmentation.at("counts");
            const RunLength runs =
                decompress(text, {segmentation.at("size").at(0), segmentation.at("size").at(1)});
            EXPECT_EQ(compress(runs), text);
            EXPECT_EQ(encode_mask(test::decoded_mask(runs)), runs);
            EXPECT_EQ(static_cast<double>(area(runs)), entry.at("area"));
            EXPECT_EQ(extent(runs), entry.at("bbox").get<CocoBox>());
        }
    }
}

Json small_truth() {
    return Json::parse(R"({"images": [{"id": 7, "width": 100, "height": 100}, {"id": "x"}],
        "categories": [{"id": 3, "name": "c"}, {"id": 9, "name": "never"}],
        "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [10, 10, 40, 40], "area": 1600},
                        {"id": 2, "image_id": "x", "category_id": 3, "bbox": [0, 0, 50, 100], "area": 5000,
                         "iscrowd": 1}]})");
}

TEST(Coco, a_perfect_detection_scores_1_and_what_is_not_asked_scores_minus_1) {
    const CocoTruth truth = coco_truth(small_truth(), CocoKind::boxes, "t");
    EXPECT_THAT(truth.image_ids, testing::ElementsAre("7", "x"));
    // The second one lies within the crowd: neither right nor wrong.
    const Json results = Json::parse(R"([
        {"image_id": 7, "category_id": 3, "bbox": [10, 10, 40, 40], "score": 0.3},
        {"image_id": "x", "category_id": 3, "bbox": [10, 10, 20, 20], "score": 0.9}])");
    const CocoScores scores =
        evaluate_coco(truth, coco_detections(results, CocoKind::boxes, truth, "r"), CocoKind::boxes);
    EXPECT_NEAR(scores.ap, 1, 1e-12);
    EXPECT_NEAR(scores.ap_medium, 1, 1e-12);
    EXPECT_EQ(scores.ap_small, -1);
    EXPECT_EQ(scores.ap_large, -1);
}

TEST(Coco, images_that_nobody_looked_at_are_no_misses) {
    Json truth_json = small_truth();
    Json found = Json::array();
    const Json first = truth_json.at("annotations").at(0);
    found.push_back({{"image_id", first.at("image_id")},
                     {"category_id", first.at("category_id")},
                     {"bbox", first.at("bbox")},
                     {"score", 0.9}});
    Json other = first;
    other["image_id"] = 4711;
    truth_json["annotations"].push_back(other);
    truth_json["images"].push_back({{"id", 4711}, {"width", 100}, {"height", 100}});
    CocoTruth truth = coco_truth(truth_json, CocoKind::boxes, "t");
    const CocoDetections detections = coco_detections(found, CocoKind::boxes, truth, "r");
    const double with_miss = evaluate_coco(truth, detections, CocoKind::boxes, 1).ap;
    keep_images(truth, {"7"});
    const double without = evaluate_coco(truth, detections, CocoKind::boxes, 1).ap;
    EXPECT_LT(with_miss, without);
    EXPECT_EQ(truth.objects.size(), 1U);
}

TEST(Coco, results_that_do_not_fit_are_named) {
    const CocoTruth truth = coco_truth(small_truth(), CocoKind::boxes, "t");
    const auto message = [&](const char* results) {
        try {
            coco_detections(Json::parse(results), CocoKind::boxes, truth, "r.json");
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message(R"([{"image_id": 8, "category_id": 3, "bbox": [0, 0, 1, 1], "score": 1}])"),
              "r.json: entry 0: image_id 8 is not among its images");
    EXPECT_THAT(message(R"([{"image_id": 7, "category_id": 3, "bbox": [0, 0, 1, 1]}])"),
                testing::StartsWith("r.json: entry 0 is not as COCO writes it"));
    EXPECT_THROW(coco_truth(Json::object(), CocoKind::boxes, "t"), Error);
}

}  // namespace
}  // namespace yolo::metrics
