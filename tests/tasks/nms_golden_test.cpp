// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/golden_case.hpp"
#include "tasks/nms.hpp"

namespace yolo::tasks {
namespace {

NmsOptions options_of(const nlohmann::json& settings) {
    NmsOptions options;
    options.conf = settings.at("conf");
    options.iou = settings.at("iou");
    options.max_det = settings.at("max_det");
    options.multi_label = settings.at("multi_label");
    options.agnostic = settings.at("agnostic");
    options.rotated = settings.at("rotated");
    if (!settings.at("classes").is_null()) options.classes = settings["classes"].get<std::vector<int>>();
    return options;
}

struct Prediction {
    std::vector<float> values;
    int rows = 0, columns = 0;  ///< (rows, columns) of one picture
    bool final_rows = false;
    NmsOptions options;
    int class_count = 0;

    std::span<const float> picture(int index) const {
        const auto size = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
        return std::span(values).subspan(static_cast<std::size_t>(index) * size, size);
    }
    std::vector<Detection> detect(int index) const {
        if (final_rows) return filter_final_rows(picture(index), rows, columns, options);
        return nms({picture(index), rows, columns, class_count}, options);
    }
    /// The extra channels of a detection.
    float extra(int index, const Detection& found, int k) const {
        const auto at =
            final_rows ? found.anchor * columns + 6 + k : (4 + class_count + k) * columns + found.anchor;
        return picture(index)[static_cast<std::size_t>(at)];
    }
};

Prediction prediction_of(const test::GoldenCase& golden) {
    const auto& stored = tensor(golden.tensors, "prediction");
    const auto& settings = golden.json.at("settings");
    Prediction prediction{stored.floats(),
                          static_cast<int>(stored.shape.at(1)),
                          static_cast<int>(stored.shape.at(2)),
                          settings.value("end2end", false),
                          options_of(settings),
                          settings.at("nc").get<int>()};
    if (prediction.class_count == 0) prediction.class_count = prediction.rows - 4;
    return prediction;
}

void expect_rows(const test::GoldenCase& golden, const Prediction& prediction, int picture) {
    const std::string number = std::to_string(picture);
    const auto& stored = tensor(golden.tensors, "detections" + number);
    const auto expected = stored.floats();
    const auto index = tensor(golden.tensors, "index" + number).as<std::int64_t>();
    const auto width = static_cast<std::size_t>(stored.shape.at(1));
    const std::vector<Detection> ours = prediction.detect(picture);
    ASSERT_EQ(ours.size(), index.size()) << golden.name << " picture " << picture;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        SCOPED_TRACE(golden.name + " picture " + number + " row " + std::to_string(i));
        ASSERT_EQ(ours[i].anchor, index[i]);
        std::vector<float> row(ours[i].box.begin(), ours[i].box.end());
        row.push_back(ours[i].score);
        row.push_back(static_cast<float>(ours[i].class_id));
        for (int k = 0; row.size() < width; ++k) row.push_back(prediction.extra(picture, ours[i], k));
        for (std::size_t k = 0; k < width; ++k)
            ASSERT_NEAR(row[k], expected[i * width + k], 1e-4) << "column " << k;
    }
}

TEST(NmsGolden, EveryCase) {
    YOLO_REQUIRE_GOLDEN("nms");
    const auto cases = test::golden_cases("nms");
    EXPECT_FALSE(cases.empty());
    for (const auto& golden : cases) {
        const Prediction prediction = prediction_of(golden);
        for (int picture = 0; golden.has("detections" + std::to_string(picture)); ++picture) {
            expect_rows(golden, prediction, picture);
        }
    }
}

}  // namespace
}  // namespace yolo::tasks
