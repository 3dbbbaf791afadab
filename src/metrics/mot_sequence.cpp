// SPDX-License-Identifier: Apache-2.0
#include "metrics/mot_sequence.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/trimmed.hpp"
#include "core/utf8_text.hpp"
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
                                printable(value.substr(0, 40))));
    }
    return number;
}

/// As parsers of such files read keys: without regard to capitals.
bool is_key(std::string_view key, std::string_view lower) {
    return std::equal(key.begin(), key.end(), lower.begin(), lower.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

fs::path if_there(const fs::path& path) {
    return fs::exists(path) ? path : fs::path();
}

}  // namespace

void parse_sequence_info(std::string_view text, const std::string& where, MotSequence& sequence) {
    for (int line = 1; !text.empty(); ++line) {
        const std::string_view content = trimmed(next_line(text));
        const std::size_t equals = content.find('=');
        if (content.empty() || content.front() == '[' || content.front() == ';' ||
            equals == std::string_view::npos)
            continue;
        const std::string place = fmt::format("{}, line {}", where, line);
        const std::string_view key = trimmed(content.substr(0, equals));
        const std::string_view value = trimmed(content.substr(equals + 1));
        const auto whole = [&](double most) { return static_cast<int>(positive(key, value, most, place)); };
        if (is_key(key, "framerate")) sequence.frame_rate = positive(key, value, 1e6, place);
        if (is_key(key, "seqlength")) sequence.length = whole(most_mot_frames);
        if (is_key(key, "imwidth")) sequence.picture.width = whole(1e6);
        if (is_key(key, "imheight")) sequence.picture.height = whole(1e6);
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
    if (fs::exists(info)) parse_sequence_info(read_utf8(info), info.string(), sequence);
    if (sequence.ground_truth.empty() && sequence.detections.empty() && sequence.pictures.empty()) {
        throw Error(fmt::format(
            "{} is not a sequence in MOTChallenge's layout: it has none of gt/gt.txt, det/det.txt and img1/",
            folder.string()));
    }
    return sequence;
}

}  // namespace yolo::metrics
