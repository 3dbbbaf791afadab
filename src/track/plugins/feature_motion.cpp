// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/features2d.hpp>

#include "track/plugins/estimators.hpp"

namespace yolo::track {

namespace {

constexpr float border = 0.02f, farthest_share = 0.25f, ratio = 0.9f, deviations = 2.5f;

/// Everything but the rim of the picture and what moves by itself.
cv::Mat still_part(const cv::Mat& gray, std::span<const image::Box4> moving) {
    const cv::Rect2f whole(0, 0, static_cast<float>(gray.cols), static_cast<float>(gray.rows));
    cv::Mat mask = cv::Mat::zeros(gray.size(), CV_8U);
    const int left = static_cast<int>(border * whole.width), top = static_cast<int>(border * whole.height);
    const int right = static_cast<int>((1 - border) * whole.width);
    const int bottom = static_cast<int>((1 - border) * whole.height);
    mask(cv::Range(top, bottom), cv::Range(left, right)).setTo(255);
    for (const auto& [x1, y1, x2, y2] : moving) {
        const int left_x = static_cast<int>(std::clamp(x1, 0.0f, whole.width));
        const int top_y = static_cast<int>(std::clamp(y1, 0.0f, whole.height));
        const int right_x = static_cast<int>(std::clamp(x2, 0.0f, whole.width));
        const int bottom_y = static_cast<int>(std::clamp(y2, 0.0f, whole.height));
        if (left_x < right_x && top_y < bottom_y)
            mask(cv::Range(top_y, bottom_y), cv::Range(left_x, right_x)).setTo(0);
    }
    return mask;
}

struct Pair {
    cv::Point2f from, to;
    cv::Point2f way() const { return from - to; }
};

/// Those that move like the others.
std::vector<Pair> inliers(const std::vector<Pair>& pairs) {
    cv::Point2d sum, squares;
    for (const Pair& pair : pairs) {
        sum += cv::Point2d(pair.way());
        squares += cv::Point2d(pair.way().x * pair.way().x, pair.way().y * pair.way().y);
    }
    const double count = static_cast<double>(pairs.size());
    const cv::Point2d mean = sum / count;
    const double across = deviations * std::sqrt(std::max(squares.x / count - mean.x * mean.x, 0.0));
    const double down = deviations * std::sqrt(std::max(squares.y / count - mean.y * mean.y, 0.0));
    std::vector<Pair> kept;
    std::ranges::copy_if(pairs, std::back_inserter(kept), [&](const Pair& pair) {
        return std::abs(pair.way().x - mean.x) <= across && std::abs(pair.way().y - mean.y) <= down;
    });
    return kept;
}

class FeatureMotion final : public MotionEstimator {
  public:
    FeatureMotion(cv::Ptr<cv::Feature2D> detector, cv::Ptr<cv::Feature2D> extractor, cv::NormTypes norm)
        : detector_(std::move(detector)), extractor_(std::move(extractor)), matcher_(norm) {}

    Warp estimate(const cv::Mat& gray, std::span<const image::Box4> moving) noexcept override {
        try {
            std::vector<cv::KeyPoint> points;
            cv::Mat descriptors;
            detector_->detect(gray, points, still_part(gray, moving));
            extractor_->compute(gray, points, descriptors);
            const Warp motion = compare(gray.size(), points, descriptors);
            points_ = std::move(points);
            descriptors_ = std::move(descriptors);
            return motion;
        } catch (const std::exception&) {
            descriptors_.release();
            return no_motion();
        }
    }

  private:
    Warp compare(cv::Size size, const std::vector<cv::KeyPoint>& points, const cv::Mat& descriptors) {
        if (descriptors_.empty() || descriptors.empty()) return no_motion();
        std::vector<std::vector<cv::DMatch>> matches;
        matcher_.knnMatch(descriptors_, descriptors, matches, 2);
        std::vector<Pair> near;
        for (const auto& two : matches) {
            if (two.size() < 2 || !(two[0].distance < ratio * two[1].distance)) continue;
            const Pair pair{points_[static_cast<std::size_t>(two[0].queryIdx)].pt,
                            points[static_cast<std::size_t>(two[0].trainIdx)].pt};
            if (std::abs(pair.way().x) < farthest_share * static_cast<float>(size.width) &&
                std::abs(pair.way().y) < farthest_share * static_cast<float>(size.height))
                near.push_back(pair);
        }
        if (near.empty()) return no_motion();
        std::vector<cv::Point2f> from, to;
        for (const Pair& pair : inliers(near)) {
            from.push_back(pair.from);
            to.push_back(pair.to);
        }
        return partial_affine(from, to);
    }

    cv::Ptr<cv::Feature2D> detector_, extractor_;
    cv::BFMatcher matcher_;
    std::vector<cv::KeyPoint> points_;  // of the frame before
    cv::Mat descriptors_;
};

}  // namespace

std::unique_ptr<MotionEstimator> make_feature_motion(std::string_view method) {
    if (method == "orb") {
        return std::make_unique<FeatureMotion>(cv::FastFeatureDetector::create(20), cv::ORB::create(),
                                               cv::NORM_HAMMING);
    }
    const auto sift = cv::SIFT::create(0, 3, 0.02, 20);
    return std::make_unique<FeatureMotion>(sift, sift, cv::NORM_L2);
}

}  // namespace yolo::track
