// SPDX-License-Identifier: Apache-2.0
#include "train/results_csv.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "core/files.hpp"

namespace yolo::train {

namespace {

bool is_rounded(const std::string& column) {
    return column.starts_with("train/") || column.starts_with("val/") || column.starts_with("metrics/");
}

double rounded(double value) {
    constexpr double decimals = 1e5;
    return std::nearbyint(value * decimals) / decimals;
}

}  // namespace

std::vector<std::string> metric_columns(Task task, bool sizes) {
    if (task == Task::classify) return {"metrics/accuracy_top1", "metrics/accuracy_top5"};
    std::vector<std::string> keys;
    const std::string second = task == Task::segment ? "M" : task == Task::pose ? "P" : "";
    for (const std::string& part : {std::string("B"), second}) {
        if (part.empty()) continue;
        for (const char* name : {"precision", "recall", "mAP50", "mAP50-95"})
            keys.push_back(fmt::format("metrics/{}({})", name, part));
    }
    for (const char* size : {"small", "medium", "large"}) {
        if (sizes) keys.push_back(fmt::format("metrics/mAP_{}(B)", size));
    }
    return keys;
}

void ResultsCsv::add(const Row& row) {
    if (columns_.empty()) {
        for (const auto& [column, value] : row) columns_.push_back(column);
    }
    std::vector<double> values(columns_.size(), 0);
    for (const auto& [column, value] : row) {
        const auto place = std::find(columns_.begin(), columns_.end(), column);
        if (place == columns_.end()) continue;
        values[static_cast<std::size_t>(place - columns_.begin())] =
            is_rounded(column) ? rounded(value) : value;
    }
    rows_.push_back(std::move(values));
}

void ResultsCsv::write(const std::filesystem::path& path) const {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) text += (i == 0 ? "" : ",") + columns_[i];
    text += '\n';
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i)
            text +=
                fmt::format("{}{:.6g}", i == 0 ? "" : ",", std::isnan(row[i]) ? std::fabs(row[i]) : row[i]);
        text += '\n';
    }
    write_file(path, text);
}

Json ResultsCsv::columns_json() const {
    Json json = Json::object();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        Json values = Json::array();
        for (const auto& row : rows_) {
            if (columns_[i] == "epoch") {
                values.push_back(static_cast<std::int64_t>(row[i]));
            } else {
                values.push_back(row[i]);
            }
        }
        json[columns_[i]] = std::move(values);
    }
    return json;
}

ResultsCsv ResultsCsv::from_json(const Json& columns) {
    ResultsCsv csv;
    if (!columns.is_object()) return csv;
    std::size_t rows = 0;
    for (const auto& [column, values] : columns.items()) {
        csv.columns_.push_back(column);
        rows = std::max(rows, values.size());
    }
    csv.rows_.assign(rows, std::vector<double>(csv.columns_.size(), 0));
    std::size_t i = 0;
    for (const auto& [column, values] : columns.items()) {
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (values[row].is_number()) csv.rows_[row][i] = values[row].get<double>();
        }
        ++i;
    }
    return csv;
}

Json train_metrics(const ResultsCsv::Row& columns, double fitness) {
    Json json = Json::object();
    for (const auto& [column, value] : columns) json[column] = rounded(value);
    json["fitness"] = rounded(fitness);
    return json;
}

}  // namespace yolo::train
