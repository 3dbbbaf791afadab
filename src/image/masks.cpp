// SPDX-License-Identifier: Apache-2.0
#include "image/masks.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <yolo/error.hpp>

namespace yolo::image {

namespace {

/// Whole pixels begin .. end - 1 of 0 .. size - 1 with low <= pixel < high.
struct PixelRange {
    int begin = 0, end = 0;
    bool empty() const { return begin >= end; }
};

PixelRange pixels_between(float low, float high, int size) {
    const auto limit = [&](float edge) {
        const float side = static_cast<float>(size);
        return edge > 0 ? static_cast<int>(std::ceil(std::min(edge, side))) : 0;  // a NaN becomes 0
    };
    return {limit(low), limit(high)};
}

Mask blank_mask(Size size) {
    Mask mask{size.height, size.width, {}};
    mask.data.resize(static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width));
    return mask;
}

void set_positive(Mask& mask, int y, int x, const float* logits, std::size_t count) {
    std::uint8_t* out = mask.data.data() + static_cast<std::ptrdiff_t>(y) * mask.width + x;
    for (std::size_t i = 0; i < count; ++i) out[i] = logits[i] > 0 ? 1 : 0;
}

/// A plane interpolated into the mask's part that starts at (y, x), then thresholded.
void draw(Mask& mask, int y, int x, const PlaneWindow& plane, const BilinearAxis& y_axis,
          const BilinearAxis& x_axis) {
    std::vector<float> logits(x_axis.size());
    BilinearRows rows(plane, y_axis, x_axis);
    for (std::size_t i = 0; i < y_axis.size(); ++i) {
        rows.write(i, logits.data());
        set_positive(mask, y + static_cast<int>(i), x, logits.data(), logits.size());
    }
}

/// The two resizes that lead from prototypes to a part of the picture.
struct PictureAxes {
    BilinearAxis y_inner, x_inner;  ///< from the prototypes to the enlarged plane, only what is asked for
    BilinearAxis y_outer, x_outer;  ///< from there to the picture
    int y = 0, x = 0;               ///< where the part of the enlarged plane begins
};

PictureAxes picture_axes(const PictureView& view, PixelRange rows, PixelRange columns) {
    PictureAxes axes;
    axes.y_outer = bilinear_axis(view.cut.height, view.picture.height, rows.begin, rows.end);
    axes.x_outer = bilinear_axis(view.cut.width, view.picture.width, columns.begin, columns.end);
    axes.y_outer.shift(view.top);
    axes.x_outer.shift(view.left);
    axes.y = axes.y_outer.first();
    axes.x = axes.x_outer.first();
    axes.y_inner =
        bilinear_axis(view.plane.height / view.factor, view.plane.height, axes.y, axes.y_outer.last() + 1);
    axes.x_inner =
        bilinear_axis(view.plane.width / view.factor, view.plane.width, axes.x, axes.x_outer.last() + 1);
    return axes;
}

/// Adds part of a row of every prototype to `out`, four at a time, so that `out` is read and written less
/// often.
void add_weighted_rows(const Prototypes& prototypes, std::span<const float> coefficients, int y, int x,
                       int width, float* out) {
    const auto plane = static_cast<std::ptrdiff_t>(prototypes.height) * prototypes.width;
    const float* in = prototypes.values.data() + static_cast<std::ptrdiff_t>(y) * prototypes.width + x;
    const float* c = coefficients.data();
    std::size_t rest = coefficients.size();
    for (; rest >= 4; rest -= 4, c += 4, in += 4 * plane) {
        for (int i = 0; i < width; ++i) {
            out[i] +=
                c[0] * in[i] + c[1] * in[plane + i] + c[2] * in[2 * plane + i] + c[3] * in[3 * plane + i];
        }
    }
    for (; rest > 0; --rest, ++c, in += plane) {
        for (int i = 0; i < width; ++i) out[i] += *c * in[i];
    }
}

}  // namespace

PlaneWindow mask_logits(const Prototypes& prototypes, std::span<const float> coefficients, int y0, int x0,
                        int y1, int x1) {
    if (coefficients.size() != static_cast<std::size_t>(prototypes.channels)) {
        throw Error("a mask has another number of coefficients than there are prototypes");
    }
    PlaneWindow window{y0, x0, y1 - y0, x1 - x0, {}};
    window.values.resize(static_cast<std::size_t>(window.height) * static_cast<std::size_t>(window.width));
    for (int y = 0; y < window.height; ++y) {  // a row stays in the cache while all prototypes are added
        float* out = window.values.data() + static_cast<std::ptrdiff_t>(y) * window.width;
        add_weighted_rows(prototypes, coefficients, y0 + y, x0, window.width, out);
    }
    return window;
}

