// SPDX-License-Identifier: Apache-2.0
#include "metrics/mot_sequence.hpp"

#include <charconv>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/trimmed.hpp"
#include "metrics/mot_file.hpp"

namespace yolo::metrics {

namespace {

namespace fs = std::filesystem;

/// A number above 0 and up to `most`.
double positive(std::string_view key, std::string_view value, double most, const std::string& place) {
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || !(number > 0 && number <= most)) {
        throw Error(fmt::format("{}: {} is a number above 0 and up to {}, not '{}'", place, key, most,
                                value.substr(0, 40)));
    }
    return number;
}

fs::path if_there(const fs::path& path) {
    return fs::exists(path) ? path : fs::path();
}

}  // namespace

void parse_sequence_info(std::string_view text, const std::string& where, MotSequence& sequence) {
    for (int line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view content = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t equals = content.find('=');
        if (content.empty() || content.front() == '[' || content.front() == ';' ||
            equals == std::string_view::npos)
            continue;
        const std::string place = fmt::format("{}, line {}", where, line);
        const std::string_view key = trimmed(content.substr(0, equals));
        const std::string_view value = trimmed(content.substr(equals + 1));
        if (key == "frameRate") sequence.frame_rate = positive(key, value, 1e6, place);
        if (key == "seqLength")
            sequence.length = static_cast<int>(positive(key, value, most_mot_frames, place));
        if (key == "imExt" && !value.empty()) sequence.picture_suffix = value;
    }
}

MotSequence read_sequence(const fs::path& folder) {
    if (!fs::is_directory(folder))
        throw Error(fmt::format("there is no folder '{}' of a sequence", folder.string()));
    MotSequence sequence;
    sequence.name = fs::canonical(folder).filename().string();
    sequence.ground_truth = if_there(folder / "gt" / "gt.txt");
    sequence.detections = if_there(folder / "det" / "det.txt");
    sequence.pictures = if_there(folder / "img1");
    const fs::path info = folder / "seqinfo.ini";
    if (fs::exists(info)) parse_sequence_info(read_text(info), info.string(), sequence);
    if (sequence.ground_truth.empty() && sequence.detections.empty() && sequence.pictures.empty()) {
        throw Error(fmt::format(
            "{} is not a sequence in MOTChallenge's layout: it has none of gt/gt.txt, det/det.txt and img1/",
            folder.string()));
    }
    return sequence;
}

}  // namespace yolo::metrics
