// SPDX-License-Identifier: Apache-2.0
#include "evaluation/coco.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/core.h>

#include "core/files.hpp"
#include "core/json.hpp"
#include "core/keypoint_sigmas.hpp"
#include "evaluation/coco_form.hpp"
#include "evaluation/originals.hpp"
#include "metrics/overlap_matrix.hpp"

namespace yolo::evaluation {

/// One picture's share of what is compared.
struct CocoEvaluation::Picture {
    std::vector<metrics::CocoObject> objects;
    std::vector<metrics::CocoDetection> detections;
    std::vector<metrics::RunLength> object_masks, detection_masks;
    std::vector<double> object_points, detection_points;
};

namespace {

metrics::CocoBox coco_box(const image::Box4& xywh, Size size) {
    const double width = static_cast<double>(xywh[2]) * size.width,
                 height = static_cast<double>(xywh[3]) * size.height;
    return {static_cast<double>(xywh[0]) * size.width - width / 2,
            static_cast<double>(xywh[1]) * size.height - height / 2, width, height};
}

metrics::RunLength outline_runs(const data::Polygon& polygon, Size size) {
    std::vector<double> coordinates;
    for (const Point& point : polygon) {
        coordinates.push_back(static_cast<double>(point.x) * size.width);
        coordinates.push_back(static_cast<double>(point.y) * size.height);
    }
    return metrics::encode_polygon(coordinates, size);
}

}  // namespace

const char* metric_letter(metrics::CocoKind kind) {
    return kind == metrics::CocoKind::boxes ? "B" : kind == metrics::CocoKind::masks ? "M" : "P";
}

std::vector<metrics::CocoKind> coco_kinds(Task task) {
    using metrics::CocoKind;
    switch (task) {
        case Task::detect:
            return {CocoKind::boxes};
        case Task::segment:
            return {CocoKind::boxes, CocoKind::masks};
        case Task::pose:
            return {CocoKind::boxes, CocoKind::keypoints};
        default:
            return {};
    }
}

CocoEvaluation::CocoEvaluation(const data::Dataset& dataset, const ModelInfo& info)
    : dataset_(dataset), info_(info) {}
CocoEvaluation::~CocoEvaluation() = default;

void CocoEvaluation::add(const SeenPicture& seen, const Result& original) {
    const data::BatchPicture& source = seen.batch.pictures.at(static_cast<std::size_t>(seen.index));
    const data::Labels labels = dataset_.labels(source.index);
    const Size size = source.original;
    const auto image = static_cast<std::int32_t>(seen.order);
    const std::size_t points = labels.size() > 0 ? labels.keypoints.size() / labels.size() : 0;
    Picture picture;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        metrics::CocoObject object{image, labels.classes[i], coco_box(labels.boxes[i], size), 0, false,
                                   false};
        object.area = object.box[2] * object.box[3];
        if (info_.task == Task::segment) {
            picture.object_masks.push_back(outline_runs(labels.polygons.at(i), size));
            object.area = static_cast<double>(metrics::area(picture.object_masks.back()));
        }
        int labelled = 0;
        for (std::size_t k = i * points; info_.task == Task::pose && k < (i + 1) * points; ++k) {
            const data::LabelPoint& point = labels.keypoints[k];
            picture.object_points.insert(picture.object_points.end(),
                                         {static_cast<double>(point.x) * size.width,
                                          static_cast<double>(point.y) * size.height, point.visibility});
            labelled += point.visibility > 0 ? 1 : 0;
        }
        if (info_.task == Task::pose) {
            object.area *= static_cast<double>(metrics::keypoint_area(1, 1));
            object.ignored = labelled == 0;
        }
        picture.objects.push_back(object);
    }
    for (std::size_t i = 0; i < original.boxes.size(); ++i) {
        const Box& box = original.boxes[i];
        picture.detections.push_back(
            {image,
             box.class_id,
             {coco_place(box.x1), coco_place(box.y1), coco_place(double{box.x2} - box.x1),
              coco_place(double{box.y2} - box.y1)},
             coco_score(box.confidence),
             0});
        if (i < original.masks.size())
            picture.detection_masks.push_back(metrics::encode_mask(original.masks[i]));
        if (i >= original.keypoints.size()) continue;
        for (const Keypoint& point : original.keypoints[i]) {
            picture.detection_points.insert(picture.detection_points.end(),
                                            {point.x, point.y, point.confidence});
        }
    }
    const std::lock_guard lock(mutex_);
    pictures_.emplace(seen.order, std::move(picture));
}

