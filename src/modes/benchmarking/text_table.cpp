// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/text_table.hpp"

#include <algorithm>

namespace yolo::modes {

namespace {

/// Cells of a terminal that a UTF-8 text takes: signs from U+2700 on that are drawn as pictures take two, and
/// joined marks none.
std::size_t width_of(const std::string& text) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        const bool picture = bytes == 4 || (bytes == 3 && lead == 0xE2 && i + 1 < text.size() &&
                                            static_cast<unsigned char>(text[i + 1]) >= 0x9C);
        width += picture ? 2 : 1;
        i += bytes;
    }
    return width;
}

}  // namespace

std::string text_table(std::vector<std::vector<std::string>> rows) {
    std::vector<bool> left;
    for (std::string& head : rows.at(0)) {
        left.push_back(head.starts_with('<'));
        if (left.back()) head.erase(0, 1);
    }
    std::vector<std::size_t> widths(left.size(), 3);
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t i = 0; i < rows[r].size(); ++i) {
            const std::string blanks(widths[i] - width_of(rows[r][i]), ' ');
            text += "| " + (left[i] ? rows[r][i] + blanks : blanks + rows[r][i]) + " ";
        }
        text += "|\n";
        if (r > 0) continue;
        for (std::size_t i = 0; i < widths.size(); ++i)
            text += "|" + (left[i] ? std::string(widths[i] + 2, '-') : std::string(widths[i] + 1, '-') + ":");
        text += "|\n";
    }
    return text;
}

}  // namespace yolo::modes
