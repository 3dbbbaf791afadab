// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/score_table.hpp"

#include <fmt/format.h>

namespace yolo::modes {

namespace {

using metrics::MotScores;

struct Column {
    const char* name;
    double (*value)(const MotScores&);
    bool share;  ///< 0..1, shown as percent; else a count
};

constexpr Column columns[] = {
    {"HOTA", [](const MotScores& s) { return s.hota(); }, true},
    {"DetA", [](const MotScores& s) { return s.det_a(); }, true},
    {"AssA", [](const MotScores& s) { return s.ass_a(); }, true},
    {"LocA", [](const MotScores& s) { return s.loc_a(); }, true},
    {"MOTA", [](const MotScores& s) { return s.mota(); }, true},
    {"IDF1", [](const MotScores& s) { return s.idf1(); }, true},
    {"switches", [](const MotScores& s) { return static_cast<double>(s.switches); }, false},
    {"fragments", [](const MotScores& s) { return static_cast<double>(s.fragments); }, false},
    {"objects", [](const MotScores& s) { return static_cast<double>(s.objects); }, false},
};

/// A name as a cell of CSV.
std::string cell(const std::string& name) {
    if (name.find_first_of(",\"\n\r") == std::string::npos) return name;
    std::string quoted = "\"";
    for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
    return quoted += '"';
}

Json figures_of(const MotScores& scores) {
    Json figures;
    for (const Column& column : columns) {
        const double value = column.value(scores);
        if (column.share) {
            figures[column.name] = value;
        } else {
            figures[column.name] = static_cast<std::int64_t>(value);
        }
    }
    return figures;
}

}  // namespace

void ScoreTable::add(const std::string& sequence, const MotScores& scores) {
    rows_.emplace_back(sequence, scores);
}

std::vector<std::pair<std::string, MotScores>> ScoreTable::all_rows() const {
    auto rows = rows_;
    MotScores all;
    for (const auto& [name, scores] : rows_) all += scores;
    rows.emplace_back("all", all);
    return rows;
}

std::vector<std::string> ScoreTable::lines() const {
    std::string header = fmt::format("{:>22}", "Sequence");
    for (const Column& column : columns) header += fmt::format("{:>11}", column.name);
    std::vector<std::string> lines = {header};
    for (const auto& [name, scores] : all_rows()) {
        std::string line = fmt::format("{:>22}", name);
        for (const Column& column : columns) {
            const double value = column.value(scores);
            line += column.share ? fmt::format("{:>11.2f}", 100 * value) : fmt::format("{:>11.0f}", value);
        }
        lines.push_back(line);
    }
    return lines;
}

std::string ScoreTable::csv() const {
    std::string text = "Sequence";
    for (const Column& column : columns) text += fmt::format(",{}", column.name);
    text += '\n';
    for (const auto& [name, scores] : all_rows()) {
        text += cell(name);
        for (const Column& column : columns) {
            const double value = column.value(scores);
            text += column.share ? fmt::format(",{:.5f}", value) : fmt::format(",{:.0f}", value);
        }
        text += '\n';
    }
    return text;
}

Json ScoreTable::json() const {
    Json sequences = Json::object();
    for (const auto& [name, scores] : rows_) sequences[name] = figures_of(scores);
    return {{"all", figures_of(all_rows().back().second)}, {"sequences", std::move(sequences)}};
}

}  // namespace yolo::modes
