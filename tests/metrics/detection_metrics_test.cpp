// SPDX-License-Identifier: Apache-2.0
#include "metrics/detection_metrics.hpp"

#include <gmock/gmock.h>

#include "golden_pictures.hpp"
#include "metrics/confusion_matrix.hpp"

namespace yolo::metrics {
namespace {

constexpr double metric_tolerance = 1e-5;

Names golden_names(const nlohmann::json& json) {
    std::vector<std::string> names(json.size());
    for (const auto& [index, name] : json.items()) names[std::stoul(index)] = name;
    return std::make_shared<const std::vector<std::string>>(names);
}

DetectionMetrics judged(const test::GoldenCase& golden) {
    DetectionMetrics metrics(test::golden_task(golden), golden_names(golden.json.at("names")));
    for (int i = 0; i < golden.json.at("pictures"); ++i) {
        const test::GoldenPicture picture = test::golden_picture(golden, i);
        const auto match = [&](const OverlapMatrix& overlaps) {
            return match_predictions(overlaps, picture.object_classes, picture.predicted_classes,
                                     picture.scores);
        };
        const std::vector<Hits> hits = match(picture.overlaps);
        const std::vector<Hits> second =
            metrics.has_second() ? match(picture.second_overlaps) : std::vector<Hits>{};
        metrics.add({picture.object_classes, picture.predicted_classes, picture.scores, hits, second});
    }
    metrics.compute(2);
    return metrics;
}

void expect_near(const std::vector<double>& values, const std::vector<double>& expected,
                 const std::string& what) {
    ASSERT_EQ(values.size(), expected.size()) << what;
    for (std::size_t i = 0; i < values.size(); ++i) {
        ASSERT_NEAR(values[i], expected[i], metric_tolerance) << what << " [" << i << "]";
    }
}

/// Compares a table with the tensors NAME.p, NAME.ap, NAME.p_curve, ...
void expect_table(const PrecisionTable& table, const test::GoldenCase& golden, const std::string& name) {
    const auto expected = [&](const std::string& field) {
        return test::tensor(golden.tensors, name + "." + field).as<double>();
    };
    std::vector<double> p, r, f1, ap, p_curve, r_curve, f1_curve, over_recall;
    std::vector<std::int64_t> classes;
    const auto append = [](std::vector<double>& all, const auto& more) {
        all.insert(all.end(), more.begin(), more.end());
    };
    for (const ClassPrecision& row : table.classes) {
        classes.push_back(row.class_id);
        p.push_back(row.precision);
        r.push_back(row.recall);
        f1.push_back(row.f1);
        append(ap, row.ap);
        append(p_curve, row.precision_curve);
        append(r_curve, row.recall_curve);
        append(f1_curve, row.f1_curve);
        append(over_recall, row.precision_at_recall);
    }
    EXPECT_EQ(classes, test::tensor(golden.tensors, name + ".ap_class").as<std::int64_t>());
    expect_near(p, expected("p"), name + ".p");
    expect_near(r, expected("r"), name + ".r");
    expect_near(f1, expected("f1"), name + ".f1");
    expect_near(ap, expected("ap"), name + ".ap");
    expect_near(p_curve, expected("p_curve"), name + ".p_curve");
    expect_near(r_curve, expected("r_curve"), name + ".r_curve");
    expect_near(f1_curve, expected("f1_curve"), name + ".f1_curve");
    expect_near(over_recall, expected("prec_values"), name + ".prec_values");
}

TEST(DetectionMetrics, golden_tables_and_curves) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::picture_cases()) {
        SCOPED_TRACE(golden.name);
        const DetectionMetrics metrics = judged(golden);
        const std::string second = metrics.task() == Task::segment ? "mask" : "pose";
        expect_table(metrics.boxes(), golden, "box");
        if (metrics.has_second()) expect_table(metrics.second(), golden, second);
        expect_near(metrics.maps(), test::tensor(golden.tensors, "maps").as<double>(), "maps");
    }
}

TEST(DetectionMetrics, golden_results_and_summaries) {
    YOLO_REQUIRE_GOLDEN("metrics");
    for (const test::GoldenCase& golden : test::picture_cases()) {
        SCOPED_TRACE(golden.name);
        const DetectionMetrics metrics = judged(golden);
        EXPECT_EQ(metrics.results().size(), golden.json.at("results").size());
        for (const auto& [key, value] : metrics.results()) {
            EXPECT_NEAR(value, golden.json.at("results").at(key), metric_tolerance) << key;
        }
        const Json summary = metrics.summary();
        ASSERT_EQ(summary.size(), golden.json.at("summary").size());
        for (std::size_t i = 0; i < summary.size(); ++i) {
            const nlohmann::json& row = golden.json.at("summary").at(i);
            ASSERT_EQ(summary.at(i).size(), row.size());
            EXPECT_EQ(summary.at(i).at("Class"), row.at("Class").get<std::string>());
            for (const auto& [key, value] : row.items()) {
                if (value.is_number()) {
                    EXPECT_NEAR(summary.at(i).at(key).get<double>(), value, 1.01e-5) << i << key;
                }
            }
        }
        for (int i = 0; i < static_cast<int>(golden.json.at("instances_per_class").size()); ++i) {
            EXPECT_EQ(metrics.objects_of(i), golden.json.at("instances_per_class").at(i));
            EXPECT_EQ(metrics.pictures_with(i), golden.json.at("pictures_per_class").at(i));
        }
    }
}

TEST(DetectionMetrics, no_labels_at_all) {
    DetectionMetrics metrics(Task::detect, std::make_shared<std::vector<std::string>>(2, "x"));
    const std::vector<int> classes{1};
    const std::vector<float> scores{0.5f};
    const std::vector<Hits> hits{0};
    metrics.add({{}, classes, scores, hits});
    metrics.compute();
    for (const auto& [key, value] : metrics.results()) EXPECT_EQ(value, 0) << key;
    EXPECT_EQ(metrics.maps(), (std::vector<double>{0, 0}));
}

TEST(ConfusionMatrix, goldens) {
    YOLO_REQUIRE_GOLDEN("metrics");
    const std::string prefix = "confusion_matrix_conf";
    for (const test::GoldenCase& golden : test::picture_cases()) {
        for (const auto& [name, expected] : golden.tensors) {
            if (!name.starts_with(prefix) || name.ends_with("normalised")) continue;
            SCOPED_TRACE(golden.name + " " + name);
            ConfusionMatrix matrix(static_cast<int>(golden.json.at("names").size()),
                                   ConfusionMatrix::Background::last);
            for (int i = 0; i < golden.json.at("pictures"); ++i) {
                const test::GoldenPicture picture = test::golden_picture(golden, i);
                matrix.add_picture(picture.overlaps, picture.object_classes, picture.predicted_classes,
                                   picture.scores, std::stod(name.substr(prefix.size())));
            }
            std::vector<double> counts;
            for (int i = 0; i < matrix.size(); ++i) {
                for (int j = 0; j < matrix.size(); ++j)
                    counts.push_back(static_cast<double>(matrix.at(i, j)));
            }
            EXPECT_EQ(counts, expected.as<double>());
            expect_near(matrix.normalized(), test::tensor(golden.tensors, name + "_normalised").as<double>(),
                        "normalised");
            EXPECT_EQ(matrix.labels(*golden_names(golden.json.at("names"))),
                      golden.json.at("confusion_labels").get<std::vector<std::string>>());
        }
    }
}

}  // namespace
}  // namespace yolo::metrics
