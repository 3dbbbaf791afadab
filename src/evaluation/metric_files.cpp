// SPDX-License-Identifier: Apache-2.0
#include "evaluation/metric_files.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "core/csv.hpp"
#include "core/files.hpp"
#include "metrics/summary_number.hpp"

namespace yolo::evaluation {

namespace {

/// A row of metrics.csv, an object of metrics.json.
using Row = std::vector<std::pair<std::string, double>>;

struct ClassRow {
    std::string name;
    int id = -1;  ///< -1: all of them
    Row figures;
};

Row counts(std::size_t pictures, std::size_t instances) {
    return {{"Images", static_cast<double>(pictures)}, {"Instances", static_cast<double>(instances)}};
}

void add_rates(Row& row, const std::string& part, double precision, double recall, double f1) {
    row.emplace_back(part + "-P", precision);
    row.emplace_back(part + "-R", recall);
    row.emplace_back(part + "-F1", f1);
}

/// The figures of boxes have the names that a summary gives them; those of masks and keypoints say so.
void add_means(Row& row, const std::string& prefix, double map50, double map75, double map) {
    row.emplace_back(prefix + "mAP50", map50);
    row.emplace_back(prefix + "mAP75", map75);
    row.emplace_back(prefix + "mAP50-95", map);
}

double mean_f1(const metrics::PrecisionTable& table) {
    double sum = 0;
    for (const metrics::ClassPrecision& entry : table.classes) sum += entry.f1;
    return table.classes.empty() ? 0 : sum / static_cast<double>(table.classes.size());
}

const char* second_part(Task task) {
    return task == Task::segment ? "Mask" : "Pose";
}

std::vector<ClassRow> detection_rows(const ValSubject& subject, const ValResult& result) {
    const metrics::DetectionMetrics& detection = *result.detection;
    const std::string second = second_part(subject.task);
    ClassRow all{"all", -1, {}};
    all.figures = counts(result.pictures, result.instances);
    const auto add_all = [&](const metrics::PrecisionTable& t, const std::string& part,
                             const std::string& prefix) {
        add_rates(all.figures, part, t.precision(), t.recall(), mean_f1(t));
        add_means(all.figures, prefix, t.map50(), t.map75(), t.map());
    };
    add_all(detection.boxes(), "Box", "");
    if (detection.has_second()) add_all(detection.second(), second, second + "-");
    std::vector<ClassRow> rows = {all};
    for (std::size_t i = 0; i < detection.boxes().classes.size(); ++i) {
        const metrics::ClassPrecision& box = detection.boxes().classes[i];
        ClassRow row{subject.names->at(static_cast<std::size_t>(box.class_id)), box.class_id, {}};
        row.figures = counts(detection.pictures_with(box.class_id), box.objects);
        const auto add = [&](const metrics::ClassPrecision& c, const std::string& part,
                             const std::string& prefix) {
            add_rates(row.figures, part, c.precision, c.recall, c.f1);
            add_means(row.figures, prefix, c.ap50(), c.ap75(), c.mean_ap());
        };
        add(box, "Box", "");
        if (detection.has_second()) add(detection.second().classes.at(i), second, second + "-");
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<ClassRow> classification_rows(const ValSubject& subject, const ValResult& result) {
    const metrics::ClassificationMetrics& metrics = *result.classification;
    const auto figures = [](std::size_t pictures, double top1, double top5) -> Row {
        return {{"Images", static_cast<double>(pictures)}, {"top1_acc", top1}, {"top5_acc", top5}};
    };
    std::vector<ClassRow> rows = {{"all", -1, figures(result.pictures, metrics.top1(), metrics.top5())}};
    for (std::size_t id = 0; id < metrics.classes().size(); ++id) {
        const metrics::ClassAccuracy& entry = metrics.classes()[id];
        if (entry.pictures == 0) continue;
        rows.push_back({subject.names->at(id), static_cast<int>(id),
                        figures(entry.pictures, entry.top1(), entry.top5())});
    }
    return rows;
}

std::vector<ClassRow> class_rows(const ValSubject& subject, const ValResult& result) {
    return result.detection ? detection_rows(subject, result) : classification_rows(subject, result);
}

bool is_count(const std::string& key) {
    return key == "Images" || key == "Instances";
}

/// Of the part that a key is about: "...(B)" is boxes.
double map75(const ValResult& result, const std::string& key) {
    return key.ends_with("(B)") ? result.detection->boxes().map75() : result.detection->second().map75();
}

Json confusion_json(const ValSubject& subject, const metrics::ConfusionMatrix& confusion) {
    Json classes = *subject.names, counts = Json::array();
    if (confusion.has_background()) classes.push_back("background");
    for (int predicted = 0; predicted < confusion.size(); ++predicted) {
        Json row = Json::array();
        for (int truth = 0; truth < confusion.size(); ++truth) row.push_back(confusion.at(predicted, truth));
        counts.push_back(std::move(row));
    }
    return {{"classes", std::move(classes)}, {"counts", std::move(counts)}};
}

/// A list or an object on one line, unless others are in it.
void write(const Json& json, int depth, std::string& text) {
    const bool nests = std::any_of(json.begin(), json.end(), [](const Json& j) { return j.is_structured(); });
    if (!json.is_structured() || !nests) {
        text += json_text(json);
        return;
    }
    const std::string indent(2 * static_cast<std::size_t>(depth + 1), ' ');
    const char* separator = json.is_object() ? "{\n" : "[\n";
    for (const auto& [key, value] : json.items()) {
        text += separator + indent;
        if (json.is_object()) text += json_text(Json(key)) + ": ";
        write(value, depth + 1, text);
        separator = ",\n";
    }
    text += "\n" + std::string(2 * static_cast<std::size_t>(depth), ' ') + (json.is_object() ? "}" : "]");
}

}  // namespace

Json metrics_json(const ValSubject& subject, const ValResult& result, const Json& coco) {
    constexpr std::string_view map = "metrics/mAP50-95";
    Json metrics = Json::object();
    for (const auto& [key, value] : result.metrics) {
        if (key.starts_with(map)) metrics["metrics/mAP75" + key.substr(map.size())] = map75(result, key);
        metrics[key] = value;
    }
    metrics["fitness"] = result.fitness;
    Json classes = Json::array();
    for (const ClassRow& row : class_rows(subject, result)) {
        if (row.id < 0) continue;
        Json& entry = classes.emplace_back(Json{{"Class", row.name}, {"id", row.id}});
        for (const auto& [key, value] : row.figures)
            entry[key] = is_count(key) ? Json(static_cast<std::int64_t>(value)) : Json(value);
    }
    Json json = {{"task", to_string(subject.task)},
                 {"model", subject.model},
                 {"data", subject.data},
                 {"split", subject.split},
                 {"images", result.pictures}};
    if (result.detection) json["instances"] = result.instances;
    json["metrics"] = std::move(metrics);
    if (!coco.is_null()) json["coco"] = coco;
    json["classes"] = std::move(classes);
    if (result.confusion) json["confusion_matrix"] = confusion_json(subject, *result.confusion);
    json["speed"] = {{"preprocess", result.speed.preprocess},
                     {"inference", result.speed.inference},
                     {"loss", result.speed.loss},
                     {"postprocess", result.speed.postprocess}};
    return json;
}

std::string metrics_csv(const ValSubject& subject, const ValResult& result) {
    const std::vector<ClassRow> rows = class_rows(subject, result);
    std::string text = "Class";
    for (const auto& [key, value] : rows.front().figures) text += "," + key;
    text += '\n';
    for (const ClassRow& row : rows) {
        text += csv_cell(row.name);
        for (const auto& [key, value] : row.figures)
            text += is_count(key) ? fmt::format(",{:.0f}", value)
                                  : fmt::format(",{}", metrics::summary_number(value));
        text += '\n';
    }
    return text;
}

std::string confusion_csv(const ValSubject& subject, const metrics::ConfusionMatrix& confusion) {
    std::vector<std::string> names = *subject.names;
    if (confusion.has_background()) names.emplace_back("background");
    std::string text = "Predicted";
    for (const std::string& name : names) text += "," + csv_cell(name);
    text += '\n';
    for (int predicted = 0; predicted < confusion.size(); ++predicted) {
        text += csv_cell(names.at(static_cast<std::size_t>(predicted)));
        for (int truth = 0; truth < confusion.size(); ++truth)
            text += fmt::format(",{}", confusion.at(predicted, truth));
        text += '\n';
    }
    return text;
}

void write_metrics(RunFiles& files, const ValSubject& subject, const ValResult& result, const Json& coco) {
    std::string json;
    write(metrics_json(subject, result, coco), 0, json);
    write_file(files.claim_beside("metrics.json"), json + "\n");
    write_file(files.claim_beside("metrics.csv"), metrics_csv(subject, result));
    if (result.confusion)
        write_file(files.claim_beside("confusion_matrix.csv"), confusion_csv(subject, *result.confusion));
}

}  // namespace yolo::evaluation
