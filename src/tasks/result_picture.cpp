// SPDX-License-Identifier: Apache-2.0
#include "tasks/result_picture.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::tasks {

cv::Mat picture_of(const Result& result) {
    if (result.image.empty() || result.image.view().format != PixelFormat::bgr) {
        throw Error(fmt::format(
            "{}: the result has no BGR picture to draw on or cut from: keep Result::image", result.path));
    }
    return matrix(result.image);
}

}  // namespace yolo::tasks
