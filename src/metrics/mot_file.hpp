// SPDX-License-Identifier: Apache-2.0
/// \file MOTChallenge's files of detections, tracks and ground truth: one box a line,
/// frame,id,left,top,width,height,confidence,... (Dendorfer et al., arXiv:2010.07548, section 3.3).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace yolo::metrics {

struct MotRow {
    int frame = 1;                                    // from 1
    int id = -1;                                      // -1 in files of detections
    double left = 0, top = 0, width = 0, height = 0;  // pixels
    double confidence = 1;                            // ground truth: 0 = not to be counted
    int class_id = -1;                                // of MOT16, MOT17 and MOT20's ground truth, from 1
};

/// Whether a row may lack an id (-1).
enum class MotIds { optional, needed };

/// Up to ten columns, of which the first six are needed; a class is taken from the eighth where it is one.
/// Lines end in "\n", "\r\n" or "\r"; files may be UTF-8 or UTF-16. Throws Error that names file, line and
/// column: something else than numbers, a frame below 1, a box that is not finite, an id twice in a frame.
std::vector<MotRow> read_mot(const std::filesystem::path& path, MotIds ids = MotIds::optional);
std::vector<MotRow> parse_mot(std::string_view text, const std::string& where, MotIds ids = MotIds::optional);

/// Lines as the field writes them, in the order of the rows: three decimals of a pixel, four of confidence.
std::string mot_text(const std::vector<MotRow>& rows);

/// The highest number that a frame may have: some things are kept for each frame.
inline constexpr int most_mot_frames = 10'000'000;

}  // namespace yolo::metrics
