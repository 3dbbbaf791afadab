// SPDX-License-Identifier: Apache-2.0
#include "data/augment/mosaic.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace yolo::data {

cv::Point draw_mosaic_centre(int imgsz, Random random) {
    const int y = static_cast<int>(random.uniform(imgsz / 2.0, imgsz * 1.5));
    return {static_cast<int>(random.uniform(imgsz / 2.0, imgsz * 1.5)), y};
}

MosaicLayout mosaic_of_four(std::span<const Size> pictures, int imgsz, cv::Point centre) {
    const int side = 2 * imgsz;
    MosaicLayout layout{{side, side}, {}};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto [height, width] = pictures[i];
        const int left = i % 2 == 0 ? centre.x - width : centre.x;
        const int top = i < 2 ? centre.y - height : centre.y;
        const cv::Rect target = cv::Rect(left, top, width, height) & cv::Rect(0, 0, side, side);
        layout.tiles.push_back({target, target - cv::Point(left, top), left, top});
    }
    return layout;
}

MosaicLayout mosaic_of_nine(std::span<const Size> pictures, int imgsz) {
    const int s = imgsz;
    const auto [h0, w0] = pictures[0];
    // The place of the first picture's top left corner, then each beside the one before it.
    std::array<cv::Point, 9> corner;
    Size last;
    for (std::size_t i = 0; i < 9; ++i) {
        const auto [h, w] = pictures[i];
        switch (i) {
            case 0:
                corner[i] = {s, s};
                break;
            case 1:
                corner[i] = {s, s - h};
                break;
            case 2:
                corner[i] = {s + last.width, s - h};
                break;
            case 3:
                corner[i] = {s + w0, s};
                break;
            case 4:
                corner[i] = {s + w0, s + last.height};
                break;
            case 5:
                corner[i] = {s + w0 - w, s + h0};
                break;
            case 6:
                corner[i] = {s + w0 - last.width - w, s + h0};
                break;
            case 7:
                corner[i] = {s - w, s + h0 - h};
                break;
            default:
                corner[i] = {s - w, s + h0 - last.height - h};
                break;
        }
        last = pictures[i];
    }
    const int offset = s / 2;  // from the painted 3 s to the kept 2 s
    const cv::Rect kept(0, 0, 2 * s, 2 * s);
    MosaicLayout layout{{2 * s, 2 * s}, {}};
    for (std::size_t i = 0; i < 9; ++i) {
        const cv::Point at = corner[i] - cv::Point(offset, offset);
        const cv::Rect target = cv::Rect(at.x, at.y, pictures[i].width, pictures[i].height) & kept;
        layout.tiles.push_back({target, target - at, at.x, at.y});
    }
    return layout;
}

void paint_mosaic(std::span<const Sample> samples, const MosaicLayout& layout, const cv::Rect& visible,
                  cv::Mat& canvas) {
    canvas(visible).setTo(cv::Scalar::all(114));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const MosaicTile& tile = layout.tiles[i];
        const cv::Rect target = tile.target & visible;
        if (target.empty()) continue;
        const cv::Point moved = tile.source.tl() - tile.target.tl();
        samples[i].picture(target + moved).copyTo(canvas(target));
    }
}

Instances mosaic_instances(std::span<const Sample> samples, const MosaicLayout& layout, OutlineKind kind) {
    Instances all;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        Instances moved = samples[i].instances;
        shift(moved, static_cast<float>(layout.tiles[i].x), static_cast<float>(layout.tiles[i].y));
        append(all, std::move(moved));
    }
    clip(all, layout.canvas, kind);
    drop_empty(all);
    return all;
}

}  // namespace yolo::data
