// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>

namespace yolo::data {

/// The augmentations of training by their option names; docs/options.md has what each means.
struct Augmentation {
    double hsv_h = 0.015, hsv_s = 0.7, hsv_v = 0.4;
    double degrees = 0, translate = 0.1, shear = 0, perspective = 0;
    std::array<double, 2> scale = {0.5, 1.5};  ///< smallest and largest factor
    double flipud = 0, fliplr = 0.5, bgr = 0;
    double mosaic = 1, mixup = 0, cutmix = 0, copy_paste = 0;
    std::string copy_paste_mode = "flip";
    std::string auto_augment = "randaugment";  ///< classify
    double erasing = 0.4;                      ///< classify
};

}  // namespace yolo::data
