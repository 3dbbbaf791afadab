// SPDX-License-Identifier: Apache-2.0
#include "tasks/augment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "image/bilinear.hpp"

namespace yolo::tasks {

namespace {

struct View {
    double scale;
    bool mirrored;
};

constexpr std::array views{View{1, false}, View{0.83, true}, View{0.67, false}};
constexpr float padding = 0.447f;  // the mean of ImageNet

image::PlaneWindow plane_of(const float* values, int height, int width, bool mirrored) {
    image::PlaneWindow plane{0, 0, height, width, {}};
    const std::size_t row_size = static_cast<std::size_t>(width);
    plane.values.assign(values, values + static_cast<std::size_t>(height) * row_size);
    for (std::size_t row = 0; mirrored && row < plane.values.size(); row += row_size) {
        const auto begin = plane.values.begin() + static_cast<std::ptrdiff_t>(row);
        std::reverse(begin, begin + width);
    }
    return plane;
}

Tensor scaled(const Tensor& images, View view, int stride) {
    if (view.scale == 1) return images;
    const int height = static_cast<int>(images.dim(2)), width = static_cast<int>(images.dim(3));
    const int inner_height = static_cast<int>(height * view.scale),
              inner_width = static_cast<int>(width * view.scale);
    const auto padded = [&](int side) {
        return static_cast<int>(std::ceil(side * view.scale / stride)) * stride;
    };
    const int out_height = padded(height), out_width = padded(width);
    Tensor result = Tensor::allocate(DType::f32, {images.dim(0), images.dim(1), out_height, out_width});
    const std::span<float> out = result.mutable_values<float>();
    std::fill(out.begin(), out.end(), padding);

    const image::BilinearAxis y_axis = image::bilinear_axis(height, inner_height, 0, inner_height);
    const image::BilinearAxis x_axis = image::bilinear_axis(width, inner_width, 0, inner_width);
    const std::span<const float> in = images.values<float>();
    const auto in_size = static_cast<std::ptrdiff_t>(height) * width;
    const auto out_size = static_cast<std::ptrdiff_t>(out_height) * out_width;
    for (std::ptrdiff_t plane = 0; plane < images.dim(0) * images.dim(1); ++plane) {
        const image::PlaneWindow source = plane_of(in.data() + plane * in_size, height, width, view.mirrored);
        image::BilinearRows rows(source, y_axis, x_axis);
        for (int y = 0; y < inner_height; ++y) {
            rows.write(static_cast<std::size_t>(y),
                       out.data() + plane * out_size + std::ptrdiff_t{y} * out_width);
        }
    }
    return result;
}

/// Anchors begin .. end - 1 of one output that go into the merged one.
struct AnchorRange {
    std::int64_t begin, end;
    std::int64_t count() const { return end - begin; }
};

std::vector<AnchorRange> kept_anchors(const std::vector<Tensor>& outputs, int levels) {
    std::int64_t cells = 0, finest = 1;  // of one picture part that the coarsest level covers with one anchor
    for (int level = 0; level < levels; ++level) {
        finest = std::int64_t{1} << (2 * level);
        cells += finest;
    }
    std::vector<AnchorRange> ranges;
    for (const Tensor& output : outputs) ranges.push_back({0, output.dim(2)});
    ranges.front().end -= ranges.front().end / cells;
    ranges.back().begin = ranges.back().end / cells * finest;
    return ranges;
}

/// One channel of one picture: box channels go back to pixels of the first input.
void copy_channel(const float* from, AnchorRange range, std::int64_t channel, View view, Size input,
                  float* to) {
    const auto scale = static_cast<float>(view.scale);
    const bool mirror = view.mirrored && channel == 0;
    const auto width = static_cast<float>(input.width);
    for (std::int64_t i = range.begin; i < range.end; ++i) {
        const float value = channel < 4 ? from[i] / scale : from[i];
        *to++ = mirror ? width - value : value;
    }
}

}  // namespace

Tensor to_float_rgb(const Tensor& images) {
    if (images.dtype() != DType::u8 || images.shape().size() != 4) {
        throw Error(fmt::format("pictures must be (N, H, W, C) bytes, not {}", to_string(images.shape())));
    }
    const std::int64_t channels = images.dim(3);
    Tensor result = Tensor::allocate(DType::f32, {images.dim(0), channels, images.dim(1), images.dim(2)});
    const std::uint8_t* in = images.values<std::uint8_t>().data();
    float* out = result.mutable_values<float>().data();
    const std::int64_t pixels = images.dim(1) * images.dim(2);
    for (std::int64_t picture = 0; picture < images.dim(0); ++picture) {
        for (std::int64_t i = 0; i < pixels; ++i, in += channels) {
            for (std::int64_t channel = 0; channel < channels; ++channel)
                out[channel * pixels + i] = static_cast<float>(in[channels - 1 - channel]) / 255;
        }
        out += pixels * channels;
    }
    return result;
}

std::vector<Tensor> augmented_inputs(const Tensor& images, int stride) {
    if (images.dtype() != DType::f32 || images.shape().size() != 4) {
        throw Error(fmt::format("pictures to augment must be (N, C, H, W) float32, not {}",
                                to_string(images.shape())));
    }
    std::vector<Tensor> inputs;
    for (const View view : views) inputs.push_back(scaled(images, view, stride));
    return inputs;
}

Tensor merge_augmented(const std::vector<Tensor>& outputs, Size input, int levels) {
    if (outputs.size() != views.size())
        throw Error(fmt::format("augmentation needs {} outputs", views.size()));
    const std::vector<AnchorRange> ranges = kept_anchors(outputs, levels);
    const std::int64_t anchors =
        std::accumulate(ranges.begin(), ranges.end(), std::int64_t{0},
                        [](std::int64_t sum, AnchorRange range) { return sum + range.count(); });
    const std::int64_t pictures = outputs[0].dim(0), channels = outputs[0].dim(1);
    Tensor merged = Tensor::allocate(DType::f32, {pictures, channels, anchors});
    float* to = merged.mutable_values<float>().data();
    for (std::int64_t row = 0; row < pictures * channels; ++row) {
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const float* from = outputs[i].values<float>().data() + row * outputs[i].dim(2);
            copy_channel(from, ranges[i], row % channels, views[i], input, to);
            to += ranges[i].count();
        }
    }
    return merged;
}

}  // namespace yolo::tasks
