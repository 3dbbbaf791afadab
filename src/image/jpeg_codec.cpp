// SPDX-License-Identifier: Apache-2.0
#include "image/jpeg_codec.hpp"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <jerror.h>
#include <jpeglib.h>

#include <yolo/error.hpp>

#include "image/codec_limits.hpp"
#include "image/exif.hpp"

namespace yolo::image {

namespace {

constexpr int app1 = JPEG_APP0 + 1;  // EXIF

/// libjpeg reports through callbacks and leaves by longjmp: no object with a destructor may live between a
/// method's setjmp and the library's calls.
struct JpegErrors {
    jpeg_error_mgr manager;
    std::jmp_buf jump;
    char message[JMSG_LENGTH_MAX];

    void install() {
        jpeg_std_error(&manager);
        manager.error_exit = [](j_common_ptr info) { leave(info); };
        manager.output_message = [](j_common_ptr) {};
        manager.emit_message = [](j_common_ptr info, int level) {
            // The library would fill a cut stream with grey; other damage it reports is left to its repair.
            if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF) leave(info);
        };
    }

    [[noreturn]] static void leave(j_common_ptr info) {
        auto* self = reinterpret_cast<JpegErrors*>(info->err);  // the manager is the first member
        self->manager.format_message(info, self->message);
        std::longjmp(self->jump, 1);
    }

    [[noreturn]] void fail() const {
        const bool cut = manager.msg_code == JWRN_JPEG_EOF || manager.msg_code == JERR_INPUT_EMPTY;
        throw Error(cut ? "the JPEG is truncated (its end is missing)"
                        : "the JPEG is damaged (" + std::string(message) + ")");
    }
};

class JpegReader {
  public:
    explicit JpegReader(std::span<const std::byte> bytes) {
        errors_.install();
        info_.err = &errors_.manager;
        if (setjmp(errors_.jump) != 0) errors_.fail();
        jpeg_create_decompress(&info_);
        jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
        jpeg_save_markers(&info_, app1, 0xFFFF);
    }
    ~JpegReader() { jpeg_destroy_decompress(&info_); }
    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;

    void read_header() {
        if (setjmp(errors_.jump) != 0) errors_.fail();
        jpeg_read_header(&info_, TRUE);
        // OpenCV's choice: CMYK pictures are converted by us, everything else by the library.
        info_.out_color_space = info_.num_components == 4 ? JCS_CMYK : JCS_EXT_BGR;
    }

    int height() const { return static_cast<int>(info_.image_height); }
    int width() const { return static_cast<int>(info_.image_width); }
    int channels() const { return info_.num_components == 4 ? 4 : 3; }

    int orientation() const {
        for (auto* marker = info_.marker_list; marker != nullptr; marker = marker->next) {
            const std::span data(reinterpret_cast<const std::byte*>(marker->data), marker->data_length);
            if (data.size() > 6 && std::memcmp(data.data(), "Exif\0\0", 6) == 0)
                return exif_orientation(data);
        }
        return 1;
    }

    /// `pixels`: (height, width, channels) uint8.
    void read_pixels(cv::Mat& pixels) {
        if (setjmp(errors_.jump) != 0) errors_.fail();
        jpeg_start_decompress(&info_);
        while (info_.output_scanline < info_.output_height) {
            std::array<JSAMPROW, 16> rows{};
            const int first = static_cast<int>(info_.output_scanline);
            const int count = std::min<int>(static_cast<int>(rows.size()), pixels.rows - first);
            for (int i = 0; i < count; ++i) rows[static_cast<std::size_t>(i)] = pixels.ptr(first + i);
            jpeg_read_scanlines(&info_, rows.data(), static_cast<JDIMENSION>(count));
        }
        jpeg_finish_decompress(&info_);  // reads up to the end marker
    }

  private:
    jpeg_decompress_struct info_{};
    JpegErrors errors_{};
};

/// Adobe's inverted CMYK, with the rounding of OpenCV's decoder.
cv::Mat bgr_from_cmyk(const cv::Mat& cmyk) {
    cv::Mat bgr(cmyk.rows, cmyk.cols, CV_8UC3);
    for (int y = 0; y < cmyk.rows; ++y) {
        const auto* in = cmyk.ptr<std::uint8_t>(y);
        auto* out = bgr.ptr<std::uint8_t>(y);
        for (int x = 0; x < cmyk.cols; ++x, in += 4, out += 3) {
            const int k = in[3];
            for (int c = 0; c < 3; ++c)
                out[2 - c] = static_cast<std::uint8_t>(k - (((255 - in[c]) * k) >> 8));
        }
    }
    return bgr;
}

class JpegWriter {
  public:
    JpegWriter() {
        errors_.install();
        info_.err = &errors_.manager;
        if (setjmp(errors_.jump) != 0) fail();
        jpeg_create_compress(&info_);
    }
    ~JpegWriter() {
        jpeg_destroy_compress(&info_);
        std::free(buffer_);
    }
    JpegWriter(const JpegWriter&) = delete;
    JpegWriter& operator=(const JpegWriter&) = delete;

    std::span<const std::byte> encode(const cv::Mat& picture, const JpegOptions& options) {
        if (setjmp(errors_.jump) != 0) fail();
        jpeg_mem_dest(&info_, &buffer_, &size_);
        info_.image_width = static_cast<JDIMENSION>(picture.cols);
        info_.image_height = static_cast<JDIMENSION>(picture.rows);
        info_.input_components = picture.channels();
        info_.in_color_space = picture.channels() == 1 ? JCS_GRAYSCALE : JCS_EXT_BGR;
        jpeg_set_defaults(&info_);
        jpeg_set_quality(&info_, options.quality, TRUE);
        if (options.full_chroma) info_.comp_info[0].h_samp_factor = info_.comp_info[0].v_samp_factor = 1;
        jpeg_start_compress(&info_, TRUE);
        while (info_.next_scanline < info_.image_height) {
            auto* row = const_cast<JSAMPROW>(picture.ptr(static_cast<int>(info_.next_scanline)));
            jpeg_write_scanlines(&info_, &row, 1);
        }
        jpeg_finish_compress(&info_);
        return {reinterpret_cast<const std::byte*>(buffer_), size_};
    }

  private:
    [[noreturn]] void fail() const { throw Error(std::string(errors_.message)); }

    jpeg_compress_struct info_{};
    JpegErrors errors_{};
    unsigned char* buffer_ = nullptr;
    unsigned long size_ = 0;
};

}  // namespace

DecodedImage decode_jpeg(std::span<const std::byte> bytes) {
    JpegReader reader(bytes);
    reader.read_header();
    check_pixel_count(reader.height(), reader.width());
    cv::Mat pixels(reader.height(), reader.width(), CV_8UC(reader.channels()));
    const int orientation = reader.orientation();  // finishing drops the markers
    reader.read_pixels(pixels);
    return {pixels.channels() == 4 ? bgr_from_cmyk(pixels) : pixels, orientation};
}

void encode_jpeg(const cv::Mat& picture, const JpegOptions& options, std::vector<std::byte>& out) {
    JpegWriter writer;
    const auto bytes = writer.encode(picture, options);
    out.assign(bytes.begin(), bytes.end());
}

}  // namespace yolo::image
