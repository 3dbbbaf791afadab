// SPDX-License-Identifier: Apache-2.0
#include "data/augment/perspective.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "data/augment/polygon.hpp"

namespace yolo::data {

namespace {

Point transformed(const cv::Matx33f& m, Point p) {
    const float x = m(0, 0) * p.x + m(0, 1) * p.y + m(0, 2);
    const float y = m(1, 0) * p.x + m(1, 1) * p.y + m(1, 2);
    const float w = m(2, 0) * p.x + m(2, 1) * p.y + m(2, 2);
    return {x / w, y / w};
}

image::Box4 transformed_box(const cv::Matx33f& m, const image::Box4& box) {
    const auto [x1, y1, x2, y2] = box;
    return extent({transformed(m, {x1, y1}), transformed(m, {x2, y2}), transformed(m, {x1, y2}),
                   transformed(m, {x2, y1})});
}

bool is_affine(const cv::Matx33f& m) {
    return m(2, 0) == 0 && m(2, 1) == 0;
}

/// Outlines take the visible part's extent as box; shapes are clamped to it.
void transform_outlines(Instances& instances, const cv::Matx33f& matrix, Size output, OutlineKind kind) {
    for (std::size_t i = 0; i < instances.polygons.size(); ++i) {
        Polygon& polygon = instances.polygons[i];
        for (Point& p : polygon) p = transformed(matrix, p);
        const image::Box4 box = visible_extent(polygon, output);
        instances.boxes[i] = box;
        if (kind == OutlineKind::rotated_box) continue;
        for (Point& p : polygon) p = {std::clamp(p.x, box[0], box[2]), std::clamp(p.y, box[1], box[3])};
    }
}

}  // namespace

PerspectiveDraw draw_perspective(const Augmentation& augmentation, Random random) {
    const auto around = [&](double centre, double range) {
        return random.uniform(centre - range, centre + range);
    };
    PerspectiveDraw draw;
    draw.perspective_x = around(0, augmentation.perspective);
    draw.perspective_y = around(0, augmentation.perspective);
    draw.angle = around(0, augmentation.degrees);
    draw.scale = random.uniform(augmentation.scale[0], augmentation.scale[1]);
    draw.shear_x = around(0, augmentation.shear);
    draw.shear_y = around(0, augmentation.shear);
    draw.translate_x = around(0.5, augmentation.translate);
    draw.translate_y = around(0.5, augmentation.translate);
    return draw;
}

cv::Matx33f perspective_matrix(const PerspectiveDraw& draw, Size input, Size output) {
    using Matrix = cv::Matx33f;
    const auto number = [](double value) { return static_cast<float>(value); };
    const double radians = std::numbers::pi / 180;
    const Matrix centring(1, 0, number(-input.width / 2.0), 0, 1, number(-input.height / 2.0), 0, 0, 1);
    const Matrix projection(1, 0, 0, 0, 1, 0, number(draw.perspective_x), number(draw.perspective_y), 1);
    const float along = number(draw.scale * std::cos(draw.angle * radians));
    const float across = number(draw.scale * std::sin(draw.angle * radians));
    const Matrix rotation(along, across, 0, -across, along, 0, 0, 0, 1);
    const Matrix shearing(1, number(std::tan(draw.shear_x * radians)), 0,
                          number(std::tan(draw.shear_y * radians)), 1, 0, 0, 0, 1);
    const Matrix translation(1, 0, number(draw.translate_x * output.width), 0, 1,
                             number(draw.translate_y * output.height), 0, 0, 1);
    return translation * shearing * rotation * projection * centring;
}

void warp_picture(const cv::Mat& picture, const cv::Matx33f& matrix, cv::Mat& out) {
    const cv::Scalar border = cv::Scalar::all(114);
    if (is_affine(matrix)) {
        cv::warpAffine(picture, out, matrix.get_minor<2, 3>(0, 0), out.size(), cv::INTER_LINEAR,
                       cv::BORDER_CONSTANT, border);
    } else {
        cv::warpPerspective(picture, out, matrix, out.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT, border);
    }
}

cv::Rect visible_part(const cv::Matx33f& matrix, Size input, Size output) {
    constexpr float margin = 2;  // bilinear neighbours, and rounding of the way back
    const cv::Rect whole(0, 0, input.width, input.height);
    if (!is_affine(matrix)) return whole;
    const auto [x1, y1, x2, y2] = transformed_box(
        matrix.inv(), {0, 0, static_cast<float>(output.width), static_cast<float>(output.height)});
    const auto down = [](float value) { return static_cast<int>(std::floor(value - margin)); };
    const auto up = [](float value) { return static_cast<int>(std::ceil(value + margin)); };
    return cv::Rect(cv::Point(down(x1), down(y1)), cv::Point(up(x2), up(y2))) & whole;
}

void warp_instances(Instances& instances, const cv::Matx33f& matrix, double scale, Size output,
                    OutlineKind kind) {
    const auto factor = static_cast<float>(scale);
    std::vector<image::Box4> before = instances.boxes;
    for (image::Box4& box : before) {
        for (float& side : box) side *= factor;
    }
    const bool outlined = !instances.polygons.empty();
    if (outlined) {
        transform_outlines(instances, matrix, output, kind);
    } else {
        for (image::Box4& box : instances.boxes) box = transformed_box(matrix, box);
    }
    for (LabelPoint& p : instances.keypoints) {
        const Point moved = transformed(matrix, {p.x, p.y});
        p.x = moved.x, p.y = moved.y;
    }
    clip(instances, output, kind);

    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        if (is_candidate(before[i], instances.boxes[i], outlined ? 0.01f : 0.10f)) places.push_back(i);
    }
    if (places.size() < instances.size()) keep(instances, places);
}

bool is_candidate(const image::Box4& before, const image::Box4& after, float least_share) {
    constexpr float eps = 1e-16f, least_side = 2, most_ratio = 100;
    const float w1 = before[2] - before[0], h1 = before[3] - before[1];
    const float w2 = after[2] - after[0], h2 = after[3] - after[1];
    const float ratio = std::max(w2 / (h2 + eps), h2 / (w2 + eps));
    return w2 > least_side && h2 > least_side && w2 * h2 / (w1 * h1 + eps) > least_share &&
           ratio < most_ratio;
}

}  // namespace yolo::data