metrics::CocoScores CocoEvaluation::scores(metrics::CocoKind kind, int threads) const {
    metrics::CocoTruth truth;
    metrics::CocoDetections found;
    truth.images = static_cast<int>(pictures_.size());
    for (int id = 0; id < info_.class_count(); ++id) truth.categories.push_back(id);
    const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    for (const auto& [order, picture] : pictures_) {
        append(truth.objects, picture.objects);
        append(found.items, picture.detections);
        if (kind == metrics::CocoKind::masks) {
            append(truth.masks, picture.object_masks);
            append(found.masks, picture.detection_masks);
        }
        if (kind == metrics::CocoKind::keypoints) {
            append(truth.keypoints, picture.object_points);
            append(found.keypoints, picture.detection_points);
        }
    }
    if (kind !=
        metrics::CocoKind::keypoints) {  // only figures without a labelled point are left out, as figures
        for (metrics::CocoObject& object : truth.objects) object.ignored = false;
    }
    metrics::set_areas(found, kind);
    return metrics::evaluate_coco(truth, found, kind, threads, coco_sigmas(dataset_.spec(), info_));
}

std::filesystem::path coco_annotations(const data::DatasetSpec& spec, const std::string& split, Task task) {
    if (coco_kinds(task).empty() || !is_coco_split(spec, split)) return {};
    const bool labelled = std::ranges::any_of(
        spec.splits.at(split), [](const auto& list) { return list.filename() == "val2017.txt"; });
    const char* name = task == Task::pose ? "person_keypoints_val2017.json" : "instances_val2017.json";
    const std::filesystem::path file = spec.root / "annotations" / name;
    return labelled && std::filesystem::exists(file) ? file : std::filesystem::path();
}

std::vector<double> coco_sigmas(const data::DatasetSpec& spec, const ModelInfo& info) {
    if (info.task != Task::pose) return {};
    const std::vector<float> sigmas = keypoint_sigmas(info.kpt_shape, spec.kpt_oks_sigmas);
    return {sigmas.begin(), sigmas.end()};
}

metrics::CocoScores coco_file_scores(const std::filesystem::path& annotations,
                                     const std::filesystem::path& predictions, const data::Dataset& dataset,
                                     std::span<const std::size_t> left_out, metrics::CocoKind kind,
                                     int threads, std::vector<double> sigmas) {
    metrics::CocoTruth truth = metrics::coco_truth(parse_json(read_text(annotations), annotations.string()),
                                                   kind, annotations.string());
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        if (std::ranges::binary_search(left_out, i)) continue;
        const Json id = coco_image_id(dataset.picture(i).stem().string());
        seen.insert(text_or_json(id));
    }
    metrics::keep_images(truth, seen);  // the others were not looked at: they are no misses
    const metrics::CocoDetections found = metrics::coco_detections(
        parse_json(read_text(predictions), predictions.string()), kind, truth, predictions.string());
    return metrics::evaluate_coco(truth, found, kind, threads, std::move(sigmas));
}

MetricList size_metrics(const metrics::CocoScores& scores) {
    return {{"metrics/mAP_small(B)", std::max(scores.ap_small, 0.0)},
            {"metrics/mAP_medium(B)", std::max(scores.ap_medium, 0.0)},
            {"metrics/mAP_large(B)", std::max(scores.ap_large, 0.0)}};
}

ValResult run_with_sizes(Validator& validator, const inference::RunNetwork& network, ValidatorHooks hooks) {
    CocoEvaluation coco(validator.dataset(), validator.info());
    hooks.seen = [&](const SeenPicture& seen) {
        coco.add(seen, original_result(seen, validator.info(), "", false));
    };
    ValResult result = validator.run(network, hooks);
    if (result.cancelled) return result;
    const auto scores = coco.scores(metrics::CocoKind::boxes, validator.options().threads);
    for (const auto& [key, value] : size_metrics(scores)) result.set_metric(key, value);
    return result;
}

void print_coco(const ValResult& result, metrics::CocoKind kind, const metrics::CocoScores& scores,
                const LogSink& log) {
    const char* letter = metric_letter(kind);
    log(LogLevel::info,
        fmt::format("{:>22}{:>11}{:>11}", fmt::format("Evaluation ({})", letter), "familiar", "COCO"));
    const auto row = [&](const char* name, double familiar, double coco) {
        log(LogLevel::info, fmt::format("{:>22}{:>11.4f}{:>11.4f}", name, familiar, coco));
    };
    row("mAP50-95", result.metric(fmt::format("metrics/mAP50-95({})", letter)), scores.ap);
    row("mAP50", result.metric(fmt::format("metrics/mAP50({})", letter)), scores.ap50);
    std::string line;
    for (const auto& [name, value] : scores.named(kind))
        line += fmt::format("{}{} {:.3f}", line.empty() ? "COCO: " : ", ", name, value);
    log(LogLevel::info, line);
}

}  // namespace yolo::evaluation
