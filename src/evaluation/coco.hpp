// SPDX-License-Identifier: Apache-2.0
/// \file COCO's own evaluation of a validation, beside the familiar figures.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <vector>

#include <yolo/log.hpp>

#include "data/dataset.hpp"
#include "evaluation/validator.hpp"
#include "metrics/coco_evaluation.hpp"

namespace yolo::evaluation {

/// What COCO compares in a task: boxes, masks or keypoints; nothing for obb and classify.
std::vector<metrics::CocoKind> coco_kinds(Task task);

/// Collects labels and detections in pixels of the original pictures and evaluates them.
class CocoEvaluation {
  public:
    CocoEvaluation(const data::Dataset& dataset, const ModelInfo& info);
    ~CocoEvaluation();

    /// From any thread, in any order.
    void add(const SeenPicture& seen, const Result& original);
    metrics::CocoScores scores(metrics::CocoKind kind, int threads) const;

  private:
    struct Picture;
    const data::Dataset& dataset_;
    const ModelInfo info_;
    std::mutex mutex_;
    std::map<std::size_t, Picture> pictures_;  ///< by place in the run
};

/// COCO's annotation file of a task where the split is COCO's val2017 and the file lies in the data set's
/// folder `annotations`; else an empty path.
std::filesystem::path coco_annotations(const data::DatasetSpec& spec, const std::string& split, Task task);

/// One for each keypoint: the data set's own, or the usual ones. Empty without keypoints.
std::vector<double> coco_sigmas(const data::DatasetSpec& spec, const ModelInfo& info);

/// The figures of predictions.json under an annotation file of COCO, on the pictures that are in the data
/// set, less those `left_out` (ascending). Throws Error.
metrics::CocoScores coco_file_scores(const std::filesystem::path& annotations,
                                     const std::filesystem::path& predictions, const data::Dataset& dataset,
                                     std::span<const std::size_t> left_out, metrics::CocoKind kind,
                                     int threads, std::vector<double> sigmas);

/// mAP50-95 of small, medium and large objects under the names of the field: metrics/mAP_small(B) ...; 0
/// where there are none.
MetricList size_metrics(const metrics::CocoScores& scores);

/// detect: a validation by whole batches whose figures include these.
ValResult run_with_sizes(Validator& validator, const inference::RunNetwork& network, ValidatorHooks hooks);

/// In the names of figures: B, M or P.
const char* metric_letter(metrics::CocoKind kind);

/// A table with both columns: the familiar mAP, and COCO's.
void print_coco(const ValResult& result, metrics::CocoKind kind, const metrics::CocoScores& scores,
                const LogSink& log);

}  // namespace yolo::evaluation
