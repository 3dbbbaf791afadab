// SPDX-License-Identifier: Apache-2.0
#include "image/letterbox.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "image/channels.hpp"

namespace yolo::image {

namespace {

/// Half to even, as the reference rounds: 212.5 becomes 212.
int rounded(double value) {
    return static_cast<int>(std::nearbyint(value));
}

}  // namespace

LetterboxGeometry letterbox_geometry(Size picture, const LetterboxOptions& options) {
    const Size shape = options.shape;
    if (picture.height < 1 || picture.width < 1 || shape.height < 1 || shape.width < 1) {
        throw Error("a letterbox needs a picture and a result of at least 1 x 1 pixels");
    }
    double ratio = std::min(static_cast<double>(shape.height) / picture.height,
                            static_cast<double>(shape.width) / picture.width);
    if (!options.scale_up) ratio = std::min(ratio, 1.0);

    LetterboxGeometry geometry;
    geometry.ratio_width = geometry.ratio_height = ratio;
    geometry.resized = {std::max(rounded(picture.height * ratio), 1),
                        std::max(rounded(picture.width * ratio), 1)};
    double extra_height = shape.height - geometry.resized.height;
    double extra_width = shape.width - geometry.resized.width;
    if (options.minimal) {
        extra_height = static_cast<int>(extra_height) % options.stride;
        extra_width = static_cast<int>(extra_width) % options.stride;
    } else if (options.scale_fill) {
        geometry.resized = shape;
        geometry.ratio_width = static_cast<double>(shape.width) / picture.width;
        geometry.ratio_height = static_cast<double>(shape.height) / picture.height;
        extra_height = extra_width = 0;
    }
    if (options.center) {
        extra_height /= 2;
        extra_width /= 2;
        geometry.top = rounded(extra_height - 0.1);  // an odd pixel goes to the bottom and right
        geometry.left = rounded(extra_width - 0.1);
    }
    geometry.bottom = rounded(extra_height + 0.1);
    geometry.right = rounded(extra_width + 0.1);
    geometry.output = {geometry.resized.height + geometry.top + geometry.bottom,
                       geometry.resized.width + geometry.left + geometry.right};
    return geometry;
}

LetterboxGeometry letterbox_geometry_in(Size picture, Size shape, Size place) {
    LetterboxGeometry geometry = letterbox_geometry(picture, {.shape = shape});
    if (geometry.resized.height > place.height || geometry.resized.width > place.width) {
        geometry = letterbox_geometry(picture, {.shape = place});
    }
    const int extra_height = place.height - geometry.resized.height;
    const int extra_width = place.width - geometry.resized.width;
    geometry.top = rounded(extra_height / 2.0 - 0.1);
    geometry.left = rounded(extra_width / 2.0 - 0.1);
    geometry.bottom = extra_height - geometry.top;
    geometry.right = extra_width - geometry.left;
    geometry.output = place;
    return geometry;
}

void letterbox(const cv::Mat& picture, const LetterboxGeometry& geometry, cv::Mat& out) {
    const auto [height, width] = geometry.output;
    if (out.rows != height || out.cols != width || out.depth() != CV_8U) {
        throw Error("the place for a letterboxed picture has another size or type");
    }
    const cv::Mat source = with_channels(picture, out.channels());
    const cv::Scalar border = cv::Scalar::all(114);
    const cv::Rect inside(geometry.left, geometry.top, geometry.resized.width, geometry.resized.height);
    out.rowRange(0, inside.y).setTo(border);
    out.rowRange(inside.br().y, height).setTo(border);
    out(cv::Rect(0, inside.y, inside.x, inside.height)).setTo(border);
    out(cv::Rect(inside.br().x, inside.y, width - inside.br().x, inside.height)).setTo(border);
    cv::Mat place = out(inside);
    if (source.size() == inside.size()) {
        source.copyTo(place);
    } else {
        cv::resize(source, place, inside.size(), 0, 0, cv::INTER_LINEAR);
    }
}

}  // namespace yolo::image
