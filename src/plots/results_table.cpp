// SPDX-License-Identifier: Apache-2.0
#include "plots/results_table.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/trimmed.hpp"

namespace yolo::plots {

namespace {

std::vector<std::string> fields(const std::string& line) {
    std::vector<std::string> result;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) result.emplace_back(trimmed(field));
    return result;
}

bool parse_number(const std::string& text, double& number) {
    const char* const end = text.data() + text.size();
    const auto [behind, error] = std::from_chars(text.data(), end, number);  // in every locale alike
    return error == std::errc() && behind == end;
}

}  // namespace

const std::vector<double>* ResultsTable::find(std::string_view column) const {
    const auto found = std::find(columns.begin(), columns.end(), column);
    return found == columns.end() ? nullptr : &values[static_cast<std::size_t>(found - columns.begin())];
}

ResultsTable read_results(const std::filesystem::path& file) {
    std::istringstream lines(read_text(file));
    ResultsTable table{file.stem().string(), {}, {}};
    std::string line;
    std::getline(lines, line);
    table.columns = fields(line);
    if (table.columns.empty()) throw Error(fmt::format("{}: there are no columns to draw", file.string()));
    table.values.resize(table.columns.size());
    while (std::getline(lines, line)) {
        const std::vector<std::string> texts = fields(line);
        std::vector<double> row(texts.size());
        bool whole = texts.size() == table.columns.size();
        for (std::size_t i = 0; whole && i < texts.size(); ++i) whole = parse_number(texts[i], row[i]);
        for (std::size_t i = 0; whole && i < row.size(); ++i) table.values[i].push_back(row[i]);
    }
    return table;
}

std::vector<std::string> panel_columns(const ResultsTable& table) {
    std::vector<std::string> losses, metrics;
    for (const std::string& column : table.columns) {
        if (column.find("metrics/") != std::string::npos)
            metrics.push_back(column);
        else if (column.find("loss") != std::string::npos)
            losses.push_back(column);
    }
    const auto half_losses = static_cast<std::ptrdiff_t>(losses.size() / 2);
    const auto half_metrics = static_cast<std::ptrdiff_t>((metrics.size() + 1) / 2);
    std::vector<std::string> panels(losses.begin(), losses.begin() + half_losses);
    panels.insert(panels.end(), metrics.begin(), metrics.begin() + half_metrics);
    panels.insert(panels.end(), losses.begin() + half_losses, losses.end());
    panels.insert(panels.end(), metrics.begin() + half_metrics, metrics.end());
    return panels;
}

}  // namespace yolo::plots
