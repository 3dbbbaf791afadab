// SPDX-License-Identifier: Apache-2.0
#include "data/augment/cutmix.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace yolo::data {

namespace {

image::Box4 as_box(const cv::Rect& area) {
    return {static_cast<float>(area.x), static_cast<float>(area.y), static_cast<float>(area.br().x),
            static_cast<float>(area.br().y)};
}

cv::Rect draw_area(cv::Size picture, Random& random) {
    const double lambda = random.beta(1, 1);
    const double side = std::sqrt(1 - lambda);
    const int width = static_cast<int>(picture.width * side);
    const int height = static_cast<int>(picture.height * side);
    const int x = random.between(0, picture.width), y = random.between(0, picture.height);
    return cv::Rect(x - width / 2, y - height / 2, width, height) & cv::Rect({}, picture);
}

}  // namespace

std::optional<cv::Rect> draw_cutmix_area(const Sample& sample, Random random) {
    constexpr int tries = 3;
    std::vector<cv::Rect> free;
    for (int i = 0; i < tries; ++i) {
        const cv::Rect area = draw_area(sample.picture.size(), random);
        const auto& boxes = sample.instances.boxes;
        const bool touches = std::any_of(boxes.begin(), boxes.end(), [&](const image::Box4& box) {
            return covered_share(box, as_box(area)) > 0;
        });
        if (!area.empty() && !touches) free.push_back(area);
    }
    if (free.empty()) return std::nullopt;
    return free[random.below(free.size())];
}

void cut_in(Sample& sample, const Sample& second, const cv::Rect& area, OutlineKind kind) {
    const float least_share = second.instances.polygons.empty() ? 0.1f : 0.01f;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < second.instances.size(); ++i) {
        if (covered_share(as_box(area), second.instances.boxes[i]) >= least_share) places.push_back(i);
    }
    if (places.empty()) return;
    Instances objects = second.instances;
    keep(objects, places);
    const auto x = static_cast<float>(area.x), y = static_cast<float>(area.y);
    shift(objects, -x, -y);
    clip(objects, {area.height, area.width}, kind);
    drop_empty(objects);
    shift(objects, x, y);
    second.picture(area).copyTo(sample.picture(area));
    append(sample.instances, std::move(objects));
}

}  // namespace yolo::data
