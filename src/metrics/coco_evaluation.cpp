// SPDX-License-Identifier: Apache-2.0
#include "metrics/coco_evaluation.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/keypoint_sigmas.hpp"
#include "core/parallel.hpp"
#include "metrics/coco_matching.hpp"
#include "metrics/interpolation.hpp"

namespace yolo::metrics {

namespace {

constexpr int most_boxes = 100, most_figures = 20;

/// Precision averaged over recalls, and the largest recall, of one class at each threshold.
struct ThresholdScores {
    std::array<double, coco_thresholds> precision = {}, recall = {};
    bool asked = false;  ///< the class has objects
};

/// The scores of one class.
struct CategoryScores {
    std::array<ThresholdScores, area_count> by_area;  ///< with all detections
    ThresholdScores best_one, best_ten;               ///< all areas, 1 and 10 detections per picture
};

/// Indices of entries sorted by class, then picture.
template <class Entry, class Before>
std::vector<std::uint32_t> sorted_indices(const std::vector<Entry>& entries, Before&& before) {
    std::vector<std::uint32_t> order(entries.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return before(entries[a], entries[b]); });
    return order;
}

/// The part of `order` that belongs to a class.
template <class Entry>
std::span<const std::uint32_t> part_of(const std::vector<std::uint32_t>& order,
                                       const std::vector<Entry>& entries, std::int32_t category) {
    const auto begin = std::partition_point(order.begin(), order.end(),
                                            [&](std::uint32_t i) { return entries[i].category < category; });
    const auto end = std::partition_point(begin, order.end(),
                                          [&](std::uint32_t i) { return entries[i].category == category; });
    return {begin, end};
}

/// Takes the leading entries of a picture off a list that is sorted by picture.
template <class Entry>
std::span<const std::uint32_t> take_picture(std::span<const std::uint32_t>& list,
                                            const std::vector<Entry>& entries, std::int32_t image) {
    std::size_t count = 0;
    while (count < list.size() && entries[list[count]].image == image) ++count;
    const auto taken = list.first(count);
    list = list.subspan(count);
    return taken;
}

/// `verdicts`: best score first; those of a rank up to `most` per picture count. `objects`: not ignored.
ThresholdScores judge(std::span<const CocoVerdict> verdicts, CocoArea area, int most, std::size_t objects) {
    static const std::vector<double> recalls = unit_steps(recall_points);
    ThresholdScores scores;
    scores.asked = objects > 0;
    if (!scores.asked) return scores;
    const auto wanted = static_cast<double>(objects);
    std::vector<double> precision;  // after each hit; behind: at least that of any later one
    for (int t = 0; t < coco_thresholds; ++t) {
        precision.clear();
        double counted = 0;
        for (const CocoVerdict& verdict : verdicts) {
            if (verdict.rank >= most || (verdict.ignored[area] >> t & 1) != 0) continue;
            counted += 1;
            if ((verdict.matched[area] >> t & 1) == 0) continue;
            precision.push_back(static_cast<double>(precision.size() + 1) / (counted + coco_eps));
        }
        for (std::size_t i = precision.size(); i-- > 1;) {
            precision[i - 1] = std::max(precision[i - 1], precision[i]);
        }
        double sum = 0;
        std::size_t hit = 0;  // the first one with at least the recall
        for (const double recall : recalls) {
            while (hit < precision.size() && static_cast<double>(hit + 1) / wanted < recall) ++hit;
            if (hit < precision.size()) sum += precision[hit];
        }
        const auto place = static_cast<std::size_t>(t);
        scores.precision[place] = sum / recall_points;
        scores.recall[place] = static_cast<double>(precision.size()) / wanted;
    }
    return scores;
}

/// All that is compared, in the order of the evaluation.
struct Comparison {
    const CocoTruth& truth;
    const CocoDetections& detections;
    CocoOverlap overlap;
    std::vector<std::uint32_t> objects, found;  ///< by class, picture (and score)
    int most;                                   ///< detections per picture and class
};

CategoryScores judge_category(const Comparison& all, std::int32_t category) {
    const std::vector<CocoObject>& entries = all.truth.objects;
    std::span<const std::uint32_t> objects = part_of(all.objects, entries, category);
    std::span<const std::uint32_t> found = part_of(all.found, all.detections.items, category);
    std::array<std::size_t, area_count> asked = {};
    for (const std::uint32_t index : objects) {
        for (int area = 0; area < area_count; ++area) {
            const CocoObject& object = entries[index];
            const bool counts = !object.ignored && is_within(static_cast<CocoArea>(area), object.area);
            asked[static_cast<std::size_t>(area)] += counts ? 1 : 0;
        }
    }
    std::vector<CocoVerdict> verdicts;
    verdicts.reserve(found.size());
    CocoMatcher matcher(all.truth, all.detections, all.overlap);
    while (!found.empty()) {
        const std::int32_t image = all.detections.items[found[0]].image;
        while (!objects.empty() && entries[objects[0]].image < image) objects = objects.subspan(1);
        CocoGroup group{take_picture(objects, entries, image),
                        take_picture(found, all.detections.items, image)};
        const auto most = static_cast<std::size_t>(all.most);
        group.detections = group.detections.first(std::min(group.detections.size(), most));
        matcher.match(group, verdicts);
    }
    std::stable_sort(verdicts.begin(), verdicts.end(),
                     [](const CocoVerdict& a, const CocoVerdict& b) { return a.score > b.score; });
    CategoryScores scores;
    for (int area = 0; area < area_count; ++area) {
        const auto place = static_cast<std::size_t>(area);
        scores.by_area[place] = judge(verdicts, static_cast<CocoArea>(area), all.most, asked[place]);
    }
    scores.best_one = judge(verdicts, all_areas, 1, asked[all_areas]);
    scores.best_ten = judge(verdicts, all_areas, 10, asked[all_areas]);
    return scores;
}

using Values = std::array<double, coco_thresholds>;

/// The mean over the classes that have objects; -1 when none has.
template <class Value>
double category_mean(const std::vector<CategoryScores>& all, Value&& value) {
    double sum = 0, count = 0;
    for (const CategoryScores& each : all) value(each, sum, count);
    return count == 0 ? -1 : sum / count;
}

/// Over the classes, at one threshold or (-1) over all of them.
double mean(const std::vector<CategoryScores>& all, CocoArea area, Values ThresholdScores::*values,
            int threshold = -1) {
    return category_mean(all, [&](const CategoryScores& each, double& sum, double& count) {
        const ThresholdScores& scores = each.by_area[area];
        if (!scores.asked) return;
        const Values& all_thresholds = scores.*values;
        sum += threshold >= 0
                   ? all_thresholds[static_cast<std::size_t>(threshold)]
                   : std::accumulate(all_thresholds.begin(), all_thresholds.end(), 0.0) / coco_thresholds;
        count += 1;
    });
}

double mean_recall(const std::vector<CategoryScores>& all, ThresholdScores CategoryScores::*part) {
    return category_mean(all, [&](const CategoryScores& each, double& sum, double& count) {
        const ThresholdScores& scores = each.*part;
        if (!scores.asked) return;
        sum += std::accumulate(scores.recall.begin(), scores.recall.end(), 0.0) / coco_thresholds;
        count += 1;
    });
}

CocoScores summarize(const std::vector<CategoryScores>& all) {
    constexpr auto precision = &ThresholdScores::precision;
    constexpr auto recall = &ThresholdScores::recall;
    constexpr int at50 = 0, at75 = 5;
    CocoScores scores;
    scores.ap = mean(all, all_areas, precision);
    scores.ap50 = mean(all, all_areas, precision, at50);
    scores.ap75 = mean(all, all_areas, precision, at75);
    scores.ap_small = mean(all, small_areas, precision);
    scores.ap_medium = mean(all, medium_areas, precision);
    scores.ap_large = mean(all, large_areas, precision);
    scores.ar1 = mean_recall(all, &CategoryScores::best_one);
    scores.ar10 = mean_recall(all, &CategoryScores::best_ten);
    scores.ar = scores.ar100 = mean(all, all_areas, recall);
    scores.ar50 = mean(all, all_areas, recall, at50);
    scores.ar75 = mean(all, all_areas, recall, at75);
    scores.ar_small = mean(all, small_areas, recall);
    scores.ar_medium = mean(all, medium_areas, recall);
    scores.ar_large = mean(all, large_areas, recall);
    return scores;
}

}  // namespace

