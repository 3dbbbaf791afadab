// SPDX-License-Identifier: Apache-2.0
#include "sources/video_writer.hpp"

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "image/jpeg_codec.hpp"
#include "sources/video.hpp"

namespace yolo::sources {

namespace {

constexpr int jpeg_quality = 90;

}  // namespace

VideoWriter::VideoWriter(const std::filesystem::path& path, double fps, Size size)
    : file_(path, usable_fps(fps), size), size_(size) {}

VideoWriter::~VideoWriter() {
    try {
        file_.close();
    } catch (const Error&) {
        // close() is the way to hear of it
    }
}

void VideoWriter::write(const cv::Mat& frame) {
    if (frame.empty() || frame.type() != CV_8UC3)
        throw Error("a video frame must be a BGR picture of 8 bits");
    cv::Mat fitting = frame;
    const cv::Size size(size_.width, size_.height);
    if (frame.size() != size) cv::resize(frame, fitting, size, 0, 0, cv::INTER_AREA);
    image::encode_jpeg(fitting, {.quality = jpeg_quality}, jpeg_);
    file_.add_frame(jpeg_);
}

void VideoWriter::close() {
    file_.close();
}

std::unique_ptr<VideoWriter> create_video(const std::filesystem::path& path, double fps, Size size) {
    const std::filesystem::path named = path.string() + ".avi";
    return std::make_unique<VideoWriter>(named, fps, size);
}

}  // namespace yolo::sources
