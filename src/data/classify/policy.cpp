// SPDX-License-Identifier: Apache-2.0
#include "data/classify/policy.hpp"

#include <array>
#include <cmath>
#include <span>

#include <fmt/core.h>
#include <opencv2/core.hpp>

#include <yolo/error.hpp>

#include "data/classify/pixel_ops.hpp"

namespace yolo::data {

namespace {

using enum PixelOp;

/// What magnitude `level` of `count` means for an operation on a picture of that size.
double magnitude_of(PixelOp op, int level, int count, cv::Size size, Policy policy) {
    const double share = static_cast<double>(level) / (count - 1);
    switch (op) {
        case shear_x:
        case shear_y:
            return 0.3 * share;
        case translate_x:
            return (policy == Policy::augmix ? size.width / 3.0 : 150.0 / 331 * size.width) * share;
        case translate_y:
            return (policy == Policy::augmix ? size.height / 3.0 : 150.0 / 331 * size.height) * share;
        case rotate:
            return 30 * share;
        case brightness:
        case color:
        case contrast:
        case sharpness:
            return 0.9 * share;
        case posterize:
            return (policy == Policy::augmix ? 4 : 8) - std::nearbyint(4 * share);
        case solarize:
            return 255 * (1 - share);
        default:
            return 0;
    }
}

bool is_signed(PixelOp op) {
    return op == shear_x || op == shear_y || op == translate_x || op == translate_y || op == rotate ||
           op == brightness || op == color || op == contrast || op == sharpness;
}

cv::Mat apply_level(PixelOp op, const cv::Mat& picture, int level, int count, Policy policy, Random& random) {
    double magnitude = magnitude_of(op, level, count, picture.size(), policy);
    if (is_signed(op) && random.uniform() < 0.5) magnitude = -magnitude;
    return apply(op, picture, magnitude);
}

constexpr std::array<PixelOp, 14> randaugment_ops = {
    identity, shear_x,  shear_y,   translate_x, translate_y, rotate,       brightness,
    color,    contrast, sharpness, posterize,   solarize,    autocontrast, equalize};

cv::Mat randaugment(cv::Mat picture, Random& random) {
    constexpr int operations = 2, level = 9, count = 31;
    for (int i = 0; i < operations; ++i) {
        const PixelOp op = randaugment_ops[random.below(randaugment_ops.size())];
        picture = apply_level(op, picture, level, count, Policy::randaugment, random);
    }
    return picture;
}

struct Step {
    PixelOp op;
    double probability;
    int level = 0;
};

constexpr std::array<std::array<Step, 2>, 25> imagenet_policy = {{
    {{{posterize, .4, 8}, {rotate, .6, 9}}}, {{{solarize, .6, 5}, {autocontrast, .6}}},
    {{{equalize, .8}, {equalize, .6}}},      {{{posterize, .6, 7}, {posterize, .6, 6}}},
    {{{equalize, .4}, {solarize, .2, 4}}},   {{{equalize, .4}, {rotate, .8, 8}}},
    {{{solarize, .6, 3}, {equalize, .6}}},   {{{posterize, .8, 5}, {equalize, 1}}},
    {{{rotate, .2, 3}, {solarize, .6, 8}}},  {{{equalize, .6}, {posterize, .4, 6}}},
    {{{rotate, .8, 8}, {color, .4, 0}}},     {{{rotate, .4, 9}, {equalize, .6}}},
    {{{equalize, 0}, {equalize, .8}}},       {{{invert, .6}, {equalize, 1}}},
    {{{color, .6, 4}, {contrast, 1, 8}}},    {{{rotate, .8, 8}, {color, 1, 2}}},
    {{{color, .8, 8}, {solarize, .8, 7}}},   {{{sharpness, .4, 7}, {invert, .6}}},
    {{{shear_x, .6, 5}, {equalize, 1}}},     {{{color, .4, 0}, {equalize, .6}}},
    {{{equalize, .4}, {solarize, .2, 4}}},   {{{solarize, .6, 5}, {autocontrast, .6}}},
    {{{invert, .6}, {equalize, 1}}},         {{{color, .6, 4}, {contrast, 1, 8}}},
    {{{equalize, .8}, {equalize, .6}}},
}};

cv::Mat autoaugment(cv::Mat picture, Random& random) {
    constexpr int count = 10;
    for (const Step& step : imagenet_policy[random.below(imagenet_policy.size())]) {
        if (random.uniform() <= step.probability)
            picture = apply_level(step.op, picture, step.level, count, Policy::autoaugment, random);
    }
    return picture;
}

/// Shares that add up to 1, uniformly among all such (Dirichlet with all parameters 1).
template <std::size_t n>
std::array<double, n> dirichlet(Random& random) {
    std::array<double, n> shares = {};
    double sum = 0;
    for (double& share : shares) sum += share = -std::log(1 - random.uniform());
    for (double& share : shares) share /= sum;
    return shares;
}

cv::Mat augmix(const cv::Mat& picture, Random& random) {
    constexpr int chains = 3, deepest = 3, severity = 3, count = 10;
    const auto ops = std::span(randaugment_ops).subspan(1);  // without identity
    const auto [whole, mixed] = dirichlet<2>(random);
    const std::array<double, chains> weights = dirichlet<chains>(random);
    cv::Mat sum;
    picture.convertTo(sum, CV_32FC3, whole);
    for (const double weight : weights) {
        cv::Mat chain = picture;
        for (int depth = random.between(1, deepest + 1); depth > 0; --depth) {
            const PixelOp op = ops[random.below(ops.size())];
            chain = apply_level(op, chain, random.between(0, severity), count, Policy::augmix, random);
        }
        cv::Mat part;
        chain.convertTo(part, CV_32FC3, mixed * weight);
        sum += part;
    }
    cv::Mat out(picture.size(), CV_8UC3);
    for (int y = 0; y < out.rows; ++y) {
        const auto* from = sum.ptr<float>(y);
        for (int x = 0; x < out.cols * 3; ++x) out.ptr(y)[x] = static_cast<uchar>(std::min(from[x], 255.0F));
    }
    return out;
}

}  // namespace

Policy parse_policy(const std::string& name) {
    if (name.empty() || name == "None" || name == "none") return Policy::none;
    if (name == "randaugment") return Policy::randaugment;
    if (name == "autoaugment") return Policy::autoaugment;
    if (name == "augmix") return Policy::augmix;
    throw UsageError(
        fmt::format("auto_augment={} is unknown: use randaugment, autoaugment, augmix or none", name));
}

cv::Mat apply_policy(Policy policy, const cv::Mat& picture, Random& random) {
    switch (policy) {
        case Policy::randaugment:
            return randaugment(picture, random);
        case Policy::autoaugment:
            return autoaugment(picture, random);
        case Policy::augmix:
            return augmix(picture, random);
        case Policy::none:
            break;
    }
    return picture;
}

}  // namespace yolo::data
