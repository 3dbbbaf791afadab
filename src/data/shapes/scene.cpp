// SPDX-License-Identifier: Apache-2.0
#include "data/shapes/scene.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace yolo::data {

namespace {

constexpr double pi = std::numbers::pi;
using Outline = std::vector<cv::Point2f>;  // of radius 1 around the origin

Outline ring(int corners, double inner) {
    Outline points;
    const int count = inner < 1 ? 2 * corners : corners;
    for (int i = 0; i < count; ++i) {
        const double radius = i % 2 == 1 && inner < 1 ? inner : 1;
        const double angle = 2 * pi * i / count - pi / 2;
        points.emplace_back(radius * std::cos(angle), radius * std::sin(angle));
    }
    return points;
}

Outline ellipse(double width, double height) {
    constexpr int corners = 48;
    Outline points = ring(corners, 1);
    for (cv::Point2f& point : points)
        point = {static_cast<float>(point.x * width), static_cast<float>(point.y * height)};
    return points;
}

/// A dart: nose, left wing tip, notch at the tail, right wing tip. Its keypoints are nose, left wing, right
/// wing, tail.
Outline dart() {
    return {{0, -1}, {0.75F, 0.7F}, {0, 0.35F}, {-0.75F, 0.7F}};
}

Outline outline_of(Task task, int class_id, ShapeRandom& random) {
    if (task == Task::pose) return dart();
    if (task == Task::obb) {
        switch (class_id) {
            case 0:
                return {{-1, -0.35F}, {1, -0.35F}, {1, 0.35F}, {-1, 0.35F}};  // bar
            case 1:
                return ellipse(1, 0.5);  // oval
            default:
                return {{-1, -0.45F}, {0.4F, -0.45F}, {1, 0}, {0.4F, 0.45F}, {-1, 0.45F}};  // boat
        }
    }
    switch (class_id) {
        case 0:
            return ellipse(1, random.uniform(0.75, 1));  // disc
        case 1:
            return ring(4, 1);  // square
        case 2:
            return ring(3, 1);  // triangle
        default:
            return ring(5, 0.45);  // star
    }
}

cv::Scalar random_color(ShapeRandom& random) {
    return {random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255)};
}

/// Smooth noise between two colours with fine grain on top.
cv::Mat texture(cv::Size size, const cv::Scalar& first, const cv::Scalar& second, int cells,
                ShapeRandom& random) {
    cv::Mat coarse(cells, cells, CV_32F);
    for (int y = 0; y < cells; ++y) {
        for (int x = 0; x < cells; ++x) coarse.at<float>(y, x) = static_cast<float>(random.uniform(0, 1));
    }
    cv::Mat smooth;
    cv::resize(coarse, smooth, size, 0, 0, cv::INTER_CUBIC);
    cv::Mat picture(size, CV_8UC3);
    for (int y = 0; y < size.height; ++y) {
        std::uint64_t grain = random.bits();
        for (int x = 0; x < size.width; ++x) {
            grain = grain * 6364136223846793005ULL + 1442695040888963407ULL;
            const double noise = static_cast<double>(grain >> 60) - 7.5;
            const double t = std::clamp(static_cast<double>(smooth.at<float>(y, x)), 0.0, 1.0);
            for (int c = 0; c < 3; ++c)
                picture.at<cv::Vec3b>(y, x)[c] =
                    cv::saturate_cast<uchar>(first[c] * (1 - t) + second[c] * t + noise);
        }
    }
    return picture;
}

cv::Mat background(cv::Size size, ShapeRandom& random) {
    cv::Scalar first = random_color(random), second = first;
    for (int c = 0; c < 3; ++c) second[c] = std::clamp(first[c] + random.uniform(-80, 80), 0.0, 255.0);
    cv::Mat picture = texture(size, first, second, random.integer(3, 9), random);
    for (int i = random.integer(0, 6); i > 0; --i) {  // clutter: lines that belong to nothing
        const cv::Point from(random.integer(0, size.width), random.integer(0, size.height));
        const cv::Point to(random.integer(0, size.width), random.integer(0, size.height));
        cv::line(picture, from, to, random_color(random), random.integer(1, 3), cv::LINE_AA);
    }
    return picture;
}

/// A colour that stands out from the middle of the background.
cv::Scalar contrasting(const cv::Mat& picture, ShapeRandom& random) {
    const cv::Scalar mean = cv::mean(picture);
    cv::Scalar color;
    for (int tries = 0; tries < 20; ++tries) {
        color = random_color(random);
        const double distance =
            std::abs(color[0] - mean[0]) + std::abs(color[1] - mean[1]) + std::abs(color[2] - mean[2]);
        if (distance > 150) break;
    }
    return color;
}

struct Placement {
    cv::Point2d center;
    double radius = 0, angle = 0;
    cv::Point2f operator()(cv::Point2f p) const {
        return {static_cast<float>(center.x + radius * (p.x * std::cos(angle) - p.y * std::sin(angle))),
                static_cast<float>(center.y + radius * (p.x * std::sin(angle) + p.y * std::cos(angle)))};
    }
};