Mask network_mask(const Prototypes& prototypes, std::span<const float> coefficients, const Box4& box,
                  Size network) {
    Mask mask = blank_mask(network);
    const PixelRange columns = pixels_between(box[0], box[2], network.width);
    const PixelRange rows = pixels_between(box[1], box[3], network.height);
    if (rows.empty() || columns.empty()) return mask;
    const BilinearAxis y_axis = bilinear_axis(prototypes.height, network.height, rows.begin, rows.end);
    const BilinearAxis x_axis = bilinear_axis(prototypes.width, network.width, columns.begin, columns.end);
    const PlaneWindow logits = mask_logits(prototypes, coefficients, y_axis.first(), x_axis.first(),
                                           y_axis.last() + 1, x_axis.last() + 1);
    draw(mask, rows.begin, columns.begin, logits, y_axis, x_axis);
    return mask;
}

Mask prototype_mask(const Prototypes& prototypes, std::span<const float> coefficients, const Box4& box,
                    Size network) {
    const float x_ratio = static_cast<float>(prototypes.width) / static_cast<float>(network.width);
    const float y_ratio = static_cast<float>(prototypes.height) / static_cast<float>(network.height);
    Mask mask = blank_mask({prototypes.height, prototypes.width});
    const PixelRange columns = pixels_between(box[0] * x_ratio, box[2] * x_ratio, prototypes.width);
    const PixelRange rows = pixels_between(box[1] * y_ratio, box[3] * y_ratio, prototypes.height);
    if (rows.empty() || columns.empty()) return mask;
    const PlaneWindow logits =
        mask_logits(prototypes, coefficients, rows.begin, columns.begin, rows.end, columns.end);
    for (int y = 0; y < logits.height; ++y) {
        set_positive(mask, rows.begin + y, columns.begin,
                     logits.values.data() + static_cast<std::ptrdiff_t>(y) * logits.width,
                     static_cast<std::size_t>(logits.width));
    }
    return mask;
}

PictureView picture_view(Size plane, Size network, Size picture, int factor, bool padded) {
    const auto gain_of = [&](Size size) {
        return std::min(static_cast<double>(size.height) / picture.height,
                        static_cast<double>(size.width) / picture.width);
    };
    const auto before = [](double pad) { return static_cast<int>(std::nearbyint(pad - 0.1)); };
    const auto after = [](double pad) { return static_cast<int>(std::nearbyint(pad + 0.1)); };
    const auto pads = [&](Size size) {
        const double gain = gain_of(size);
        const double share = padded ? 2 : 1;
        return std::pair((size.height - picture.height * gain) / share,
                         (size.width - picture.width * gain) / share);
    };
    if (factor == 0) {
        const auto [pad_y, pad_x] = pads(network);
        const int margins =
            before(pad_y) | after(pad_y) | before(pad_x) | after(pad_x);  // all even: an even number
        factor = margins % 4 == 0 ? 1 : margins % 2 == 0 ? 2 : 4;
    }
    PictureView view{picture, {plane.height * factor, plane.width * factor}, factor, 0, 0, {}};
    const auto [pad_y, pad_x] = pads(view.plane);
    view.top = padded ? before(pad_y) : 0;
    view.left = padded ? before(pad_x) : 0;
    view.cut = {std::max(view.plane.height - view.top - after(pad_y), 1),
                std::max(view.plane.width - view.left - after(pad_x), 1)};
    return view;
}

Mask picture_mask(const Prototypes& prototypes, std::span<const float> coefficients, const Box4& box,
                  const PictureView& view) {
    Mask mask = blank_mask(view.picture);
    const PixelRange columns = pixels_between(box[0], box[2], view.picture.width);
    const PixelRange rows = pixels_between(box[1], box[3], view.picture.height);
    if (rows.empty() || columns.empty()) return mask;
    const PictureAxes axes = picture_axes(view, rows, columns);
    const PlaneWindow logits =
        mask_logits(prototypes, coefficients, axes.y_inner.first(), axes.x_inner.first(),
                    axes.y_inner.last() + 1, axes.x_inner.last() + 1);
    const PlaneWindow enlarged =
        view.factor == 1 ? logits : interpolate(logits, axes.y_inner, axes.x_inner, axes.y, axes.x);
    draw(mask, rows.begin, columns.begin, enlarged, axes.y_outer, axes.x_outer);
    return mask;
}

PlaneWindow to_picture(const PlaneWindow& plane, const PictureView& view) {
    const PictureAxes axes = picture_axes(view, {0, view.picture.height}, {0, view.picture.width});
    const PlaneWindow enlarged =
        view.factor == 1 ? plane : interpolate(plane, axes.y_inner, axes.x_inner, axes.y, axes.x);
    return interpolate(enlarged, axes.y_outer, axes.x_outer, 0, 0);
}

bool is_empty(const Mask& mask) {
    return std::memchr(mask.data.data(), 1, mask.data.size()) == nullptr;  // many times faster than a loop
}

}  // namespace yolo::image
