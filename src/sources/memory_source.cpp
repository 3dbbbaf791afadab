// SPDX-License-Identifier: Apache-2.0
#include "sources/memory_source.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

namespace yolo::sources {

namespace {

class MemorySource final : public Source {
  public:
    MemorySource(std::vector<cv::Mat> pictures, int batch) : pictures_(std::move(pictures)), batch_(batch) {
        for (int i = 0; i < count(); ++i) {
            cv::Mat& picture = pictures_[static_cast<std::size_t>(i)];
            picture = bgr_picture(picture, i);
        }
    }

    std::vector<Frame> next() override {
        std::vector<Frame> frames;
        for (const int end = std::min(next_ + batch_, count()); next_ < end; ++next_) {
            const int index = next_;
            Frame& frame = frames.emplace_back();
            frame.image = std::exchange(pictures_[static_cast<std::size_t>(index)], {});
            frame.kind = SourceKind::memory;
            frame.stem = fmt::format("image{}", index);
            frame.path = frame.stem + ".jpg";
            frame.label = fmt::format("{}: ", index);
            frame.source_index = index;
            frame.folder_index = index;
        }
        return frames;
    }

    int count() const override { return static_cast<int>(pictures_.size()); }

    std::vector<Planned> planned() const override {
        std::vector<Planned> plan;
        for (int i = 0; i < count(); ++i)
            plan.push_back({fmt::format("image{}", i), fmt::format("image{}.jpg", i)});
        return plan;
    }

  private:
    std::vector<cv::Mat> pictures_;  ///< empty where they were delivered
    const int batch_;
    int next_ = 0;
};

}  // namespace

cv::Mat bgr_picture(const cv::Mat& picture, int index) {
    cv::Mat bytes = picture;
    if (picture.depth() == CV_16U) {
        bytes.create(picture.size(), CV_8UC(picture.channels()));
        for (int y = 0; y < picture.rows; ++y) {
            const auto* in = picture.ptr<std::uint16_t>(y);
            auto* out = bytes.ptr<std::uint8_t>(y);
            const int n = picture.cols * picture.channels();
            for (int i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(in[i] >> 8);
        }
    }
    const int channels = bytes.channels();
    if (bytes.empty() || bytes.dims != 2 || bytes.depth() != CV_8U || channels > 4) {
        throw Error(fmt::format("picture {} is empty or not made of 1 to 4 channels of 8 or 16 bits", index));
    }
    cv::Mat bgr;
    if (channels == 2) cv::extractChannel(bytes, bytes, 0);
    if (channels <= 2) cv::cvtColor(bytes, bgr, cv::COLOR_GRAY2BGR);
    if (channels == 3) bgr = bytes;
    if (channels == 4) cv::cvtColor(bytes, bgr, cv::COLOR_BGRA2BGR);
    return bgr;
}

std::unique_ptr<Source> memory_source(std::vector<cv::Mat> pictures, int batch) {
    return std::make_unique<MemorySource>(std::move(pictures), batch);
}

}  // namespace yolo::sources
