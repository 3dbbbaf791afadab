// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/sequence_check.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/utf8_text.hpp"

namespace yolo::modes {

namespace {

/// "frames 5 to 6", "frame 9".
std::vector<std::string> missing_frames(const std::vector<int>& frames, int& count) {
    std::vector<std::string> parts;
    int expected = 1;
    count = 0;
    for (const int frame : frames) {
        if (frame > expected) {
            count += frame - expected;
            parts.push_back(frame - 1 > expected ? fmt::format("{} to {}", expected, frame - 1)
                                                 : fmt::format("{}", expected));
        }
        expected = frame + 1;
    }
    return parts;
}

bool ends_early(int last, int length) {
    return last > 0 && last < 0.9 * length;
}

}  // namespace

int last_frame(const std::vector<metrics::MotRow>& rows) {
    int last = 0;
    for (const metrics::MotRow& row : rows) last = std::max(last, row.frame);
    return last;
}

std::string listed(const std::vector<std::string>& items) {
    constexpr std::size_t most = 3;
    if (items.size() <= most) return fmt::format("{}", fmt::join(items, ", "));
    return fmt::format("{} and {} more", fmt::join(items.begin(), items.begin() + most, ", "),
                       items.size() - most);
}

std::string disagreement(const SequenceEnds& ends) {
    const int stated = std::max(ends.seqinfo, ends.pictures);
    const int length = stated > 0 ? stated : std::max(ends.truth, ends.detections);
    const bool lengths = ends.seqinfo > 0 && ends.pictures > 0 && ends.seqinfo != ends.pictures;
    const auto wrong = [&](int last) { return last > length || ends_early(last, length); };
    if (!lengths && !wrong(ends.truth) && !wrong(ends.detections)) return "";
    std::vector<std::string> parts;
    const auto add = [&](const char* what, int last) {
        if (last > 0) parts.push_back(fmt::format("{} {}", what, last));
    };
    add("seqLength of seqinfo.ini is", ends.seqinfo);
    add("img1/ ends at frame", ends.pictures);
    add("det/det.txt ends at frame", ends.detections);
    add("gt/gt.txt ends at frame", ends.truth);
    std::string text = fmt::format("its parts do not agree: {}", fmt::join(parts, ", "));
    if (ends_early(ends.truth, length)) text += ", and what is tracked behind that counts as wrong";
    if (ends.pictures > 0 && ends.truth > ends.pictures)
        text += ", and its rows behind the last picture count as missed";
    return text;
}

Notes picture_notes(const SequencePictures& pictures) {
    Notes notes;
    int count = 0;
    const std::vector<std::string> missing = missing_frames(pictures.frames, count);
    if (count > 0)
        notes.push_back(fmt::format("img1/ has no picture of {} frame{} ({}), in which nothing is found",
                                    count, count == 1 ? "" : "s", listed(missing)));
    if (pictures.from_zero)
        notes.emplace_back("img1/ counts from 0 and MOTChallenge's frames from 1: each picture is one later");
    std::vector<std::string> names;
    for (const auto& file : pictures.strays) names.push_back("'" + printable(file.filename().string()) + "'");
    if (!names.empty())
        notes.push_back(
            fmt::format("left out of img1/, without the number of a frame or with that of another "
                        "picture: {}",
                        listed(names)));
    return notes;
}

}  // namespace yolo::modes
