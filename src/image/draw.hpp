// SPDX-License-Identifier: Apache-2.0
/// \file Drawing of detections into a BGR picture, in place. Coordinates are pixels of the picture; what lies
/// outside is cut off. Every function may be called from several threads for different pictures.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/result.hpp>

namespace yolo::image {

using Color = cv::Vec3b;  ///< blue, green, red

/// The colour of a class: twenty colours, repeating.
Color class_color(int class_id);
/// Dark blue or white, whichever reads better on a box of that colour.
Color text_color(const Color& box);

/// `wanted` when above 0, else by the size of the picture, at least 2.
int line_width(Size picture, int wanted);

/// The outline of a box, `width` pixels wide, square corners.
void draw_box(cv::Mat& picture, const Box& box, const Color& color, int width);
void draw_box(cv::Mat& picture, const RotatedBox& box, const Color& color, int width);

/// Half-transparent regions: out = picture * 0.5^k + 0.5 * max(colours) where k masks cover a pixel. Masks
/// have the size of the picture or of the letterboxed network input, whose margins are cut off.
void draw_masks(cv::Mat& picture, std::span<const Mask> masks, std::span<const Color> colors);

/// Discs, and the limbs of a skeleton when there are 17 points (COCO's person). Points of a visibility below
/// 0.25 are left out, or, when the model gives none (`has_visibility` false), points at the origin.
void draw_keypoints(cv::Mat& picture, std::span<const Keypoint> keypoints, bool has_visibility, int width);

/// How text is set in a picture.
struct Lettering {
    bool typeset = false;     ///< DejaVu Sans through the plug-in yolo_text, else OpenCV's Hershey strokes
    int font_pixels = 12;     ///< typeset: the size of the font
    double stroke_scale = 1;  ///< Hershey: the scale and the thickness
    int stroke_width = 1;
};

/// `typeset` asks for the plug-in; without it Hershey strokes are used, which show '?' for what is not ASCII.
/// `wanted_line_width` as in line_width().
Lettering lettering(Size picture, int wanted_line_width, bool typeset);

/// Text on a filled rectangle that stands on the anchor, or hangs from it where there is no room above; moved
/// left when it would leave the picture.
void draw_label(cv::Mat& picture, cv::Point anchor, const std::string& text, const Color& color,
                const Lettering& lettering);

/// Lines of white text on a gray rectangle at 3 % of the picture's height from its top and left edge.
void draw_text_block(cv::Mat& picture, const std::vector<std::string>& lines, const Lettering& lettering);

/// The pixel of a box's corner at which its label stands, inside the picture.
cv::Point label_anchor(const Box& box, Size picture);
cv::Point label_anchor(const RotatedBox& box, Size picture);

bool is_ascii(const std::string& text);

}  // namespace yolo::image
