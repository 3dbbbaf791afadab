// SPDX-License-Identifier: Apache-2.0
/// \file Several pictures on one canvas (Bochkovskiy et al., arXiv:2004.10934).
#pragma once

#include <span>
#include <vector>

#include <opencv2/core/types.hpp>

#include "data/augment/instances.hpp"
#include "data/random.hpp"
#include "data/sample.hpp"

namespace yolo::data {

/// Where a picture lands: the part `source` of it at `target` of the canvas; labels move by (x, y).
struct MosaicTile {
    cv::Rect target, source;
    int x = 0, y = 0;
};

/// Sides of the canvas are 2 * imgsz; the pictures' are at most imgsz.
struct MosaicLayout {
    Size canvas;
    std::vector<MosaicTile> tiles;  ///< one for each picture; later ones lie over earlier ones
};

/// The point at which four pictures meet: each coordinate in imgsz / 2 .. 3 * imgsz / 2, y drawn first.
cv::Point draw_mosaic_centre(int imgsz, Random random);

/// Four pictures around a point: top left, top right, bottom left, bottom right.
MosaicLayout mosaic_of_four(std::span<const Size> pictures, int imgsz, cv::Point centre);
/// Nine pictures in a spiral from the middle; the middle 2 * imgsz of their 3 * imgsz are the canvas.
MosaicLayout mosaic_of_nine(std::span<const Size> pictures, int imgsz);

/// Paints the part `visible` of the canvas, which has its size and type already. What no picture covers is
/// 114.
void paint_mosaic(std::span<const Sample> samples, const MosaicLayout& layout, const cv::Rect& visible,
                  cv::Mat& canvas);
/// The objects of all pictures, limited to the canvas.
Instances mosaic_instances(std::span<const Sample> samples, const MosaicLayout& layout, OutlineKind kind);

}  // namespace yolo::data
