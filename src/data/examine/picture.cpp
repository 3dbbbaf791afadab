// SPDX-License-Identifier: Apache-2.0
#include "data/examine/picture.hpp"

#include <filesystem>

#include <opencv2/core/mat.hpp>
#include <zlib.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/dataset/picture_header.hpp"
#include "image/codec.hpp"

namespace yolo::data {

namespace {

/// Two checksums of the pixels and the size: 64 bits that different pictures share by chance once in 10^19
/// pairs.
std::uint64_t content_of(const cv::Mat& picture) {
    const std::size_t size = picture.total() * picture.elemSize();
    const auto* data = picture.ptr<Bytef>();
    const std::uint64_t crc = ::crc32_z(0, data, size), adler = ::adler32_z(1, data, size);
    const std::uint64_t sums = (crc << 32) | adler;
    return (sums ^ (static_cast<std::uint64_t>(picture.cols) << 40)) | 1;
}

void look_at_pixels(const std::string& path, PictureFacts& facts) {
    try {
        const cv::Mat picture = image::read_image(path);
        facts.content = content_of(picture);
    } catch (const std::exception& error) {
        facts.not_decoded = reason_alone(error, path);
    }
}

void look_at_labels(const std::string& file, const LabelRules& rules, PictureFacts& facts) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return;
    facts.state = Verified::State::found;
    try {
        facts.labels = parse_labels(read_text(file), rules);
    } catch (const Error& error) {
        facts.unreadable = error.what();
        return;
    }
    if (facts.labels.rows == 0 && facts.labels.problems.empty()) facts.state = Verified::State::empty;
}

}  // namespace

PictureFacts examine_picture(const SplitPicture& picture, const LabelRules& rules) {
    PictureFacts facts;
    try {
        facts.size = check_picture(picture.path);
    } catch (const std::exception& error) {  // whatever a codec throws, the picture cannot be used
        facts.left_out = error.what();
    }
    if (facts.left_out.empty()) look_at_pixels(picture.path, facts);
    if (picture.class_id < 0) {
        look_at_labels(picture.label_file, rules, facts);
    } else {
        facts.state = Verified::State::found;
        facts.labels.labels.classes = {picture.class_id};
    }
    return facts;
}

}  // namespace yolo::data
