// SPDX-License-Identifier: Apache-2.0
#include "metrics/run_length.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/core.h>
#include <opencv2/core.hpp>

#include <yolo/error.hpp>

#include "metrics/run_writer.hpp"

namespace yolo::metrics {

namespace {

/// The rectangle of a mask outside of which nothing is set; empty when nothing is.
cv::Rect used_part(const cv::Mat& mask) {
    int top = 0, bottom = mask.rows, left = mask.cols, right = 0;
    const auto used = [](std::uint8_t pixel) { return pixel != 0; };
    const auto row_used = [&](int y) {
        const std::uint8_t* row = mask.ptr(y);
        return std::any_of(row, row + mask.cols, used);
    };
    while (top < bottom && !row_used(top)) ++top;
    while (bottom > top && !row_used(bottom - 1)) --bottom;
    for (int y = top; y < bottom; ++y) {
        const std::uint8_t* row = mask.ptr(y);
        left = std::min(left, static_cast<int>(std::find_if(row, row + left, used) - row));
        int end = mask.cols;
        while (end > right && !used(row[end - 1])) --end;
        right = end;
    }
    return left < right ? cv::Rect(left, top, right - left, bottom - top) : cv::Rect();
}

/// Walks two coded masks run by run and calls visit(first set, second set, length).
template <class Visit>
void walk(const RunLength& first, const RunLength& second, Visit&& visit) {
    std::size_t i = 0, j = 0;
    std::uint32_t left = first.counts.empty() ? 0 : first.counts[0];
    std::uint32_t right = second.counts.empty() ? 0 : second.counts[0];
    while (i < first.counts.size() && j < second.counts.size()) {
        const std::uint32_t length = std::min(left, right);
        visit(i % 2 == 1, j % 2 == 1, length);
        left -= length;
        right -= length;
        if (left == 0 && ++i < first.counts.size()) left = first.counts[i];
        if (right == 0 && ++j < second.counts.size()) right = second.counts[j];
    }
}

void require_same_size(const RunLength& first, const RunLength& second) {
    if (first.height == second.height && first.width == second.width) return;
    throw Error(fmt::format("coded masks of {}x{} and {}x{} pixels cannot be compared: give both one size",
                            first.width, first.height, second.width, second.height));
}

}  // namespace

RunLength encode_mask(const Mask& mask) {
    RunLength runs{mask.height, mask.width};
    RunWriter writer(runs);
    const cv::Mat pixels(mask.height, mask.width, CV_8U, const_cast<std::uint8_t*>(mask.data.data()));
    const cv::Rect part = used_part(pixels);
    cv::Mat columns;  // one row for each column of the part
    if (!part.empty()) cv::transpose(pixels(part), columns);
    writer.add(false, static_cast<std::int64_t>(part.x) * mask.height);
    for (int x = 0; x < columns.rows; ++x) {
        const std::uint8_t* at = columns.ptr(x);
        const std::uint8_t* const end = at + columns.cols;
        writer.add(false, part.y);
        while (at < end) {
            const bool set = *at != 0;
            const std::uint8_t* next = std::find_if(at, end, [&](std::uint8_t p) { return (p != 0) != set; });
            writer.add(set, next - at);
            at = next;
        }
        writer.add(false, mask.height - part.y - part.height);
    }
    writer.add(false, static_cast<std::int64_t>(mask.width - part.x - part.width) * mask.height);
    writer.finish();
    return runs;
}

RunLength merge(std::span<const RunLength> masks) {
    if (masks.empty()) return {};
    RunLength all = masks[0];
    for (const RunLength& mask : masks.subspan(1)) {
        require_same_size(all, mask);
        RunLength united{all.height, all.width};
        RunWriter writer(united);
        walk(all, mask, [&](bool first, bool second, std::uint32_t n) { writer.add(first || second, n); });
        writer.finish();
        all = std::move(united);
    }
    return all;
}

std::int64_t area(const RunLength& runs) {
    std::int64_t sum = 0;
    for (std::size_t i = 1; i < runs.counts.size(); i += 2) sum += runs.counts[i];
    return sum;
}

std::array<double, 4> extent(const RunLength& runs) {
    std::int64_t left = runs.width, right = -1, top = runs.height, bottom = -1;
    std::int64_t pixel = 0;
    for (std::size_t i = 0; i < runs.counts.size(); ++i) {
        const std::int64_t begin = pixel, last = pixel + runs.counts[i] - 1;
        pixel += runs.counts[i];
        if (i % 2 == 0 || last < begin) continue;
        const std::int64_t first_column = begin / runs.height, last_column = last / runs.height;
        left = std::min(left, first_column);
        right = std::max(right, last_column);
        // A run that goes on in the next column touches the lower and the upper edge.
        top = first_column < last_column ? 0 : std::min(top, begin % runs.height);
        bottom = first_column < last_column ? runs.height - 1 : std::max(bottom, last % runs.height);
    }
    if (right < 0) return {};
    return {static_cast<double>(left), static_cast<double>(top), static_cast<double>(right - left + 1),
            static_cast<double>(bottom - top + 1)};
}

std::int64_t intersection(const RunLength& first, const RunLength& second) {
    require_same_size(first, second);
    std::int64_t common = 0;
    walk(first, second, [&](bool a, bool b, std::uint32_t length) { common += a && b ? length : 0; });
    return common;
}

}  // namespace yolo::metrics
