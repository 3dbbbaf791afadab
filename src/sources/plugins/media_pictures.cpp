// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <limits>

#include <opencv2/imgcodecs.hpp>

#include "image/media_plugin.hpp"
#include "sources/plugins/quiet_opencv.hpp"

using yolo::plugins::QuietOpenCv;

extern "C" bool yolo_media_decode(std::span<const std::byte> bytes, cv::Mat& pixels,
                                  std::string& reason) try {
    const QuietOpenCv quiet;
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        reason = "it is larger than 2 GB";
        return false;
    }
    const cv::Mat buffer(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
    pixels = cv::imdecode(buffer, cv::IMREAD_COLOR | cv::IMREAD_ANYDEPTH | cv::IMREAD_IGNORE_ORIENTATION);
    if (pixels.empty()) {
        reason = "it is damaged, or this build's OpenCV cannot decode the format";
    } else if (pixels.type() != CV_8UC3 && pixels.type() != CV_16UC3) {
        reason = "its pixels are neither 8 nor 16 bit integers";
    } else {
        return true;
    }
    return false;
} catch (const std::exception& error) {
    reason = error.what();
    return false;
}

extern "C" bool yolo_media_encode(const cv::Mat& picture, const std::string& suffix,
                                  std::vector<std::byte>& out, std::string& reason) try {
    const QuietOpenCv quiet;
    std::vector<unsigned char> bytes;
    if (!cv::haveImageWriter("x" + suffix) || !cv::imencode(suffix, picture, bytes)) {
        reason = "this build's OpenCV cannot write " + suffix + " pictures: use .jpg or .png";
        return false;
    }
    out.resize(bytes.size());
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return true;
} catch (const std::exception& error) {
    reason = error.what();
    return false;
}

// The functions are those that the other side expects.
static_assert(std::is_same_v<decltype(yolo_media_decode), yolo::image::MediaDecode>);
static_assert(std::is_same_v<decltype(yolo_media_encode), yolo::image::MediaEncode>);
