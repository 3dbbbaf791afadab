// SPDX-License-Identifier: Apache-2.0
#include "sources/plugins/heif_pictures.hpp"

#include <yolo/error.hpp>

#ifdef YOLO_HAVE_HEIF

#include <memory>
#include <string>

#include <libheif/heif.h>
#include <opencv2/core.hpp>

#include "image/codec_limits.hpp"

namespace yolo::plugins {

namespace {

void check(const heif_error& error) {
    if (error.code != heif_error_Ok) throw Error(std::string("it cannot be decoded: ") + error.message);
}

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* object) const { release(object); }
};
using Context = std::unique_ptr<heif_context, Release<heif_context, heif_context_free>>;

void release_handle(heif_image_handle* handle) {
    heif_image_handle_release(handle);
}
void release_image(heif_image* image) {
    heif_image_release(image);
}
using Handle = std::unique_ptr<heif_image_handle, Release<heif_image_handle, release_handle>>;
using Picture = std::unique_ptr<heif_image, Release<heif_image, release_image>>;

}  // namespace

cv::Mat decode_heif(std::span<const std::byte> bytes) {
    const Context context(heif_context_alloc());
    check(heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(), nullptr));
    heif_image_handle* handle = nullptr;
    check(heif_context_get_primary_image_handle(context.get(), &handle));
    const Handle owned_handle(handle);
    image::check_pixel_count(heif_image_handle_get_height(handle), heif_image_handle_get_width(handle));
    heif_image* decoded = nullptr;
    // Rotation and mirroring are properties of the file, which the library applies; EXIF says them a second
    // time.
    check(heif_decode_image(handle, &decoded, heif_colorspace_RGB, heif_chroma_interleaved_RGB, nullptr));
    const Picture owned_picture(decoded);
    int stride = 0;
    const std::uint8_t* rgb = heif_image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
    const int height = heif_image_get_height(decoded, heif_channel_interleaved);
    const int width = heif_image_get_width(decoded, heif_channel_interleaved);
    if (rgb == nullptr || height <= 0 || width <= 0) throw Error("it holds no pixels");
    const cv::Mat view(height, width, CV_8UC3, const_cast<std::uint8_t*>(rgb),
                       static_cast<std::size_t>(stride));
    cv::Mat bgr(height, width, CV_8UC3);
    cv::mixChannels(view, bgr, {0, 2, 1, 1, 2, 0});
    return bgr;
}

}  // namespace yolo::plugins

#else

namespace yolo::plugins {

cv::Mat decode_heif(std::span<const std::byte>) {
    throw Error(
        "this build was made without libheif: install libheif-dev and build again, or convert the picture");
}

}  // namespace yolo::plugins

#endif
