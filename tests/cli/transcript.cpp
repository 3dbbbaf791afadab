// SPDX-License-Identifier: Apache-2.0
#include "transcript.hpp"

#include <cstdlib>

namespace yolo::test {

namespace {

constexpr std::string_view gap = "...";

bool line_matches(std::string_view pattern, std::string_view line) {
    const std::size_t at = pattern.find(gap);
    if (at == std::string_view::npos) return pattern == line;
    if (line.substr(0, at) != pattern.substr(0, at)) return false;
    const std::string_view rest = pattern.substr(at + gap.size());
    for (std::size_t skipped = at; skipped <= line.size(); ++skipped) {
        if (line_matches(rest, line.substr(skipped))) return true;
    }
    return false;
}

void drop_empty_tail(std::vector<std::string>& lines) {
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
}

}  // namespace

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    drop_empty_tail(lines);
    return lines;
}

Transcript parse_transcript(std::string_view text) {
    constexpr std::string_view needs = "# needs ", exit = "[exit ";
    Transcript transcript;
    int number = 0;
    for (const std::string& line : split_lines(text)) {
        ++number;
        if (line.starts_with(needs)) {
            transcript.needs.push_back(line.substr(needs.size()));
        } else if (line.starts_with("$ ")) {
            transcript.steps.push_back({number, line.substr(2), {}, 0});
        } else if (line.starts_with("#") || transcript.steps.empty()) {
            continue;
        } else if (line.starts_with(exit)) {
            transcript.steps.back().exit_code = std::atoi(line.c_str() + exit.size());
        } else {
            transcript.steps.back().expected.push_back(line);
        }
    }
    for (Step& step : transcript.steps) drop_empty_tail(step.expected);
    return transcript;
}

bool matches(std::span<const std::string> expected, std::span<const std::string> actual) {
    if (expected.empty()) return actual.empty();
    if (expected[0] == gap) {
        for (std::size_t skipped = 0; skipped <= actual.size(); ++skipped) {
            if (matches(expected.subspan(1), actual.subspan(skipped))) return true;
        }
        return false;
    }
    return !actual.empty() && line_matches(expected[0], actual[0]) &&
           matches(expected.subspan(1), actual.subspan(1));
}

}  // namespace yolo::test
