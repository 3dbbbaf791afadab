// SPDX-License-Identifier: Apache-2.0
#include "data/classify/train_transform.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/core.hpp>

#include "data/classify/pixel_ops.hpp"
#include "data/classify/policy.hpp"
#include "image/channels.hpp"
#include "image/classify_resize.hpp"

namespace yolo::data {

namespace {

constexpr int tries = 10;

int rounded(double value) {
    return static_cast<int>(std::nearbyint(value));
}

/// Brightness, contrast, saturation and hue in random order.
cv::Mat jitter(cv::Mat picture, const Augmentation& augmentation, Random random) {
    std::array<int, 4> order = {0, 1, 2, 3};
    for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
    const auto change = [&random](double range) {  // of a factor 1 that stays at least 0
        return random.uniform(std::max(0.0, 1 - range), 1 + range) - 1;
    };
    const double brightness = change(augmentation.hsv_v), contrast = change(augmentation.hsv_v);
    const double saturation = change(augmentation.hsv_s);
    const double hue = random.uniform(-augmentation.hsv_h, augmentation.hsv_h);
    for (const int step : order) {
        if (step == 0 && augmentation.hsv_v > 0) picture = apply(PixelOp::brightness, picture, brightness);
        if (step == 1 && augmentation.hsv_v > 0) picture = apply(PixelOp::contrast, picture, contrast);
        if (step == 2 && augmentation.hsv_s > 0) picture = apply(PixelOp::color, picture, saturation);
        if (step == 3 && augmentation.hsv_h > 0) picture = turn_hue(picture, hue);
    }
    return picture;
}

}  // namespace

cv::Rect random_crop(cv::Size picture, double smallest_share, Random& random) {
    const double area = static_cast<double>(picture.width) * picture.height;
    for (int i = 0; i < tries; ++i) {
        const double target = random.uniform(smallest_share, 1) * area;
        const double ratio = std::exp(random.uniform(std::log(3.0 / 4), std::log(4.0 / 3)));
        const int width = rounded(std::sqrt(target * ratio)), height = rounded(std::sqrt(target / ratio));
        if (width < 1 || width > picture.width || height < 1 || height > picture.height) continue;
        const int top = random.between(0, picture.height - height + 1);
        const int left = random.between(0, picture.width - width + 1);
        return {left, top, width, height};
    }
    const double ratio = static_cast<double>(picture.width) / picture.height;
    int width = picture.width, height = picture.height;
    if (ratio < 3.0 / 4) height = std::min(rounded(width * 4.0 / 3), picture.height);
    if (ratio > 4.0 / 3) width = std::min(rounded(height * 4.0 / 3), picture.width);
    return {(picture.width - width) / 2, (picture.height - height) / 2, width, height};
}

cv::Rect random_erasing(int side, Random& random) {
    for (int i = 0; i < tries; ++i) {
        const double area = random.uniform(0.02, 0.33) * side * side;
        const double ratio = std::exp(random.uniform(std::log(0.3), std::log(3.3)));
        const int height = rounded(std::sqrt(area * ratio)), width = rounded(std::sqrt(area / ratio));
        if (height >= side || width >= side || height < 1 || width < 1) continue;
        const int top = random.between(0, side - height + 1), left = random.between(0, side - width + 1);
        return {left, top, width, height};
    }
    return {};
}

void classify_train_transform(const cv::Mat& picture, const Augmentation& augmentation, const RandomKey& key,
                              cv::Mat& out) {
    Random crop = key(Operation::crop);
    const cv::Rect part = random_crop(picture.size(), augmentation.scale[0], crop);
    cv::Mat sample = image::resize_antialiased(picture(part), {out.rows, out.cols});
    if (key(Operation::flip_left_right).uniform() < augmentation.fliplr) cv::flip(sample, sample, 1);
    if (key(Operation::flip_up_down).uniform() < augmentation.flipud) cv::flip(sample, sample, 0);
    if (const Policy policy = parse_policy(augmentation.auto_augment); policy != Policy::none) {
        Random random = key(Operation::policy);
        sample = apply_policy(policy, sample, random);
    } else {
        sample = jitter(sample, augmentation, key(Operation::jitter));
    }
    image::with_channels(sample, out.channels()).copyTo(out);
    Random erasing = key(Operation::erasing);
    if (erasing.uniform() < augmentation.erasing) {
        const cv::Rect rectangle = random_erasing(out.rows, erasing);
        if (!rectangle.empty()) out(rectangle).setTo(cv::Scalar::all(0));
    }
}

}  // namespace yolo::data
