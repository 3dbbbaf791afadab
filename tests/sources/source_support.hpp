// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include <yolo/error.hpp>
#include <yolo/image.hpp>

#include "sources/source.hpp"
#include "support/golden.hpp"

namespace yolo::test {

/// A picture of one grey level: its number survives JPEG and video coding.
inline cv::Mat grey_frame(int level, Size size = {32, 48}) {
    return cv::Mat(size.height, size.width, CV_8UC3, cv::Scalar::all(level));
}

inline double brightness(const cv::Mat& picture) {
    const cv::Scalar mean = cv::mean(picture);
    return (mean[0] + mean[1] + mean[2]) / 3;
}

/// The message of the yolo::Error that `action` throws, or "" when it throws none.
inline std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

/// Keeps the warnings of a source.
struct Messages {
    std::vector<std::string> texts;
    LogSink sink() {
        return [this](LogLevel, std::string_view text) { texts.emplace_back(text); };
    }
};

/// Writes NAME with `frames` grey frames, frame i of brightness 10 i.
std::filesystem::path write_video(const std::filesystem::path& path_without_suffix, int frames,
                                  double fps = 25);
/// Writes a picture of that brightness and returns its path.
std::filesystem::path write_picture(const std::filesystem::path& path, int level);

/// All batches of a source.
std::vector<std::vector<sources::Frame>> read_all(sources::Source& source);
/// The file names of all frames, in order.
std::vector<std::string> names(sources::Source& source);

}  // namespace yolo::test
