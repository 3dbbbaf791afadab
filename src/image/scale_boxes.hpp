// SPDX-License-Identifier: Apache-2.0
/// \file From pixels of the network input back to pixels of the picture.
#pragma once

#include "image/box_forms.hpp"

namespace yolo::image {

/// Picture = (network - pad) / gain, for each axis.
struct BackScale {
    Size picture;
    float gain_x = 1, gain_y = 1;
    float pad_x = 0, pad_y = 0;

    Point point(Point network) const;                 ///< limited to the picture
    Box4 xyxy(const Box4& network) const;             ///< limited to the picture
    Box4 xywh(const Box4& network) const;             ///< centre and sides, not limited
    Rotated5 rotated(const Rotated5& network) const;  ///< not limited, the angle stays
};

/// For a picture that was letterboxed into `network`, centred, or, with `padded` false, at the top left.
BackScale back_scale(Size network, Size picture, bool padded = true);

}  // namespace yolo::image