/// Paints the object with a texture of its own and takes over its pixels.
void paint(Scene& scene, const ShapeObject& object, ShapeRandom& random) {
    constexpr int fraction_bits = 4, fraction = 1 << fraction_bits;
    std::vector<cv::Point> fixed;
    for (const cv::Point2f& point : object.outline)
        fixed.emplace_back(cvRound((point.x) * fraction), cvRound((point.y) * fraction));
    const std::vector<std::vector<cv::Point>> polygons = {fixed};
    cv::Mat inside(scene.picture.size(), CV_8U, cv::Scalar(0));
    cv::fillPoly(inside, polygons, cv::Scalar(255), cv::LINE_AA, fraction_bits);
    scene.owner.setTo(static_cast<int>(scene.objects.size()), inside >= 128);

    const cv::Rect box = cv::boundingRect(inside);
    if (box.empty()) return;
    const cv::Scalar color = contrasting(scene.picture, random);
    cv::Scalar shade = color;
    for (int c = 0; c < 3; ++c) shade[c] = std::clamp(color[c] + random.uniform(-50, 50), 0.0, 255.0);
    const cv::Mat filling = texture(box.size(), color, shade, 4, random);
    cv::Mat part = scene.picture(box);
    for (int y = 0; y < box.height; ++y) {
        for (int x = 0; x < box.width; ++x) {
            const int alpha = inside.at<uchar>(box.y + y, box.x + x);
            cv::Vec3b& pixel = part.at<cv::Vec3b>(y, x);
            for (int c = 0; c < 3; ++c)
                pixel[c] = static_cast<uchar>(
                    (pixel[c] * (255 - alpha) + filling.at<cv::Vec3b>(y, x)[c] * alpha + 127) / 255);
        }
    }
}

void add_object(Scene& scene, Task task, int class_id, const Placement& place, ShapeRandom& random) {
    ShapeObject object;
    object.class_id = class_id;
    const Outline unit = outline_of(task, class_id, random);
    for (const cv::Point2f& point : unit) object.outline.push_back(place(point));
    const cv::Rect2f extent = [&unit] {
        float x1 = 1, y1 = 1, x2 = -1, y2 = -1;
        for (const cv::Point2f& p : unit) {
            x1 = std::min(x1, p.x), x2 = std::max(x2, p.x);
            y1 = std::min(y1, p.y), y2 = std::max(y2, p.y);
        }
        return cv::Rect2f(x1, y1, x2 - x1, y2 - y1);
    }();
    const cv::Point2f middle = place({extent.x + extent.width / 2, extent.y + extent.height / 2});
    const auto radius = static_cast<float>(place.radius);
    object.rectangle = {
        middle, {extent.width * radius, extent.height * radius}, static_cast<float>(place.angle * 180 / pi)};
    if (task == Task::pose)
        object.keypoints = {place({0, -1}), place({-0.75F, 0.7F}), place({0.75F, 0.7F}), place({0, 0.35F})};
    scene.objects.push_back(std::move(object));
    paint(scene, scene.objects.back(), random);
}

Scene empty_scene(cv::Size size, ShapeRandom& random) {
    return {background(size, random), cv::Mat(size, CV_32S, cv::Scalar(0)), {}};
}

}  // namespace

const std::vector<std::string>& shape_names(Task task) {
    static const std::vector<std::string> upright = {"disc", "square", "triangle", "star"};
    static const std::vector<std::string> rotated = {"bar", "oval", "boat"};
    static const std::vector<std::string> posed = {"dart"};
    return task == Task::obb ? rotated : task == Task::pose ? posed : upright;
}

Scene draw_scene(Task task, cv::Size size, ShapeRandom& random) {
    Scene scene = empty_scene(size, random);
    const auto classes = static_cast<int>(shape_names(task).size());
    const int side = std::min(size.width, size.height);
    for (int count = random.integer(1, 6); count > 0; --count) {
        Placement place;
        place.radius = side * random.uniform(0.07, 0.24);
        place.center = {random.uniform(0.6 * place.radius, size.width - 0.6 * place.radius),
                        random.uniform(0.6 * place.radius, size.height - 0.6 * place.radius)};
        if (task == Task::obb)  // its rectangle stays inside the picture
            place.center = {random.uniform(place.radius, size.width - place.radius),
                            random.uniform(place.radius, size.height - place.radius)};
        const bool turned = task == Task::obb || task == Task::pose;
        place.angle = turned ? random.uniform(-pi, pi) : random.uniform(-0.4, 0.4);
        add_object(scene, task, random.integer(0, classes - 1), place, random);
    }
    return scene;
}

Scene draw_single(int class_id, cv::Size size, ShapeRandom& random) {
    Scene scene = empty_scene(size, random);
    const int side = std::min(size.width, size.height);
    Placement place;
    place.radius = side * random.uniform(0.25, 0.45);
    place.center = {size.width / 2.0 + random.uniform(-0.08, 0.08) * size.width,
                    size.height / 2.0 + random.uniform(-0.08, 0.08) * size.height};
    place.angle = random.uniform(-0.4, 0.4);
    add_object(scene, Task::classify, class_id, place, random);
    return scene;
}

}  // namespace yolo::data
