// SPDX-License-Identifier: Apache-2.0
#include "evaluation/metric_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files.hpp"
#include "data/fake_dataset.hpp"
#include "evaluation/coco.hpp"
#include "evaluation/label_finder.hpp"

namespace yolo::evaluation {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

ValResult everything_found(const std::shared_ptr<test::FakeDataset>& dataset) {
    ValidatorOptions options;
    options.loader = {.training = false, .imgsz = 64, .batch = 4, .rect = true};
    options.confusion = true;
    return Validator(test::model_info(), dataset, options).run(test::label_finder());
}

ValSubject subject(Task task, std::vector<std::string> names) {
    return {"best.pt", "set.yaml", "val", task,
            std::make_shared<const std::vector<std::string>>(std::move(names))};
}

TEST(MetricFiles, HoldEveryFigureOfADetector) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 12);
    const ValResult result = everything_found(dataset);
    const fs::path folder = test::scratch_dir();
    RunFiles files(folder);
    write_metrics(files, subject(Task::detect, {"a", "b, \"c\"", "\xff"}), result, {{"B", {{"AP", 0.5}}}});

    const Json json = parse_json(read_text(folder / "metrics.json"), "metrics.json");
    EXPECT_EQ(json.at("model"), "best.pt");
    EXPECT_EQ(json.at("images"), 12);
    EXPECT_EQ(json.at("instances"), result.instances);
    for (const auto& [key, value] : result.metrics) EXPECT_EQ(json.at("metrics").at(key), value) << key;
    EXPECT_EQ(json.at("metrics").at("fitness"), result.fitness);
    EXPECT_NEAR(json.at("metrics").at("metrics/mAP75(B)").get<double>(), 0.995, 1e-6);
    EXPECT_EQ(json.at("coco").at("B").at("AP"), 0.5);
    ASSERT_EQ(json.at("classes").size(), 3U);
    const Json& first = json.at("classes").at(0);
    EXPECT_EQ(first.at("Class"), "a");
    EXPECT_EQ(first.at("id"), 0);
    EXPECT_EQ(first.at("Instances"), result.rows[1].instances);
    EXPECT_NEAR(first.at("mAP75").get<double>(), 0.995, 1e-6);
    const Json& matrix = json.at("confusion_matrix");
    EXPECT_EQ(matrix.at("classes").size(), 4U);
    EXPECT_EQ(matrix.at("classes").at(3), "background");
    EXPECT_EQ(matrix.at("counts").at(0).at(0), result.rows[1].instances);

    const std::string csv = read_text(folder / "metrics.csv");
    EXPECT_THAT(csv, StartsWith("Class,Images,Instances,Box-P,Box-R,Box-F1,mAP50,mAP75,mAP50-95\nall,12,"));
    EXPECT_THAT(csv, HasSubstr("\"b, \"\"c\"\"\","));
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
    EXPECT_THAT(read_text(folder / "confusion_matrix.csv"),
                StartsWith("Predicted,a,\"b, \"\"c\"\"\",\xff,background\na,"));
}

TEST(MetricFiles, HoldEveryFigureOfAClassifier) {
    auto metrics = std::make_shared<metrics::ClassificationMetrics>();
    metrics->add(std::vector<float>{0.9f, 0.1f}, 0);
    metrics->add(std::vector<float>{0.9f, 0.1f}, 1);
    metrics->add(std::vector<float>{0.9f, 0.1f}, 2);  // the model does not know it
    ValResult result;
    result.pictures = 3;
    result.classification = metrics;
    result.metrics = {{"metrics/accuracy_top1", metrics->top1()}, {"metrics/accuracy_top5", metrics->top5()}};
    const ValSubject about = subject(Task::classify, {"a", "b", "c"});
    EXPECT_EQ(metrics_csv(about, result),
              "Class,Images,top1_acc,top5_acc\nall,3,0.33333,0.66667\na,1,1,1\nb,1,0,1\nc,1,0,0\n");
    const Json json = metrics_json(about, result, Json());
    EXPECT_EQ(json.at("classes").at(1).at("top5_acc"), 1);
    EXPECT_FALSE(json.contains("instances"));
    EXPECT_FALSE(json.contains("coco"));
}

TEST(MetricFiles, ATrainingMayAskForSizes) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 8);
    ValidatorOptions options;
    options.loader = {.training = false, .imgsz = 64, .batch = 4, .rect = true};
    Validator validator(test::model_info(), dataset, options);
    const ValResult plain = validator.run(test::label_finder());
    const ValResult sized = run_with_sizes(validator, test::label_finder(), {});
    EXPECT_EQ(sized.metric("metrics/mAP50-95(B)"), plain.metric("metrics/mAP50-95(B)"));
    EXPECT_NEAR(sized.metric("metrics/mAP_small(B)"), 1, 1e-9) << "pictures of 20 to 60 pixels";
    EXPECT_EQ(sized.metric("metrics/mAP_large(B)"), 0);
    EXPECT_EQ(sized.metrics.back().first, "metrics/mAP_large(B)");
}

}  // namespace
}  // namespace yolo::evaluation
