// SPDX-License-Identifier: Apache-2.0
#include "sources/video_writer.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "image/jpeg_codec.hpp"
#include "sources/video.hpp"

namespace yolo::sources {

namespace {

constexpr int jpeg_quality = 90;

constexpr std::chrono::seconds longest_pause{1};
constexpr std::chrono::seconds least_time{1};  ///< the first frames often come at once

}  // namespace

VideoWriter::VideoWriter(const std::filesystem::path& path, double fps, Size size)
    : file_(path, usable_fps(fps), size), size_(size) {}

VideoWriter::~VideoWriter() {
    try {
        close();
    } catch (const Error&) {
        // close() is the way to hear of it
    }
}

void VideoWriter::write(const cv::Mat& frame, Clock::time_point received) {
    if (frame.empty() || frame.type() != CV_8UC3)
        throw Error("a video frame must be a BGR picture of 8 bits");
    cv::Mat fitting = frame;
    const cv::Size size(size_.width, size_.height);
    if (frame.size() != size) cv::resize(frame, fitting, size, 0, 0, cv::INTER_AREA);
    image::encode_jpeg(fitting, {.quality = jpeg_quality}, jpeg_);
    file_.add_frame(jpeg_);
    if (received != Clock::time_point()) measure(received);
}

void VideoWriter::measure(Clock::time_point received) {
    if (last_ != Clock::time_point()) {
        time_ += std::clamp<Clock::duration>(received - last_, Clock::duration::zero(), longest_pause);
        ++intervals_;
    }
    last_ = received;
}

void VideoWriter::close() {
    if (time_ >= least_time)
        file_.set_fps(usable_fps(intervals_ / std::chrono::duration<double>(time_).count()));
    file_.close();
}

std::unique_ptr<VideoWriter> create_video(const std::filesystem::path& path, double fps, Size size) {
    const std::filesystem::path named = path.string() + ".avi";
    return std::make_unique<VideoWriter>(named, fps, size);
}

}  // namespace yolo::sources
