// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/score_table.hpp"

#include <fmt/format.h>

#include "core/csv.hpp"

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

Json figures_of(const std::optional<MotScores>& scores) {
    Json figures;
    for (const Column& column : columns) {
        if (!scores) {
            figures[column.name] = nullptr;
        } else if (column.share) {
            figures[column.name] = column.value(*scores);
        } else {
            figures[column.name] = static_cast<std::int64_t>(column.value(*scores));
        }
    }
    return figures;
}

}  // namespace

void ScoreTable::add(const std::string& sequence, const std::optional<MotScores>& scores) {
    rows_.emplace_back(sequence, scores);
}

std::vector<ScoreTable::Row> ScoreTable::all_rows() const {
    std::vector<Row> rows = rows_;
    std::optional<MotScores> all;
    for (const auto& [name, scores] : rows_) {
        if (scores) (all ? *all : all.emplace()) += *scores;
    }
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
            const double value = scores ? column.value(*scores) : 0;
            line += !scores        ? fmt::format("{:>11}", "-")
                    : column.share ? fmt::format("{:>11.2f}", 100 * value)
                                   : fmt::format("{:>11.0f}", value);
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
        text += csv_cell(name);
        for (const Column& column : columns) {
            const double value = scores ? column.value(*scores) : 0;
            text += !scores        ? ","
                    : column.share ? fmt::format(",{:.5f}", value)
                                   : fmt::format(",{:.0f}", value);
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
