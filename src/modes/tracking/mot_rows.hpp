// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <yolo/result.hpp>

#include "core/run_files.hpp"
#include "metrics/mot_file.hpp"
#include "sources/source.hpp"

namespace yolo::modes {

/// The tracked ones of a frame, as MOTChallenge has them; of rotated boxes the upright boxes around them: the
/// format has no angles.
std::vector<metrics::MotRow> mot_rows(const Result& result, int frame);

/// The frame's number in its sequence, from 1: a picture's place in its folder where it has none, also where
/// others could not be read.
int mot_frame(const sources::Frame& frame);

/// The name of the sequence that a file is of: SEQ of SEQ/img1/*, SEQ/det/det.txt and SEQ/gt/gt.txt; else
/// `otherwise`.
std::string mot_sequence_name(const std::filesystem::path& file, const std::string& otherwise);

/// Throws Error when the run's file `name` is `given`, what the run reads.
void refuse_given(const RunFiles& files, const std::filesystem::path& name,
                  const std::filesystem::path& given);

}  // namespace yolo::modes
