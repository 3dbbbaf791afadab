// SPDX-License-Identifier: Apache-2.0
#include "sources/list_file.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/utf8_text.hpp"

namespace yolo::sources {

namespace fs = std::filesystem;

namespace {

using Row = std::vector<std::string>;

/// Without blanks around it, and without the quotes around those.
std::string bare(const std::string& field) {
    const auto begin = field.find_first_not_of(" \t\r\"");
    const auto end = field.find_last_not_of(" \t\r\"");
    return begin == std::string::npos ? "" : field.substr(begin, end - begin + 1);
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        found.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return found;
}

/// The fields of a line; a separator in quotes is part of its field.
Row fields(const std::string& line, char separator) {
    Row row(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (c == separator && !quoted) {
            row.emplace_back();
        } else {
            row.back() += c;
        }
    }
    std::ranges::transform(row, row.begin(), bare);
    return row;
}

std::vector<std::string> csv_entries(const std::vector<std::string>& text) {
    // Where a comma is the decimal sign, fields are separated by semicolons.
    const bool semicolons = !text.empty() && text.front().find(';') != std::string::npos &&
                            text.front().find(',') == std::string::npos;
    std::vector<std::string> entries;
    std::size_t column = 0;
    bool one_column = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const Row row = fields(text[i], semicolons ? ';' : ',');
        if (i == 0) {
            column = static_cast<std::size_t>(std::ranges::find(row, "source") - row.begin());
            one_column = column < row.size();
            if (one_column) continue;
        }
        for (std::size_t k = 0; k < row.size(); ++k) {
            if (!row[k].empty() && (!one_column || k == column)) entries.push_back(row[k]);
        }
    }
    return entries;
}

}  // namespace

bool is_list(const std::string& text) {
    const std::string suffix = lower_suffix(text);
    return suffix == "txt" || suffix == "csv";
}

std::vector<std::string> list_lines(const fs::path& list) {
    return lines(read_utf8(list));
}

std::vector<std::string> list_entries(const fs::path& list) {
    const std::vector<std::string> text = list_lines(list);
    std::vector<std::string> entries;
    if (lower_suffix(list) == "csv") {
        entries = csv_entries(text);
    } else {
        for (const std::string& line : text) {
            const std::string entry = bare(line);
            if (!entry.empty() && entry.front() != '#') entries.push_back(entry);
        }
    }
    if (entries.empty()) {
        throw Error(
            fmt::format("the list '{}' is empty: write a picture, video, folder, pattern or URL on each line",
                        list.string()));
    }
    return entries;
}

}  // namespace yolo::sources
