// SPDX-License-Identifier: Apache-2.0
#include "metrics/average_precision.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.hpp"
#include "metrics/interpolation.hpp"

namespace yolo::metrics {

namespace {

constexpr double rate_eps = 1e-16;

/// A precision-recall curve from recall 0 to 1, its precision falling.
struct Envelope {
    std::vector<double> recall, precision;
};

Envelope envelope(std::span<const double> recall, std::span<const double> precision) {
    Envelope line{{0}, {1}};
    line.recall.insert(line.recall.end(), recall.begin(), recall.end());
    line.recall.push_back(recall.empty() ? 1 : recall.back());
    line.recall.push_back(1);
    line.precision.insert(line.precision.end(), precision.begin(), precision.end());
    line.precision.insert(line.precision.end(), 2, 0);
    for (std::size_t i = line.precision.size() - 1; i-- > 0;) {
        line.precision[i] = std::max(line.precision[i], line.precision[i + 1]);
    }
    return line;
}

double area_under(const Envelope& line) {
    static const std::vector<double> places = unit_steps(recall_points);
    const std::vector<double> values = interpolate({line.recall, line.precision}, places, 1);
    double area = 0;
    for (std::size_t i = 1; i < places.size(); ++i) {
        area += (places[i] - places[i - 1]) * (values[i] + values[i - 1]) / 2;
    }
    return area;
}

struct RunningRates {
    std::vector<double> recall, precision;
};

/// Recall and precision after each prediction.
RunningRates running_rates(std::span<const ScoredHit> predictions, std::size_t objects, int threshold) {
    RunningRates rates;
    rates.recall.reserve(predictions.size());
    rates.precision.reserve(predictions.size());
    double hits = 0;
    for (const ScoredHit& prediction : predictions) {
        hits += is_hit(prediction.hits, threshold) ? 1 : 0;
        rates.recall.push_back(hits / (static_cast<double>(objects) + rate_eps));
        rates.precision.push_back(hits / static_cast<double>(rates.precision.size() + 1));
    }
    return rates;
}

/// Over the score, for the curves' scores ascending. `left` is what holds above the highest score.
std::vector<double> over_score(std::span<const double> falling_scores, std::span<const double> values,
                               double left) {
    std::vector<double> places(curve_points), x(falling_scores.begin(), falling_scores.end());
    for (int i = 0; i < curve_points; ++i) {
        places[static_cast<std::size_t>(i)] = -curve_x(curve_points - 1 - i);
    }
    for (double& score : x) score = -score;
    std::vector<double> curve = interpolate({x, values}, places, left);
    std::reverse(curve.begin(), curve.end());
    return curve;
}

double f1_of(double precision, double recall) {
    return 2 * precision * recall / (precision + recall + rate_eps);
}

/// `predictions`: of this class, by descending score.
void judge_class(std::span<const ScoredHit> predictions, ClassPrecision& result) {
    result.precision_curve.assign(curve_points, 0);
    result.recall_curve = result.f1_curve = result.precision_at_recall = result.precision_curve;
    if (predictions.empty()) return;
    for (int t = 0; t < threshold_count; ++t) {
        const RunningRates rates = running_rates(predictions, result.objects, t);
        const Envelope line = envelope(rates.recall, rates.precision);
        result.ap[static_cast<std::size_t>(t)] = area_under(line);
        if (t > 0) continue;
        std::vector<double> scores;
        scores.reserve(predictions.size());
        for (const ScoredHit& prediction : predictions)
            scores.push_back(static_cast<double>(prediction.score));
        result.recall_curve = over_score(scores, rates.recall, 0);
        result.precision_curve = over_score(scores, rates.precision, 1);
        result.precision_at_recall = interpolate({line.recall, line.precision}, unit_steps(curve_points), 1);
    }
    for (std::size_t i = 0; i < curve_points; ++i) {
        result.f1_curve[i] = f1_of(result.precision_curve[i], result.recall_curve[i]);
    }
}

/// The predictions sorted by class, in their order within one.
struct ByClass {
    std::vector<ScoredHit> sorted;
    std::vector<std::size_t> begins;  ///< of each class, and the end of the last

