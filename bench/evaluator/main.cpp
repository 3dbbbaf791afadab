// SPDX-License-Identifier: Apache-2.0
/// \file bench_evaluator FOLDER [threads]: judges FOLDER/truth.csv and FOLDER/detections.csv (written by
/// compare.py) in both ways, COCO's and the familiar mAP, and prints seconds and figures as JSON.
#include <cstdio>
#include <filesystem>
#include <string>

#include <fmt/core.h>
#include <sys/resource.h>

#include <yolo/error.hpp>

#include "../timing.hpp"
#include "metrics/coco_evaluation.hpp"
#include "metrics/detection_metrics.hpp"

namespace yolo::bench {
namespace {

using namespace metrics;

/// Calls row(image, category, x, y, width, height, last) for each line.
template <class Row>
void read_rows(const std::filesystem::path& path, Row&& row) {
    std::FILE* file = std::fopen(path.c_str(), "r");
    if (file == nullptr) throw Error(fmt::format("{}: cannot be read; run compare.py", path.string()));
    int image = 0, category = 0;
    CocoBox box = {};
    double last = 0;
    while (std::fscanf(file, "%d,%d,%lf,%lf,%lf,%lf,%lf", &image, &category, &box[0], &box[1], &box[2],
                       &box[3], &last) == 7) {
        row(image, category, box, last);
    }
    std::fclose(file);
}

image::Box4 corners(const CocoBox& box) {
    return {static_cast<float>(box[0]), static_cast<float>(box[1]), static_cast<float>(box[0] + box[2]),
            static_cast<float>(box[1] + box[3])};
}

/// One picture as the validator has it.
struct Picture {
    std::vector<image::Box4> objects, predictions;
    std::vector<int> object_classes, predicted_classes;
    std::vector<float> scores;
};

std::vector<Picture> as_pictures(const CocoTruth& truth, const CocoDetections& detections) {
    std::vector<Picture> pictures(static_cast<std::size_t>(truth.images));
    for (const CocoObject& object : truth.objects) {
        Picture& picture = pictures[static_cast<std::size_t>(object.image)];
        picture.objects.push_back(corners(object.box));
        picture.object_classes.push_back(object.category);
    }
    for (const CocoDetection& detection : detections.items) {
        Picture& picture = pictures[static_cast<std::size_t>(detection.image)];
        picture.predictions.push_back(corners(detection.box));
        picture.predicted_classes.push_back(detection.category);
        picture.scores.push_back(static_cast<float>(detection.score));
    }
    return pictures;
}

/// Overlaps, matches, AP and curves, as val computes them.
double familiar_map(const std::vector<Picture>& pictures, int threads) {
    DetectionMetrics judge(Task::detect, std::make_shared<const std::vector<std::string>>(80, "class"));
    for (const Picture& picture : pictures) {
        const std::vector<Hits> hits =
            match_predictions(box_overlaps(picture.objects, picture.predictions), picture.object_classes,
                              picture.predicted_classes, picture.scores);
        judge.add({picture.object_classes, picture.predicted_classes, picture.scores, hits});
    }
    judge.compute(threads);
    return judge.boxes().map();
}

void run(const std::filesystem::path& folder, int threads) {
    CocoTruth truth;
    CocoDetections detections;
    read_rows(folder / "truth.csv", [&](int image, int category, const CocoBox& box, double crowd) {
        const bool is_crowd = crowd != 0;
        truth.objects.push_back({image, category, box, box[2] * box[3], is_crowd, is_crowd});
        truth.images = std::max(truth.images, image + 1);
    });
    read_rows(folder / "detections.csv", [&](int image, int category, const CocoBox& box, double score) {
        detections.items.push_back({image, category, box, score, box[2] * box[3]});
        truth.images = std::max(truth.images, image + 1);
    });
    for (int i = 0; i < 80; ++i) truth.categories.push_back(i);
    const std::vector<Picture> pictures = as_pictures(truth, detections);

    CocoScores scores;
    const double coco =
        seconds_of([&] { scores = evaluate_coco(truth, detections, CocoKind::boxes, threads); });
    double map = 0;
    const double familiar = seconds_of([&] { map = familiar_map(pictures, threads); });
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    std::string stats;
    for (const auto& [name, value] : scores.named(CocoKind::boxes)) {
        stats += fmt::format("{}\"{}\": {:.9f}", stats.empty() ? "" : ", ", name, value);
    }
    fmt::print(
        "{{\"coco_seconds\": {:.4f}, \"map_seconds\": {:.4f}, \"map\": {:.6f}, \"peak_mb\": {:.0f}, "
        "\"stats\": {{{}}}}}\n",
        coco, familiar, map, static_cast<double>(usage.ru_maxrss) / 1024, stats);
}

}  // namespace
}  // namespace yolo::bench

int main(int count, char** arguments) {
    try {
        if (count < 2) throw yolo::Error("usage: bench_evaluator FOLDER [threads]");
        yolo::bench::run(arguments[1], count > 2 ? std::stoi(arguments[2]) : 0);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_evaluator: {}\n", error.what());
        return 1;
    }
}
