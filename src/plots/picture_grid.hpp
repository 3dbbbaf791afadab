// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/result.hpp>

#include "core/tensor.hpp"

namespace yolo::plots {

/// One picture of a grid.
struct GridPicture {
    cv::Mat picture = {};   ///< (h, w, 3) uint8 BGR, as it goes into the network
    std::string name = {};  ///< of the file, shown in the corner
    Result found = {};      ///< boxes, keypoints, obb in pixels of `picture`; classify: see `texts`
    /// Of object i of `found`, over `picture`; made one at a time, when they are drawn: all masks of a crowd
    /// at once would take gigabytes.
    std::function<Mask(std::size_t i)> mask = {};
    /// A text for each box: the class, with its confidence where it was predicted. Classify: one text, shown
    /// in the corner in the colour of class `text_class`.
    std::vector<std::string> texts = {};
    int text_class = 0;
};

/// How the cells of a grid are laid out.
struct GridLayout {
    int columns = 1;  ///< and rows
    cv::Size cell;
    double scale = 1;  ///< cell pixels per picture pixel
    int font_pixels = 18;
    int line_width = 2;
};

/// Up to 16 pictures of equal size, laid in columns, each filled from above.
class PictureGrid {
  public:
    /// `count` pictures, of which the first 16 have a place. Lengths of `plot` are pixels of the grid; its
    /// labels and confidences are those that have a text.
    PictureGrid(int count, cv::Size picture, const PlotOptions& plot = {});

    int places() const { return count_; }
    /// Draws a picture into its place, of 0 .. places() - 1; several threads may draw at different places.
    void draw(int place, const GridPicture& item);
    /// As JPEG.
    void write(const std::filesystem::path& file) const;

  private:
    int count_;
    PlotOptions plot_;
    GridLayout layout_;
    cv::Mat grid_;
};

}  // namespace yolo::plots
