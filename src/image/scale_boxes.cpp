// SPDX-License-Identifier: Apache-2.0
#include "image/scale_boxes.hpp"

#include <algorithm>
#include <cmath>

namespace yolo::image {

namespace {

struct AxisScale {
    float gain;
    float pad;
};

AxisScale axis_scale(int network, int picture, double ratio, bool padded) {
    const double resized = std::max(std::nearbyint(picture * ratio), 1.0);
    const double pad = padded ? std::nearbyint((network - resized) / 2 - 0.1) : 0;
    return {static_cast<float>(resized / picture), static_cast<float>(pad)};
}

}  // namespace

Point BackScale::point(Point network) const {
    return {std::clamp((network.x - pad_x) / gain_x, 0.0f, static_cast<float>(picture.width)),
            std::clamp((network.y - pad_y) / gain_y, 0.0f, static_cast<float>(picture.height))};
}

Box4 BackScale::xyxy(const Box4& network) const {
    const Point first = point({network[0], network[1]}), second = point({network[2], network[3]});
    return {first.x, first.y, second.x, second.y};
}

Box4 BackScale::xywh(const Box4& network) const {
    return {(network[0] - pad_x) / gain_x, (network[1] - pad_y) / gain_y, network[2] / gain_x,
            network[3] / gain_y};
}

Rotated5 BackScale::rotated(const Rotated5& network) const {
    const auto [x, y, w, h] = xywh({network[0], network[1], network[2], network[3]});
    return {x, y, w, h, network[4]};
}

BackScale back_scale(Size network, Size picture, bool padded) {
    const double ratio = std::min(static_cast<double>(network.height) / picture.height,
                                  static_cast<double>(network.width) / picture.width);
    const AxisScale x = axis_scale(network.width, picture.width, ratio, padded);
    const AxisScale y = axis_scale(network.height, picture.height, ratio, padded);
    return {picture, x.gain, y.gain, x.pad, y.pad};
}

}  // namespace yolo::image
