// SPDX-License-Identifier: Apache-2.0
#include "data/augment/copy_paste.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "data/augment/flip.hpp"
#include "data/augment/instances.hpp"
#include "data/augment/polygon.hpp"

namespace yolo::data {

std::vector<std::size_t> choose_pasted(const Instances& first, const Instances& second, double share) {
    constexpr float most_covered = 0.30f;
    std::vector<float> covered(second.size(), 0.0f);
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < second.size(); ++i) {
        for (const image::Box4& box : first.boxes) {
            covered[i] = std::max(covered[i], covered_share(second.boxes[i], box));
        }
        if (covered[i] < most_covered) candidates.push_back(i);
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](std::size_t a, std::size_t b) { return covered[a] < covered[b]; });
    candidates.resize(
        static_cast<std::size_t>(std::nearbyint(share * static_cast<double>(candidates.size()))));
    return candidates;
}

void paste_objects(Sample& sample, const Sample& second, const std::vector<std::size_t>& pasted) {
    if (pasted.empty()) return;
    cv::Mat mask(sample.picture.size(), CV_8U, cv::Scalar(0));
    for (const std::size_t i : pasted) {
        cv::fillPoly(mask, whole_pixels(second.instances.polygons[i]), cv::Scalar(1));
    }
    second.picture.copyTo(sample.picture, mask);
    Instances objects = second.instances;
    keep(objects, pasted);
    append(sample.instances, std::move(objects));
}

Sample mirrored(const Sample& sample) {
    Sample other{sample.index, {}, sample.instances};
    cv::flip(sample.picture, other.picture, 1);
    flip_instances(other.instances, {sample.picture.rows, sample.picture.cols}, FlipDirection::left_right,
                   {});
    return other;
}

}  // namespace yolo::data
