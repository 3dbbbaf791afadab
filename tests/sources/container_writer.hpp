// SPDX-License-Identifier: Apache-2.0
/// \file Small MOV, MP4, MKV and WebP files, so that tests know each byte of them.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace yolo::test {

/// Frames as JPEGs (of quality 100), as they lie in the files.
std::vector<std::string> jpegs(const std::vector<cv::Mat>& frames);

struct MovOptions {
    std::array<int, 4> matrix = {1, 0, 0, 1};  ///< a b c d of the track header
    bool index_first = false;
    bool long_sizes = false;  ///< 64-bit size of the box of frames
    std::string brand = "qt  ";
    std::string codec = "jpeg";
    std::vector<unsigned> lengths_ms = {};  ///< of each frame; unless given, 100
};
/// Motion JPEG in MOV, or in MP4 with its brand (ISO/IEC 14496-12). The size is of the first frame.
void write_mov(const std::filesystem::path& path, const std::vector<std::string>& frames, cv::Size size,
               const MovOptions& options = {});

struct MkvOptions {
    std::optional<float> roll = {}, yaw = {};  ///< of its projection
    std::string rotate_tag = {};
    std::vector<unsigned> times_ms = {};  ///< of each frame; unless given, every 100
    std::optional<float> seconds = {};    ///< of the file, as its header says
};
/// Motion JPEG in Matroska (RFC 9559).
void write_mkv(const std::filesystem::path& path, const std::vector<std::string>& frames, cv::Size size,
               const MkvOptions& options = {});

/// An animated WebP of whole frames, 100 ms each unless their lengths are given.
void write_webp(const std::filesystem::path& path, const std::vector<cv::Mat>& frames,
                const std::vector<unsigned>& lengths_ms = {});

}  // namespace yolo::test
