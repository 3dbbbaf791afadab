// SPDX-License-Identifier: Apache-2.0
#include "data/loading/sample_maker.hpp"

#include <utility>

#include "data/augment/instances.hpp"
#include "data/classify/samples.hpp"
#include "data/loading/epoch_plan.hpp"
#include "data/loading/picture_store.hpp"
#include "image/letterbox.hpp"

namespace yolo::data {

std::size_t SamplePlace::picture() const {
    return plan.picture({place});
}

ReadPicture SampleSource::readable(const EpochPlan& plan, Turn turn, PictureUse use) const {
    for (std::size_t tried = 0; tried < plan.pictures(); ++tried) {
        const std::size_t index = plan.picture(turn);
        cv::Mat pixels = pictures->get(index, use);
        if (!pixels.empty()) return {index, std::move(pixels)};
        turn = plan.after(turn);
        use = PictureUse::partner;  // its own place is still to come
    }
    pictures->unreadable().refuse_all();
}

ReadPicture SampleSource::own(const SamplePlace& place) const {
    if (options.training) return readable(place.plan, {place.place}, PictureUse::own_place);
    return {place.picture(), pictures->get(place.picture())};
}

Sample SampleSource::labelled(const ReadPicture& picture) const {
    constexpr std::size_t rotated_points = 100, shape_points = 1000;
    Sample sample;
    sample.index = picture.index;
    sample.picture = picture.pixels;
    const DatasetSpec& spec = dataset->spec();
    sample.instances = to_pixels(dataset->labels(sample.index), {sample.picture.rows, sample.picture.cols},
                                 spec.task == Task::pose ? spec.kpt_shape[0] : 0,
                                 spec.task == Task::obb ? rotated_points : shape_points);
    return sample;
}

FormatOptions SampleSource::format() const {
    return {dataset->spec().task, options.mask_ratio, options.overlap_mask};
}

OutlineKind SampleSource::outlines() const {
    return dataset->spec().task == Task::obb ? OutlineKind::rotated_box : OutlineKind::shape;
}

SampleMaker letterboxed_samples(SampleSource source) {
    return [source = std::move(source)](const SamplePlace& place, cv::Mat& out) -> std::optional<MadeSample> {
        const ReadPicture picture = source.own(place);
        if (picture.pixels.empty()) return std::nullopt;
        const std::size_t index = picture.index;
        Sample sample = source.labelled(picture);
        const Size loaded{sample.picture.rows, sample.picture.cols};
        const Size shape{out.rows, out.cols};
        const image::LetterboxGeometry geometry =
            image::letterbox_geometry(loaded, {.shape = shape, .scale_up = false});
        image::letterbox(sample.picture, geometry, out);
        const auto left = static_cast<float>(geometry.left), top = static_cast<float>(geometry.top);
        scale(sample.instances, static_cast<float>(geometry.ratio_width),
              static_cast<float>(geometry.ratio_height));
        shift(sample.instances, left, top);

        MadeSample made;
        made.picture.index = index;
        made.picture.original = source.dataset->picture_size(index);
        made.picture.ratio_height = geometry.ratio_height * loaded.height / made.picture.original.height;
        made.picture.ratio_width = geometry.ratio_width * loaded.width / made.picture.original.width;
        made.picture.top = geometry.top, made.picture.left = geometry.left;
        made.targets = format_targets(sample.instances, shape, source.format());
        return made;
    };
}

SampleMaker make_sample_maker(SampleSource source) {
    if (source.dataset->spec().task == Task::classify) {
        return classify_samples(std::move(source));
    }
    return source.options.training ? augmented_samples(std::move(source))
                                   : letterboxed_samples(std::move(source));
}

}  // namespace yolo::data
