// SPDX-License-Identifier: Apache-2.0
#include "image/box_forms.hpp"

namespace yolo {

std::array<Point, 4> RotatedBox::corners() const {
    return image::rotated_to_corners({cx, cy, width, height, angle});
}

}  // namespace yolo
