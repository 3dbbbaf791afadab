// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace yolo {

/// Height and width in pixels, in the field's order.
struct Size {
    int height = 0;
    int width = 0;
    bool operator==(const Size&) const = default;
};

enum class PixelFormat {
    bgr,   ///< 3 channels, OpenCV's order
    rgb,   ///< 3 channels
    bgra,  ///< 4 channels, alpha is dropped, not blended
    rgba,  ///< 4 channels, alpha is dropped, not blended
    gray   ///< 1 channel
};

/// 8-bit pixels that somebody else owns: row-major, interleaved, (height, width, channels).
struct ImageView {
    const std::uint8_t* data = nullptr;
    int height = 0;
    int width = 0;
    PixelFormat format = PixelFormat::bgr;
    std::size_t row_bytes = 0;  ///< distance between rows in bytes; 0 = tightly packed
};

/// 8-bit pixels with shared ownership: (height, width, 3), BGR, tightly packed unless row_bytes says
/// otherwise.
class Image {
  public:
    Image() = default;
    Image(std::shared_ptr<const void> owner, ImageView view) : owner_(std::move(owner)), view_(view) {}

    const ImageView& view() const { return view_; }
    /// Wherever a view is taken: model.track(result.image).
    operator const ImageView&() const& { return view_; }  // NOLINT(google-explicit-constructor)
    operator const ImageView&() const&& = delete;         ///< the view would outlive the pixels
    Size size() const { return {view_.height, view_.width}; }
    bool empty() const { return view_.data == nullptr; }

  private:
    std::shared_ptr<const void> owner_;
    ImageView view_;
};

}  // namespace yolo
