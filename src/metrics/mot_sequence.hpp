// SPDX-License-Identifier: Apache-2.0
/// \file A sequence as MOTChallenge lays it out: SEQ/{gt/gt.txt, det/det.txt, img1/, seqinfo.ini}.
#pragma once

#include <filesystem>
#include <string>

#include <yolo/image.hpp>

namespace yolo::metrics {

struct MotSequence {
    std::string name;
    std::filesystem::path ground_truth, detections, pictures;  // empty where there is none
    double frame_rate = 0;                                     // 0 = not known
    int length = 0;                                            // frames; 0 = not known
    Size picture = {};                                         // pixels; 0 = not known
};

/// What is there of a sequence. Throws Error: not a folder, neither ground truth nor detections nor pictures,
/// a seqinfo.ini that does not say what it should (with its line).
MotSequence read_sequence(const std::filesystem::path& folder);
/// What seqinfo.ini says, added to `sequence`; keys that are not known are passed over, and
/// capitals in them.
void parse_sequence_info(std::string_view text, const std::string& where, MotSequence& sequence);

}  // namespace yolo::metrics
