// SPDX-License-Identifier: Apache-2.0
#include "image/png_codec.hpp"

#include <csetjmp>
#include <cstring>
#include <string>

#include <fmt/core.h>
#include <png.h>
#include <zlib.h>

#include <yolo/error.hpp>

#include "image/codec_limits.hpp"
#include "image/exif.hpp"

namespace yolo::image {

namespace {

constexpr char truncated[] = "the PNG is truncated (its end is missing)";

/// libpng leaves by longjmp: no object with a destructor may live between a method's setjmp and the library's
/// calls.
struct PngErrors {
    std::jmp_buf jump;
    char message[160];

    [[noreturn]] static void leave(png_structp png, png_const_charp text) {
        auto* self = static_cast<PngErrors*>(png_get_error_ptr(png));
        std::snprintf(self->message, sizeof self->message, "%s", text);
        std::longjmp(self->jump, 1);
    }
    static void ignore(png_structp, png_const_charp) {}
};

class PngReader {
  public:
    explicit PngReader(std::span<const std::byte> bytes) : rest_(bytes) {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &errors_, PngErrors::leave, PngErrors::ignore);
        info_ = png_ != nullptr ? png_create_info_struct(png_) : nullptr;
        if (info_ == nullptr)
            throw Error("libpng cannot be used: out of memory, or another version than at build time");
        png_set_read_fn(png_, this, [](png_structp png, png_bytep data, std::size_t size) {
            auto& rest = static_cast<PngReader*>(png_get_io_ptr(png))->rest_;
            if (rest.size() < size) png_error(png, truncated);
            std::memcpy(data, rest.data(), size);
            rest = rest.subspan(size);
        });
    }
    ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;

    void read_header() {
        if (setjmp(errors_.jump) != 0) fail();
        png_read_info(png_, info_);
    }

    int height() const { return static_cast<int>(png_get_image_height(png_, info_)); }
    int width() const { return static_cast<int>(png_get_image_width(png_, info_)); }

    /// `pixels`: (height, width, 3) uint8; `rows`: the addresses of its rows.
    void read_pixels(std::vector<png_bytep>& rows) {
        if (setjmp(errors_.jump) != 0) fail();
        png_set_strip_16(png_);
        png_set_expand(png_);
        png_set_strip_alpha(png_);
        png_set_gray_to_rgb(png_);
        png_set_bgr(png_);
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        if (png_get_rowbytes(png_, info_) != static_cast<std::size_t>(width()) * 3) {
            png_error(png_, "unknown pixel layout");
        }
        png_read_image(png_, rows.data());
        png_read_end(png_, info_);  // the EXIF block may come last; a missing end is found here
    }

    int orientation() {
        png_uint_32 size = 0;
        png_bytep data = nullptr;
        if (png_get_eXIf_1(png_, info_, &size, &data) == 0) return 1;
        return exif_orientation({reinterpret_cast<const std::byte*>(data), size});
    }

  private:
    [[noreturn]] void fail() const {
        if (std::strcmp(errors_.message, truncated) == 0) throw Error(truncated);
        throw Error(fmt::format("the PNG is damaged ({})", errors_.message));
    }

    std::span<const std::byte> rest_;
    PngErrors errors_{};
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
};

class PngWriter {
  public:
    explicit PngWriter(std::vector<std::byte>& out) : out_(out) {
        png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, &errors_, PngErrors::leave, PngErrors::ignore);
        info_ = png_ != nullptr ? png_create_info_struct(png_) : nullptr;
        if (info_ == nullptr)
            throw Error("libpng cannot be used: out of memory, or another version than at build time");
        const auto append = [](png_structp png, png_bytep data, std::size_t size) {
            auto& bytes = static_cast<PngWriter*>(png_get_io_ptr(png))->out_;
            const auto* begin = reinterpret_cast<const std::byte*>(data);
            bytes.insert(bytes.end(), begin, begin + size);
        };
        png_set_write_fn(png_, this, append, nullptr);
    }
    ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
    PngWriter(const PngWriter&) = delete;
    PngWriter& operator=(const PngWriter&) = delete;

    void write(const cv::Mat& picture) {
        if (setjmp(errors_.jump) != 0) throw Error(std::string(errors_.message));
        const int colour = picture.channels() == 1   ? PNG_COLOR_TYPE_GRAY
                           : picture.channels() == 3 ? PNG_COLOR_TYPE_RGB
                                                     : PNG_COLOR_TYPE_RGB_ALPHA;
        png_set_IHDR(png_, info_, static_cast<png_uint_32>(picture.cols),
                     static_cast<png_uint_32>(picture.rows), 8, colour, PNG_INTERLACE_NONE,
                     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        // Photographs gain little from more effort: one filter and fast run lengths, as OpenCV writes them.
        png_set_filter(png_, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
        png_set_compression_level(png_, Z_BEST_SPEED);
        png_set_compression_strategy(png_, Z_RLE);
        png_write_info(png_, info_);
        png_set_bgr(png_);
        for (int y = 0; y < picture.rows; ++y) png_write_row(png_, picture.ptr(y));
        png_write_end(png_, info_);
    }

  private:
    std::vector<std::byte>& out_;
    PngErrors errors_{};
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
};

}  // namespace

DecodedImage decode_png(std::span<const std::byte> bytes) {
    PngReader reader(bytes);
    reader.read_header();
    check_pixel_count(reader.height(), reader.width());
    cv::Mat pixels(reader.height(), reader.width(), CV_8UC3);
    std::vector<png_bytep> rows(static_cast<std::size_t>(pixels.rows));
    for (int y = 0; y < pixels.rows; ++y) rows[static_cast<std::size_t>(y)] = pixels.ptr(y);
    reader.read_pixels(rows);
    return {pixels, reader.orientation()};
}

void encode_png(const cv::Mat& picture, std::vector<std::byte>& out) {
    out.clear();
    PngWriter(out).write(picture);
}

}  // namespace yolo::image
