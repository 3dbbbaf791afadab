// SPDX-License-Identifier: Apache-2.0
/// \file Row by row: every mask that reaches the row gives the spans of pixels that it covers (the mask
/// interpolated bilinearly is above 0.5); a sweep over the spans then visits each covered pixel once, knowing
/// which masks lie on it.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <opencv2/imgproc.hpp>

#include "image/bilinear.hpp"
#include "image/draw.hpp"
#include "image/mask_part.hpp"
#include "image/scale_boxes.hpp"

namespace yolo::image {

namespace {

constexpr int bgr_channels = 3;

/// Picture columns begin .. end - 1 that one mask covers in a row.
struct Span {
    int begin, end;
    const Color* color;
};

/// Where a mask lies in the picture.
struct Placement {
    cv::Mat mask;  ///< (height, width) uint8 0 or 1
    const Color* color;
    cv::Rect part;      ///< of the picture that the mask can cover
    BilinearAxis rows;  ///< from rows of part to rows of the mask
    BilinearAxis columns;
    std::vector<int>
        first_at;  ///< the first column of part that lies at or right of a column of the mask, from -1 on
};

/// The part of `out_size` pixels to which the mask's pixels begin .. end - 1 contribute; `inner` mask pixels
/// from `pad` on make up the picture's side.
cv::Range covered(int begin, int end, int pad, int inner, int out_size) {
    const double scale = static_cast<double>(out_size) / inner;
    const int first = static_cast<int>(std::floor((begin - pad - 1) * scale)) - 1;
    const int last = static_cast<int>(std::ceil((end - pad + 1) * scale)) + 1;
    return {std::clamp(first, 0, out_size), std::clamp(last, 0, out_size)};
}

std::vector<int> first_at(const BilinearAxis& axis, int mask_width) {
    std::vector<int> first;
    int i = 0;
    for (int column = -1; column <= mask_width; ++column) {
        while (i < static_cast<int>(axis.size()) && axis.low[static_cast<std::size_t>(i)] < column) ++i;
        first.push_back(i);
    }
    return first;
}

Placement place(const Mask& mask, Size picture, const Color* color) {
    Placement placement{{}, color, {}, {}, {}, {}};
    if (mask.data.empty()) return placement;
    placement.mask = cv::Mat(mask.height, mask.width, CV_8U, const_cast<std::uint8_t*>(mask.data.data()));
    const cv::Rect set = covered_part(mask);
    if (set.empty()) return placement;
    if (Size{mask.height, mask.width} == picture) {
        placement.part = set;
        return placement;
    }
    const BackScale scale = back_scale({mask.height, mask.width}, picture);
    const int left = static_cast<int>(scale.pad_x), top = static_cast<int>(scale.pad_y);
    const int width = static_cast<int>(std::lround(scale.gain_x * static_cast<float>(picture.width)));
    const int height = static_cast<int>(std::lround(scale.gain_y * static_cast<float>(picture.height)));
    const cv::Range x = covered(set.x, set.x + set.width, left, width, picture.width);
    const cv::Range y = covered(set.y, set.y + set.height, top, height, picture.height);
    if (x.empty() || y.empty()) return placement;
    placement.part = {x.start, y.start, x.size(), y.size()};
    placement.rows = bilinear_axis(height, picture.height, y.start, y.end);
    placement.rows.shift(top);
    placement.columns = bilinear_axis(width, picture.width, x.start, x.end);
    placement.columns.shift(left);
    placement.first_at = first_at(placement.columns, mask.width);
    return placement;
}

/// Calls found(begin, end) for each stretch of ones in a row.
template <class Found>
void for_each_stretch(const std::uint8_t* row, int width, const Found& found) {
    const std::uint8_t* const end = row + width;
    const auto find = [end](const std::uint8_t* from, int value) {
        const void* place = std::memchr(from, value, static_cast<std::size_t>(end - from));
        return place != nullptr ? static_cast<const std::uint8_t*>(place) : end;
    };
    for (const std::uint8_t* begin = find(row, 1); begin != end;) {
        const std::uint8_t* stop = find(begin, 0);
        found(static_cast<int>(begin - row), static_cast<int>(stop - row));
        begin = find(stop, 1);
    }
}

/// The columns of a row of the picture that a mask of another size covers.
class ScaledRow {
  public:
    ScaledRow(const Placement& placement, int y) : placement_(placement) {
        const auto row = static_cast<std::size_t>(y - placement.part.y);
        upper_ = placement.mask.ptr(placement.rows.low[row]);
        lower_ = placement.mask.ptr(placement.rows.high[row]);
        weight_ = placement.rows.weight[row];
    }

    /// The row of the mask that says which of its columns are above 0.5 here. `both` may be overwritten.
    const std::uint8_t* nearest(std::vector<std::uint8_t>& both) const {
        if (weight_ != 0.5f) return weight_ < 0.5f ? upper_ : lower_;
        both.resize(static_cast<std::size_t>(placement_.mask.cols));
        std::transform(upper_, upper_ + both.size(), lower_, both.begin(), std::bit_and<>());
        return both.data();
    }

