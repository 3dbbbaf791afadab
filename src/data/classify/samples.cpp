// SPDX-License-Identifier: Apache-2.0
#include "data/classify/samples.hpp"

#include <utility>

#include "data/classify/policy.hpp"
#include "data/classify/train_transform.hpp"
#include "image/classify_resize.hpp"

namespace yolo::data {

SampleMaker classify_samples(SampleSource source) {
    if (source.options.training)
        parse_policy(source.options.augmentation.auto_augment);  // fails here, not later
    return [source = std::move(source)](const SamplePlace& place, cv::Mat& out) -> std::optional<MadeSample> {
        const ReadPicture picture = source.own(place);
        if (picture.pixels.empty()) return std::nullopt;
        if (source.options.training) {
            const RandomKey key{source.options.seed, static_cast<std::uint64_t>(place.epoch), place.place, 0};
            classify_train_transform(picture.pixels, source.options.augmentation, key, out);
        } else {
            image::classify_resize(picture.pixels, out);
        }
        MadeSample made;
        made.picture.index = picture.index;
        made.picture.original = {picture.pixels.rows, picture.pixels.cols};
        made.targets.classes = source.dataset->labels(picture.index).classes;
        return made;
    };
}

}  // namespace yolo::data
