// SPDX-License-Identifier: Apache-2.0
#include "metrics/detection_metrics.hpp"

#include <algorithm>
#include <numeric>

#include "metrics/summary_number.hpp"

namespace yolo::metrics {

namespace {

void add_rates(Json& row, const std::string& kind, const ClassPrecision& rates) {
    row[kind + "-P"] = summary_number(rates.precision);
    row[kind + "-R"] = summary_number(rates.recall);
    row[kind + "-F1"] = summary_number(rates.f1);
}

void add_results(std::vector<std::pair<std::string, double>>& results, const PrecisionTable& table,
                 const std::string& suffix) {
    results.emplace_back("metrics/precision" + suffix, table.precision());
    results.emplace_back("metrics/recall" + suffix, table.recall());
    results.emplace_back("metrics/mAP50" + suffix, table.map50());
    results.emplace_back("metrics/mAP50-95" + suffix, table.map());
}

}  // namespace

DetectionMetrics::DetectionMetrics(Task task, Names names)
    : task_(task),
      names_(std::move(names)),
      objects_per_class_(names_->size()),
      pictures_per_class_(names_->size()) {}

void DetectionMetrics::add(const JudgedPicture& picture) {
    for (std::size_t i = 0; i < picture.scores.size(); ++i) {
        predictions_.push_back(
            {picture.scores[i], static_cast<std::uint16_t>(picture.predicted_classes[i]), picture.hits[i]});
    }
    const auto objects = picture.object_classes;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        const auto class_id = static_cast<std::size_t>(objects[i]);
        ++objects_per_class_.at(class_id);
        const auto earlier = objects.first(i);
        if (std::find(earlier.begin(), earlier.end(), objects[i]) == earlier.end()) {
            ++pictures_per_class_[class_id];
        }
    }
    if (has_second())
        second_hits_.insert(second_hits_.end(), picture.second_hits.begin(), picture.second_hits.end());
}

void DetectionMetrics::compute(int threads) {
    boxes_ = average_precision(predictions_, objects_per_class_, threads);
    if (!has_second()) return;
    std::vector<ScoredHit> predictions = predictions_;
    for (std::size_t i = 0; i < predictions.size(); ++i) predictions[i].hits = second_hits_[i];
    second_ = average_precision(predictions, objects_per_class_, threads);
}

std::size_t DetectionMetrics::objects() const {
    return std::accumulate(objects_per_class_.begin(), objects_per_class_.end(), std::size_t{0});
}

double DetectionMetrics::fitness() const {
    return boxes_.map() + second_.map();
}

std::vector<double> DetectionMetrics::maps() const {
    std::vector<double> values = boxes_.maps(static_cast<int>(names_->size()));
    if (!has_second()) return values;
    const std::vector<double> more = second_.maps(static_cast<int>(names_->size()));
    std::transform(values.begin(), values.end(), more.begin(), values.begin(), std::plus<>());
    return values;
}

std::vector<std::pair<std::string, double>> DetectionMetrics::results() const {
    std::vector<std::pair<std::string, double>> results;
    add_results(results, boxes_, "(B)");
    if (task_ == Task::segment) add_results(results, second_, "(M)");
    if (task_ == Task::pose) add_results(results, second_, "(P)");
    results.emplace_back("fitness", fitness());
    return results;
}

Json DetectionMetrics::summary() const {
    Json rows = Json::array();
    for (std::size_t i = 0; i < boxes_.classes.size(); ++i) {
        const ClassPrecision& box = boxes_.classes[i];
        Json row;
        row["Class"] = (*names_)[static_cast<std::size_t>(box.class_id)];
        row["Images"] = pictures_with(box.class_id);
        row["Instances"] = box.objects;
        add_rates(row, "Box", box);
        row["mAP50"] = summary_number(box.ap50());
        row["mAP75"] = summary_number(box.ap75());
        row["mAP50-95"] = summary_number(box.mean_ap());
        if (has_second()) add_rates(row, task_ == Task::segment ? "Mask" : "Pose", second_.classes[i]);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace yolo::metrics
