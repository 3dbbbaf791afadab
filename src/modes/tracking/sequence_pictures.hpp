// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sources/source.hpp"

namespace yolo::modes {

/// The pictures of a sequence in MOTChallenge's layout. The name of a picture says which frame it is: its
/// last digits (img1/000001.jpg, img00001.jpg).
struct SequencePictures {
    std::vector<std::filesystem::path> files;   ///< by frame
    std::vector<int> frames;                    ///< of the files, from 1
    std::vector<std::filesystem::path> strays;  ///< without a number, or with that of another picture
    bool from_zero = false;  ///< the first picture is number 0: each is of the frame after its number
};

/// Of pictures with the same number the one stays that is named as most of them are. Throws Error when there
/// is no picture, or none with a number.
SequencePictures find_sequence_pictures(const std::filesystem::path& folder);

/// Frames with their numbers, of so many a second (0: not known).
std::unique_ptr<sources::Source> sequence_source(const SequencePictures& pictures, double frame_rate,
                                                 const sources::SourceOptions& options);

}  // namespace yolo::modes
