// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <opencv2/imgproc.hpp>

#include "image/draw.hpp"

namespace yolo::image {

namespace {

constexpr float least_visibility = 0.25f;

// These triples are used as (blue, green, red), as the field's pictures have them.
constexpr std::array<std::array<std::uint8_t, 3>, 20> pose_palette = {
    {{255, 128, 0},   {255, 153, 51},  {255, 178, 102}, {230, 230, 0},   {255, 153, 255},
     {153, 204, 255}, {255, 102, 255}, {255, 51, 255},  {102, 178, 255}, {51, 153, 255},
     {255, 153, 153}, {255, 102, 102}, {255, 51, 51},   {153, 255, 153}, {102, 255, 102},
     {51, 255, 51},   {0, 255, 0},     {0, 0, 255},     {255, 0, 0},     {255, 255, 255}}};

constexpr std::size_t person_points = 17;
constexpr std::array<int, person_points> point_colors = {16, 16, 16, 16, 16, 0, 0, 0, 0,
                                                         0,  0,  9,  9,  9,  9, 9, 9};

struct Limb {
    std::size_t from, to;  ///< points, counted from 1
    int color;
};
constexpr std::array<Limb, 19> limbs = {{{16, 14, 9},
                                         {14, 12, 9},
                                         {17, 15, 9},
                                         {15, 13, 9},
                                         {12, 13, 7},
                                         {6, 12, 7},
                                         {7, 13, 7},
                                         {6, 7, 0},
                                         {6, 8, 0},
                                         {7, 9, 0},
                                         {8, 10, 0},
                                         {9, 11, 0},
                                         {2, 3, 16},
                                         {1, 2, 16},
                                         {1, 3, 16},
                                         {2, 4, 16},
                                         {3, 5, 16},
                                         {4, 6, 16},
                                         {5, 7, 16}}};

Color pose_color(int index) {
    const auto& [first, second, third] = pose_palette[static_cast<std::size_t>(index)];
    return {first, second, third};
}

/// Other skeletons: the class palette's red, green, blue used as blue, green, red.
Color plain_color(std::size_t index) {
    const Color color = class_color(static_cast<int>(index));
    return {color[2], color[1], color[0]};
}

bool is_shown(const Keypoint& point, bool has_visibility) {
    return has_visibility ? point.confidence >= least_visibility : point.x != 0 || point.y != 0;
}

cv::Point pixel_of(const Keypoint& point) {
    return {static_cast<int>(point.x), static_cast<int>(point.y)};
}

bool lies_in(const Keypoint& point, const cv::Mat& picture) {
    return point.x >= 0 && point.y >= 0 && point.x <= static_cast<float>(picture.cols) &&
           point.y <= static_cast<float>(picture.rows);
}

}  // namespace

void draw_keypoints(cv::Mat& picture, std::span<const Keypoint> keypoints, bool has_visibility,
                    const KeypointStyle& style) {
    const bool is_person = keypoints.size() == person_points;
    const auto shown = [&](std::size_t i) {
        return is_shown(keypoints[i], has_visibility) && lies_in(keypoints[i], picture);
    };
    if (is_person && style.limbs) {
        for (const Limb& limb : limbs) {
            if (!shown(limb.from - 1) || !shown(limb.to - 1)) continue;
            cv::line(picture, pixel_of(keypoints[limb.from - 1]), pixel_of(keypoints[limb.to - 1]),
                     style.color.value_or(pose_color(limb.color)), (style.line_width + 1) / 2, cv::LINE_AA);
        }
    }
    for (std::size_t i = 0; style.radius > 0 && i < keypoints.size(); ++i) {
        if (!shown(i)) continue;
        const Color own = is_person ? pose_color(point_colors[i]) : plain_color(i);
        cv::circle(picture, pixel_of(keypoints[i]), style.radius, style.color.value_or(own), cv::FILLED,
                   cv::LINE_AA);
    }
}

}  // namespace yolo::image
