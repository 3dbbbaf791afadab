// SPDX-License-Identifier: Apache-2.0
#include "sources/video_writer.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "image/jpeg_codec.hpp"
#include "sources/video.hpp"

namespace yolo::sources {

namespace {

constexpr int jpeg_quality = 90;

constexpr double least_seconds = 1;    ///< the first frames of a live source often come at once
constexpr double most_frames_off = 2;  ///< by which a video may end earlier or later than its frames did

}  // namespace

VideoWriter::VideoWriter(const std::filesystem::path& path, double fps, Size size, double longest_pause)
    : file_(path, usable_fps(fps), size), size_(size), fps_(usable_fps(fps)), longest_pause_(longest_pause) {}

VideoWriter::~VideoWriter() {
    try {
        close();
    } catch (const Error&) {
        // close() is the way to hear of it
    }
}

void VideoWriter::write(const cv::Mat& frame, std::optional<double> seconds) {
    if (frame.empty() || frame.type() != CV_8UC3)
        throw Error("a video frame must be a BGR picture of 8 bits");
    cv::Mat fitting = frame;
    const cv::Size size(size_.width, size_.height);
    if (frame.size() != size) cv::resize(frame, fitting, size, 0, 0, cv::INTER_AREA);
    image::encode_jpeg(fitting, {.quality = jpeg_quality}, jpeg_);
    file_.add_frame(jpeg_);
    if (seconds) measure(*seconds);
}

void VideoWriter::measure(double seconds) {
    if (last_) {
        seconds_ += std::clamp(seconds - *last_, 0.0, longest_pause_);
        ++intervals_;
    }
    last_ = seconds;
}

double VideoWriter::measured_fps() const {
    const bool as_said = std::abs(seconds_ * fps_ - intervals_) <= most_frames_off;
    return seconds_ < least_seconds || as_said ? fps_ : usable_fps(intervals_ / seconds_);
}

void VideoWriter::close() {
    file_.set_fps(measured_fps());
    file_.close();
}

std::unique_ptr<VideoWriter> create_video(const std::filesystem::path& path, double fps, Size size) {
    const std::filesystem::path named = path.string() + ".avi";
    return std::make_unique<VideoWriter>(named, fps, size);
}

}  // namespace yolo::sources