    /// Picture columns of the mask's columns begin .. end - 1, which are above 0.5 while their neighbours are
    /// not.
    Span span(int begin, int end) const {
        const auto& low = placement_.columns.low;
        const int count = static_cast<int>(low.size());
        int first = placement_.first_at[static_cast<std::size_t>(begin)];
        while (first < count && low[static_cast<std::size_t>(first)] < begin && !covers(first)) ++first;
        int last = std::max(first, placement_.first_at[static_cast<std::size_t>(end)]);
        while (last < count && low[static_cast<std::size_t>(last)] < end && covers(last)) ++last;
        return {placement_.part.x + first, placement_.part.x + last, placement_.color};
    }

  private:
    bool covers(int column) const {
        const auto i = static_cast<std::size_t>(column);
        const float share = placement_.columns.weight[i];
        return (1 - share) * mixed(placement_.columns.low[i]) + share * mixed(placement_.columns.high[i]) >
               0.5f;
    }
    float mixed(int column) const {
        return (1 - weight_) * static_cast<float>(upper_[column]) +
               weight_ * static_cast<float>(lower_[column]);
    }

    const Placement& placement_;
    const std::uint8_t *upper_ = nullptr, *lower_ = nullptr;
    float weight_ = 0;
};

/// Adds what the mask covers of row y of the picture. `scratch` is overwritten.
void add_spans(const Placement& placement, int y, std::vector<std::uint8_t>& scratch,
               std::vector<Span>& spans) {
    if (placement.first_at.empty()) {
        for_each_stretch(placement.mask.ptr(y), placement.mask.cols, [&](int begin, int end) {
            spans.push_back({begin, end, placement.color});
        });
        return;
    }
    const ScaledRow row(placement, y);
    for_each_stretch(row.nearest(scratch), placement.mask.cols, [&](int begin, int end) {
        const Span span = row.span(begin, end);
        if (span.begin < span.end) spans.push_back(span);
    });
}

/// out = (in + color) / 2, halves up.
void blend_one(std::uint8_t* pixels, int count, const Color& color) {
    constexpr int block = 48;  // whole pixels and whole vectors
    std::array<std::uint8_t, block> colors;
    for (int i = 0; i < block; ++i) colors[static_cast<std::size_t>(i)] = color[i % bgr_channels];
    int bytes = count * bgr_channels;
    for (; bytes >= block; bytes -= block, pixels += block) {
        for (int i = 0; i < block; ++i) {
            const int sum = pixels[i] + colors[static_cast<std::size_t>(i)] + 1;
            pixels[i] = static_cast<std::uint8_t>(sum >> 1);
        }
    }
    for (int i = 0; i < bytes; ++i)
        pixels[i] = static_cast<std::uint8_t>((pixels[i] + colors[static_cast<std::size_t>(i)] + 1) >> 1);
}

/// out = in / 2^masks + color / 2, halves up.
void blend_several(std::uint8_t* pixels, int count, const Color& color, std::size_t masks) {
    const auto shift = static_cast<int>(std::min<std::size_t>(masks, 16));
    for (int i = 0; i < count * bgr_channels; ++i) {
        const int doubled = 2 * pixels[i] + ((color[i % bgr_channels] + 1) << shift);
        pixels[i] = static_cast<std::uint8_t>(doubled >> (shift + 1));
    }
}

/// Blends the spans of one row into it. `spans` is reordered, `open` overwritten.
void blend_row(std::uint8_t* row, std::vector<Span>& spans, std::vector<Span>& open) {
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
    open.clear();
    auto next = spans.begin();
    int x = 0;
    while (next != spans.end() || !open.empty()) {
        if (open.empty()) x = next->begin;
        while (next != spans.end() && next->begin == x) open.push_back(*next++);
        int end = next != spans.end() ? next->begin : open.front().end;
        Color highest = *open.front().color;
        for (const Span& span : open) {
            end = std::min(end, span.end);
            for (int c = 0; c < bgr_channels; ++c) highest[c] = std::max(highest[c], (*span.color)[c]);
        }
        std::uint8_t* pixels = row + static_cast<std::ptrdiff_t>(x) * bgr_channels;
        if (open.size() == 1) {
            blend_one(pixels, end - x, highest);
        } else {
            blend_several(pixels, end - x, highest, open.size());
        }
        x = end;
        std::erase_if(open, [x](const Span& span) { return span.end <= x; });
    }
}

}  // namespace

void draw_masks(cv::Mat& picture, std::span<const Mask> masks, std::span<const Color> colors) {
    std::vector<Placement> placements;
    for (std::size_t i = 0; i < masks.size(); ++i) {
        placements.push_back(place(masks[i], {picture.rows, picture.cols}, &colors[i]));
        if (placements.back().part.empty()) placements.pop_back();
    }
    std::vector<Span> spans, open;
    std::vector<std::uint8_t> scratch;
    for (int y = 0; y < picture.rows; ++y) {
        spans.clear();
        for (const Placement& placement : placements) {
            if (y < placement.part.y || y >= placement.part.br().y) continue;
            add_spans(placement, y, scratch, spans);
        }
        blend_row(picture.ptr(y), spans, open);
    }
}

}  // namespace yolo::image