    ByClass(std::span<const ScoredHit> predictions, std::size_t classes)
        : sorted(predictions.size()), begins(classes + 1) {
        for (const ScoredHit& prediction : predictions) {
            if (prediction.class_id < classes) ++begins[prediction.class_id + 1u];
        }
        std::partial_sum(begins.begin(), begins.end(), begins.begin());
        std::vector<std::size_t> next(begins.begin(), begins.end() - 1);
        for (const ScoredHit& prediction : predictions) {
            if (prediction.class_id < classes) sorted[next[prediction.class_id]++] = prediction;
        }
    }
    std::span<ScoredHit> of(std::size_t class_id) {
        return std::span(sorted).subspan(begins[class_id], begins[class_id + 1] - begins[class_id]);
    }
};

void choose_operating_point(PrecisionTable& table) {
    const std::vector<double> f1 = box_smoothed(mean_curve(table, &ClassPrecision::f1_curve));
    table.operating_point = static_cast<int>(std::max_element(f1.begin(), f1.end()) - f1.begin());
    const auto point = static_cast<std::size_t>(table.operating_point);
    for (ClassPrecision& row : table.classes) {
        row.precision = row.precision_curve[point];
        row.recall = row.recall_curve[point];
        row.f1 = row.f1_curve[point];
    }
}

template <class F>
double class_mean(const PrecisionTable& table, F&& value) {
    if (table.classes.empty()) return 0;
    double sum = 0;
    for (const ClassPrecision& row : table.classes) sum += value(row);
    return sum / static_cast<double>(table.classes.size());
}

}  // namespace

double curve_x(int point) {
    return point == curve_points - 1 ? 1 : point * (1.0 / (curve_points - 1));
}

double ClassPrecision::mean_ap() const {
    return std::accumulate(ap.begin(), ap.end(), 0.0) / threshold_count;
}

double PrecisionTable::precision() const {
    return class_mean(*this, [](const ClassPrecision& row) { return row.precision; });
}
double PrecisionTable::recall() const {
    return class_mean(*this, [](const ClassPrecision& row) { return row.recall; });
}
double PrecisionTable::map50() const {
    return class_mean(*this, [](const ClassPrecision& row) { return row.ap50(); });
}
double PrecisionTable::map75() const {
    return class_mean(*this, [](const ClassPrecision& row) { return row.ap75(); });
}
double PrecisionTable::map() const {
    return class_mean(*this, [](const ClassPrecision& row) { return row.mean_ap(); });
}

std::vector<double> PrecisionTable::maps(int count) const {
    std::vector<double> values(static_cast<std::size_t>(count), map());
    for (const ClassPrecision& row : classes) values[static_cast<std::size_t>(row.class_id)] = row.mean_ap();
    return values;
}

PrecisionTable average_precision(std::span<const ScoredHit> predictions,
                                 std::span<const std::size_t> objects_per_class, int threads) {
    PrecisionTable table;
    for (std::size_t i = 0; i < objects_per_class.size(); ++i) {
        if (objects_per_class[i] == 0) continue;
        ClassPrecision& row = table.classes.emplace_back();
        row.class_id = static_cast<int>(i);
        row.objects = objects_per_class[i];
    }
    if (table.classes.empty()) return table;
    ByClass by_class(predictions, objects_per_class.size());
    parallel_for(table.classes.size(), threads, [&](std::size_t i) {
        ClassPrecision& row = table.classes[i];
        const std::span<ScoredHit> own = by_class.of(static_cast<std::size_t>(row.class_id));
        std::stable_sort(own.begin(), own.end(),
                         [](const ScoredHit& a, const ScoredHit& b) { return a.score > b.score; });
        judge_class(own, row);
    });
    choose_operating_point(table);
    return table;
}

double area_under_curve(std::span<const double> recall, std::span<const double> precision) {
    return area_under(envelope(recall, precision));
}

std::vector<double> box_smoothed(std::span<const double> values, double fraction) {
    const auto count = static_cast<std::ptrdiff_t>(values.size());
    const auto window =
        static_cast<std::ptrdiff_t>(std::nearbyint(static_cast<double>(count) * fraction * 2)) / 2 + 1;
    const std::ptrdiff_t half = window / 2;
    std::vector<double> smooth(values.size());
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        double sum = 0;
        for (std::ptrdiff_t k = i - half; k < i - half + window; ++k) {
            sum += values[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(k, 0, count - 1))];
        }
        smooth[static_cast<std::size_t>(i)] = sum / static_cast<double>(window);
    }
    return smooth;
}

std::vector<double> mean_curve(const PrecisionTable& table, std::vector<double> ClassPrecision::*curve) {
    std::vector<double> mean(curve_points);
    for (const ClassPrecision& row : table.classes) {
        for (std::size_t i = 0; i < curve_points; ++i) mean[i] += (row.*curve)[i];
    }
    for (double& value : mean) value /= static_cast<double>(std::max<std::size_t>(table.classes.size(), 1));
    return mean;
}

}  // namespace yolo::metrics
