// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/verify.hpp"

#include <filesystem>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/dataset/foreign_path.hpp"
#include "data/dataset/picture_header.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

std::string problem_text(const std::string& file, const ParsedLabels& parsed) {
    const LabelProblem& first = parsed.problems.front();
    const std::string line = first.line > 0 ? fmt::format(", line {}", first.line) : "";
    const std::string more =
        parsed.bad_rows > 1 ? fmt::format(" (and {} more)", parsed.bad_rows - 1) : std::string();
    return fmt::format("{}{}: {}{}", shown(file), line, first.text, more);
}

void read_labels(const std::string& file, const LabelRules& rules, Verified& verified) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) return;  // no label file: a background picture
    verified.state = Verified::State::found;
    ParsedLabels parsed = parse_labels(read_text(file), rules);
    if (!parsed.problems.empty()) throw Error(problem_text(file, parsed));
    if (parsed.rows == 0) verified.state = Verified::State::empty;
    verified.duplicates = parsed.duplicates;
    if (parsed.duplicates > 0) {
        verified.message = fmt::format("{}: {} duplicate row(s) taken out", shown(file), parsed.duplicates);
    }
    verified.labels = std::move(parsed.labels);
}

}  // namespace

Verified verify(const std::string& picture, const std::string& label_file, const LabelRules& rules) {
    Verified verified;
    try {
        verified.size = check_picture(picture);
    } catch (const std::exception& error) {  // whatever a codec throws, the picture cannot be used
        verified.corrupt = true;
        verified.message = fmt::format("{}: left out: {}", shown(picture), error.what());
        return verified;
    }
    verified.labels_read = true;
    if (label_file.empty()) return verified;
    try {
        read_labels(label_file, rules, verified);
    } catch (const Error& error) {
        verified.corrupt = true;
        verified.message = fmt::format("{}: left out: {}", shown(picture), error.what());
    }
    return verified;
}

}  // namespace yolo::data
