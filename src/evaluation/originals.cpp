// SPDX-License-Identifier: Apache-2.0
#include "evaluation/originals.hpp"

#include <algorithm>
#include <cmath>

#include "image/bilinear.hpp"
#include "tasks/picture_output.hpp"

namespace yolo::evaluation {

namespace {

/// Pixels begin .. end - 1 of an original side, the part of it that lies in the network input, and the axis
/// between the two.
struct Side {
    int begin = 0, end = 0;
    image::BilinearAxis axis;  ///< inputs are pixels of the network input

    bool empty() const { return begin >= end; }
};

Side side_of(int original, double ratio, double margin, int network, float low, float high) {
    const int first = static_cast<int>(std::nearbyint(margin));
    const int length = std::clamp(static_cast<int>(std::nearbyint(original * ratio)), 1, network - first);
    const auto place = [&](double pixel) { return (pixel - margin) / ratio; };
    Side side;
    side.begin = std::clamp(static_cast<int>(std::floor(place(low) - 1)), 0, original);
    side.end = std::clamp(static_cast<int>(std::ceil(place(high) + 1)), 0, original);
    if (side.empty()) return side;
    side.axis = image::bilinear_axis(length, original, side.begin, side.end);
    side.axis.shift(first);
    return side;
}

image::PlaneWindow window_of(const Mask& mask, const Side& rows, const Side& columns) {
    image::PlaneWindow window{rows.axis.first(), columns.axis.first(), 0, 0, {}};
    window.height = rows.axis.last() + 1 - window.y;
    window.width = columns.axis.last() + 1 - window.x;
    window.values.reserve(static_cast<std::size_t>(window.height) * static_cast<std::size_t>(window.width));
    for (int y = window.y; y < window.y + window.height; ++y) {
        const std::uint8_t* row = mask.data.data() + std::ptrdiff_t{y} * mask.width + window.x;
        window.values.insert(window.values.end(), row, row + window.width);
    }
    return window;
}

Size input_size(const SeenPicture& seen) {
    return {seen.batch.height(), seen.batch.width()};
}

}  // namespace

image::BackScale back_scale_of(const data::BatchPicture& picture) {
    return {picture.original, static_cast<float>(picture.ratio_width),
            static_cast<float>(picture.ratio_height), static_cast<float>(picture.left),
            static_cast<float>(picture.top)};
}

Mask original_mask(const Mask& mask, const image::Box4& box, const data::BatchPicture& picture) {
    const Size size = picture.original;
    Mask result{size.height, size.width, {}};
    result.data.resize(static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width));
    const Side rows = side_of(size.height, picture.ratio_height, picture.top, mask.height, box[1], box[3]);
    const Side columns = side_of(size.width, picture.ratio_width, picture.left, mask.width, box[0], box[2]);
    if (rows.empty() || columns.empty()) return result;
    const image::PlaneWindow window = window_of(mask, rows, columns);
    std::vector<float> values(columns.axis.size());
    image::BilinearRows interpolated(window, rows.axis, columns.axis);
    for (std::size_t i = 0; i < rows.axis.size(); ++i) {
        interpolated.write(i, values.data());
        std::uint8_t* out = result.data.data() +
                            static_cast<std::ptrdiff_t>(rows.begin + static_cast<int>(i)) * size.width +
                            columns.begin;
        std::transform(values.begin(), values.end(), out,
                       [](float value) { return value > 0.5f ? std::uint8_t{1} : std::uint8_t{0}; });
    }
    return result;
}

Mask found_mask(const SeenPicture& seen, std::size_t i) {
    return image::network_mask(seen.prototypes, seen.found.coefficients.at(i), seen.found.boxes.at(i),
                               input_size(seen));
}

Result original_result(const SeenPicture& seen, const ModelInfo& info, const std::string& path, bool masks) {
    const data::BatchPicture& picture = seen.batch.pictures.at(static_cast<std::size_t>(seen.index));
    const PictureObjects& found = seen.found;
    Result result;
    result.task = info.task;
    result.path = path;
    result.names = info.names;
    result.orig_shape = picture.original;
    result.input_shape = input_size(seen);
    tasks::place_objects(found, back_scale_of(picture), result);
    for (std::size_t i = 0; masks && i < found.coefficients.size(); ++i)
        result.masks.push_back(original_mask(found_mask(seen, i), found.boxes[i], picture));
    return result;
}

}  // namespace yolo::evaluation