std::vector<std::pair<std::string, double>> CocoScores::named(CocoKind kind) const {
    if (kind == CocoKind::keypoints) {
        return {{"AP", ap}, {"AP50", ap50}, {"AP75", ap75}, {"APm", ap_medium}, {"APl", ap_large},
                {"AR", ar}, {"AR50", ar50}, {"AR75", ar75}, {"ARm", ar_medium}, {"ARl", ar_large}};
    }
    return {{"AP", ap},         {"AP50", ap50},    {"AP75", ap75},     {"APs", ap_small},
            {"APm", ap_medium}, {"APl", ap_large}, {"AR1", ar1},       {"AR10", ar10},
            {"AR100", ar100},   {"ARs", ar_small}, {"ARm", ar_medium}, {"ARl", ar_large}};
}

CocoScores evaluate_coco(const CocoTruth& truth, const CocoDetections& detections, CocoKind kind, int threads,
                         std::vector<double> sigmas) {
    if (sigmas.empty()) sigmas.assign(coco_keypoint_sigmas.begin(), coco_keypoint_sigmas.end());
    const Comparison comparison{truth,
                                detections,
                                CocoOverlap(truth, detections, kind, std::move(sigmas)),
                                sorted_indices(truth.objects,
                                               [](const CocoObject& a, const CocoObject& b) {
                                                   return std::tie(a.category, a.image) <
                                                          std::tie(b.category, b.image);
                                               }),
                                sorted_indices(detections.items,
                                               [](const CocoDetection& a, const CocoDetection& b) {
                                                   return std::tie(a.category, a.image, b.score) <
                                                          std::tie(b.category, b.image, a.score);
                                               }),
                                kind == CocoKind::keypoints ? most_figures : most_boxes};
    std::vector<CategoryScores> scores(truth.categories.size());
    parallel_for(scores.size(), threads,
                 [&](std::size_t i) { scores[i] = judge_category(comparison, truth.categories[i]); });
    return summarize(scores);
}

}  // namespace yolo::metrics
