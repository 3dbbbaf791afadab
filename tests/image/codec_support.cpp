// SPDX-License-Identifier: Apache-2.0
#include "codec_support.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <jpeglib.h>

#include <yolo/error.hpp>

#include "core/plugin.hpp"
#include "image/media_plugin.hpp"

namespace yolo::test {

cv::Mat soft_picture(int height, int width) {
    cv::Mat picture(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const double u = static_cast<double>(x) / width, v = static_cast<double>(y) / height;
            picture.at<cv::Vec3b>(y, x) =
                cv::Vec3b(cv::saturate_cast<uchar>(255 * u), cv::saturate_cast<uchar>(255 * v * v),
                          cv::saturate_cast<uchar>(127 + 120 * std::sin(9 * u + 5 * v)));
        }
    }
    return picture;
}

bool same_pixels(const cv::Mat& a, const cv::Mat& b) {
    return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

Bytes encode_with_opencv(const cv::Mat& picture, const std::string& suffix) {
    const auto encode = reinterpret_cast<image::MediaEncode*>(
        plugin_symbol(image::media_library, image::media_encode_name, "this test"));
    Bytes bytes;
    if (std::string reason; !encode(picture, suffix, bytes, reason)) throw std::runtime_error(reason);
    return bytes;
}

cv::Mat decode_with_opencv(std::span<const std::byte> bytes) {
    const auto decode = reinterpret_cast<image::MediaDecode*>(
        plugin_symbol(image::media_library, image::media_decode_name, "this test"));
    cv::Mat pixels;
    if (std::string reason; !decode(bytes, image::find_format(bytes), pixels, reason))
        throw std::runtime_error(reason);
    return pixels;
}

Bytes cmyk_jpeg(const cv::Mat& bgr) {
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* buffer = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &buffer, &size);
    info.image_width = static_cast<JDIMENSION>(bgr.cols);
    info.image_height = static_cast<JDIMENSION>(bgr.rows);
    info.input_components = 4;
    info.in_color_space = JCS_CMYK;
    jpeg_set_defaults(&info);
    info.write_Adobe_marker = TRUE;
    jpeg_start_compress(&info, TRUE);
    std::vector<unsigned char> row(static_cast<std::size_t>(bgr.cols) * 4);
    for (int y = 0; y < bgr.rows; ++y) {
        for (int x = 0; x < bgr.cols; ++x) {
            const auto pixel = bgr.at<cv::Vec3b>(y, x);
            unsigned char* out = &row[static_cast<std::size_t>(x) * 4];
            for (int c = 0; c < 3; ++c) out[c] = pixel[2 - c];
            out[3] = static_cast<unsigned char>(255 - x % 64);
        }
        JSAMPROW address = row.data();
        jpeg_write_scanlines(&info, &address, 1);
    }
    jpeg_finish_compress(&info);
    const auto* begin = reinterpret_cast<const std::byte*>(buffer);
    Bytes bytes(begin, begin + size);
    jpeg_destroy_compress(&info);
    std::free(buffer);
    return bytes;
}

Bytes orientation_block(int orientation, bool little_endian) {
    Bytes block;
    const auto number = [&](unsigned value, int size) {
        for (int i = 0; i < size; ++i) {
            block.push_back(std::byte(value >> 8 * (little_endian ? i : size - 1 - i) & 0xFF));
        }
    };
    block = little_endian ? Bytes{std::byte{'I'}, std::byte{'I'}} : Bytes{std::byte{'M'}, std::byte{'M'}};
    number(42, 2);
    number(8, 4);       // the directory
    number(1, 2);       // one entry:
    number(0x0112, 2);  // orientation,
    number(3, 2);       // short,
    number(1, 4);       // one value
    number(static_cast<unsigned>(orientation), 2);
    number(0, 2);
    number(0, 4);  // no further directory
    return block;
}

Bytes with_exif(const Bytes& jpeg, int orientation, bool little_endian) {
    const Bytes block = orientation_block(orientation, little_endian);
    const std::size_t size = 2 + 6 + block.size();
    Bytes bytes(jpeg.begin(), jpeg.begin() + 2);
    for (const unsigned byte :
         {0xFFU, 0xE1U, static_cast<unsigned>(size >> 8), static_cast<unsigned>(size & 0xFF)}) {
        bytes.push_back(std::byte(byte));
    }
    for (const char c : std::string("Exif\0\0", 6)) bytes.push_back(std::byte(c));
    bytes.insert(bytes.end(), block.begin(), block.end());
    bytes.insert(bytes.end(), jpeg.begin() + 2, jpeg.end());
    return bytes;
}

cv::Mat stored_as(const cv::Mat& upright, int orientation) {
    // EXIF 2.3: where row 0 and column 0 of the stored picture are in the upright one.
    const bool swapped = orientation >= 5;
    cv::Mat stored(swapped ? upright.cols : upright.rows, swapped ? upright.rows : upright.cols,
                   upright.type());
    for (int y = 0; y < stored.rows; ++y) {
        for (int x = 0; x < stored.cols; ++x) {
            const int right = upright.cols - 1, bottom = upright.rows - 1;
            cv::Point at;
            switch (orientation) {
                case 2:
                    at = {right - x, y};
                    break;
                case 3:
                    at = {right - x, bottom - y};
                    break;
                case 4:
                    at = {x, bottom - y};
                    break;
                case 5:
                    at = {y, x};
                    break;
                case 6:
                    at = {right - y, x};
                    break;
                case 7:
                    at = {right - y, bottom - x};
                    break;
                case 8:
                    at = {y, bottom - x};
                    break;
                default:
                    at = {x, y};
            }
            stored.at<cv::Vec3b>(y, x) = upright.at<cv::Vec3b>(at);
        }
    }
    return stored;
}

}  // namespace yolo::test
