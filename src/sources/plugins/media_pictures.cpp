// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <iostream>
#include <limits>
#include <type_traits>

#include <opencv2/imgcodecs.hpp>

#include <yolo/error.hpp>

#include "image/media_plugin.hpp"
#include "sources/plugins/heif_pictures.hpp"
#include "sources/plugins/quiet_opencv.hpp"

namespace {

using yolo::Error;
using yolo::image::ImageFormat;
using yolo::plugins::QuietOpenCv;

/// imdecode writes the reasons of a failure to std::cerr, whatever the log level.
class QuietCerr {
  public:
    QuietCerr() : state_(std::cerr.rdstate()) { std::cerr.setstate(std::ios::failbit); }
    ~QuietCerr() { std::cerr.clear(state_); }
    QuietCerr(const QuietCerr&) = delete;
    QuietCerr& operator=(const QuietCerr&) = delete;

  private:
    std::ios::iostate state_;
};

cv::Mat decode_with_opencv(std::span<const std::byte> bytes) {
    const QuietOpenCv quiet;
    const QuietCerr quiet_cerr;
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw Error("it is larger than 2 GB");
    const cv::Mat buffer(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
    return cv::imdecode(buffer, cv::IMREAD_COLOR | cv::IMREAD_ANYDEPTH | cv::IMREAD_IGNORE_ORIENTATION);
}

}  // namespace

extern "C" bool yolo_media_decode(std::span<const std::byte> bytes, ImageFormat format, cv::Mat& pixels,
                                  std::string& reason) try {
    const bool heif = format == ImageFormat::heif || format == ImageFormat::avif;
    pixels = heif ? yolo::plugins::decode_heif(bytes) : decode_with_opencv(bytes);
    if (pixels.empty()) throw Error("it is damaged, or this build's OpenCV cannot decode it");
    if (pixels.type() != CV_8UC3 && pixels.type() != CV_16UC3)
        throw Error("its pixels are not 8 or 16 bit integers");
    return true;
} catch (const std::exception& error) {
    reason = error.what();
    return false;
}

extern "C" bool yolo_media_encode(const cv::Mat& picture, const std::string& suffix,
                                  std::vector<std::byte>& out, std::string& reason) try {
    const QuietOpenCv quiet;
    std::vector<unsigned char> bytes;
    if (!cv::haveImageWriter("x" + suffix) || !cv::imencode(suffix, picture, bytes)) {
        throw Error("this build's OpenCV cannot write " + suffix + " pictures: use .jpg or .png");
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
