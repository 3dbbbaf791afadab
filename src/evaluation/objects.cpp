// SPDX-License-Identifier: Apache-2.0
#include "evaluation/objects.hpp"

#include <algorithm>

#include "tasks/picture_output.hpp"

namespace yolo::evaluation {

namespace {

/// Objects of one picture in a batch's flat lists.
struct Range {
    std::size_t begin = 0, end = 0;
};

Range objects_of(const data::Batch& batch, int index) {
    const auto [begin, end] = std::equal_range(batch.picture_of.begin(), batch.picture_of.end(), index);
    return {static_cast<std::size_t>(begin - batch.picture_of.begin()),
            static_cast<std::size_t>(end - batch.picture_of.begin())};
}

/// Plane `index` of a tensor (planes, height, width): 1 where it holds `value`.
template <class T>
Mask plane_mask(const Tensor& planes, std::size_t index, T value) {
    Mask mask{static_cast<int>(planes.dim(1)), static_cast<int>(planes.dim(2)), {}};
    const std::size_t size = static_cast<std::size_t>(mask.height) * static_cast<std::size_t>(mask.width);
    const std::span<const T> pixels = planes.values<T>().subspan(index * size, size);
    mask.data.resize(size);
    std::transform(pixels.begin(), pixels.end(), mask.data.begin(),
                   [&](T pixel) { return pixel == value ? std::uint8_t{1} : std::uint8_t{0}; });
    return mask;
}

/// Object `place` of its picture, `object` of the batch.
Mask label_mask(const data::Batch& batch, int picture, std::size_t place, std::size_t object,
                bool overlapping) {
    const Tensor& planes = batch.masks;
    if (!overlapping) return plane_mask<std::uint8_t>(planes, object, 1);
    const auto plane = static_cast<std::size_t>(picture);
    if (planes.dtype() == DType::u8)
        return plane_mask<std::uint8_t>(planes, plane, static_cast<std::uint8_t>(place + 1));
    return plane_mask<std::int32_t>(planes, plane, static_cast<std::int32_t>(place + 1));
}

metrics::BitMask packed(const Mask& mask) {
    return metrics::BitMask(std::span<const std::uint8_t>(mask.data), {mask.height, mask.width});
}

void add_box(const data::Batch& batch, std::size_t object, bool rotated, PictureObjects& objects) {
    const auto width = static_cast<float>(batch.width()), height = static_cast<float>(batch.height());
    const float* row = batch.boxes.data() + object * (rotated ? 5 : 4);
    if (rotated) {
        objects.rotated.push_back({row[0] * width, row[1] * height, row[2] * width, row[3] * height, row[4]});
    } else {
        const auto [x1, y1, x2, y2] = image::xywh_to_xyxy({row[0], row[1], row[2], row[3]});
        objects.boxes.push_back({x1 * width, y1 * height, x2 * width, y2 * height});
    }
}

void add_keypoints(const data::Batch& batch, std::size_t object, PictureObjects& objects) {
    const std::size_t each = batch.keypoints.size() / batch.objects();
    const float* row = batch.keypoints.data() + object * each;
    for (std::size_t i = 0; i < each; i += 3) {
        objects.keypoints.push_back(row[i] * static_cast<float>(batch.width()));
        objects.keypoints.push_back(row[i + 1] * static_cast<float>(batch.height()));
        objects.keypoints.push_back(row[i + 2]);
    }
}

/// Of the network's classes, none for all.
std::vector<int> wanted_classes(const DetectOptions& options) {
    std::vector<int> wanted;
    if (options.single_cls || std::ranges::count(options.class_ids, -1) == 0) return wanted;
    for (std::size_t id = 0; id < options.class_ids.size(); ++id) {
        if (options.class_ids[id] >= 0) wanted.push_back(static_cast<int>(id));
    }
    return wanted;
}

int class_number(int network_class, const DetectOptions& options) {
    if (options.single_cls) return 0;
    return options.class_ids.empty() ? network_class
                                     : options.class_ids.at(static_cast<std::size_t>(network_class));
}

tasks::DecodeOptions decode_options(const DetectOptions& options) {
    return {.conf = options.conf,
            .iou = options.iou,
            .max_det = options.max_det,
            .agnostic = options.agnostic || options.single_cls,
            .multi_label = true,
            .classes = wanted_classes(options),
            .retina_masks = false};
}

void add_masks(const image::Prototypes& prototypes, Size input, bool full, PictureObjects& found) {
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto& make = full ? image::network_mask : image::prototype_mask;
        found.masks.push_back(packed(make(prototypes, found.coefficients[i], found.boxes[i], input)));
    }
}

}  // namespace

PictureObjects labelled_objects(const data::Batch& batch, int index, Task task, const LabelMasks& masks) {
    PictureObjects objects;
    if (task == Task::classify) {
        objects.classes = {batch.classes.at(static_cast<std::size_t>(index))};
        return objects;
    }
    const Range range = objects_of(batch, index);
    for (std::size_t object = range.begin; object < range.end; ++object) {
        objects.classes.push_back(batch.classes[object]);
        add_box(batch, object, task == Task::obb, objects);
        if (task == Task::pose) add_keypoints(batch, object, objects);
        if (task != Task::segment) continue;
        const Mask mask = label_mask(batch, index, object - range.begin, object, masks.overlapping);
        const bool fits = masks.size == Size{} || masks.size == Size{mask.height, mask.width};
        objects.masks.push_back(packed(fits ? mask : resized_mask(mask, masks.size)));
    }
    return objects;
}

Mask labelled_mask(const data::Batch& batch, int index, std::size_t label, bool overlapping) {
    const Mask mask = label_mask(batch, index, label, objects_of(batch, index).begin + label, overlapping);
    return resized_mask(mask, {batch.height(), batch.width()});
}

PictureObjects found_objects(const inference::NetworkOutput& output, int row, Size input,
                             const ModelInfo& info, const DetectOptions& options) {
    tasks::DecodeOptions decoding = decode_options(options);
    decoding.form = output.form;
    PictureObjects found{tasks::task_room(info.task).find_objects(output.outputs, row, info, decoding)};
    for (int& id : found.classes) id = class_number(id, options);
    if (info.task == Task::segment)
        add_masks(tasks::prototypes_of(output.outputs, row), input, options.full_masks, found);
    return found;
}

Mask resized_mask(const Mask& mask, Size size) {
    image::PlaneWindow plane{0, 0, mask.height, mask.width, {mask.data.begin(), mask.data.end()}};
    const image::BilinearAxis y_axis = image::bilinear_axis(mask.height, size.height, 0, size.height);
    const image::BilinearAxis x_axis = image::bilinear_axis(mask.width, size.width, 0, size.width);
    const image::PlaneWindow resized = image::interpolate(plane, y_axis, x_axis, 0, 0);
    Mask result{size.height, size.width, {}};
    result.data.resize(resized.values.size());
    std::transform(resized.values.begin(), resized.values.end(), result.data.begin(),
                   [](float value) { return value > 0.5f ? std::uint8_t{1} : std::uint8_t{0}; });
    return result;
}

}  // namespace yolo::evaluation
