// SPDX-License-Identifier: Apache-2.0
/// \file Drawing of detections into a BGR picture, in place. Coordinates are pixels of the picture; what lies
/// outside is cut off. Every function may be called from several threads for different pictures.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/result.hpp>

namespace yolo::image {

using Color = cv::Vec3b;  ///< blue, green, red

/// The colour of a class: twenty colours, repeating.
Color class_color(int class_id);
/// The colours of the tracked objects of one stream: each has that of its number or, where another one in
/// the picture has one like it, the next that nobody confuses with those of the others, as far as there are
/// such; while no more objects are in a picture than there are colours, no two have the same. It is kept for
/// as long as the object is seen, and longer unless the picture needs it for another one.
class TrackColors {
  public:
    /// The numbers of the next frame, in any order; those below 0 are none.
    void update(const std::vector<int>& ids);
    /// Of a number of the last frame, else that of the number alone.
    Color of(int track_id) const;

  private:
    struct Held {
        int color = 0;  ///< place in the palette
        int frame = 0;  ///< in which it was seen last
    };

    int frame_ = 0;
    std::map<int, Held> held_;  ///< by number
};

/// The numbers of a result's boxes; -1 for those that are not tracked.
std::vector<int> track_ids(const Result& result);

/// The colour of each of a result's boxes (rotated ones where it has them): that of its class, or, by
/// instance, the twenty in turn, past those that look like a neighbour's. By instance tracked objects have
/// those of `tracks`; without it, the colours that the frame would have as the first of its stream. A mode
/// that is automatic counts as by class.
std::vector<Color> object_colors(const Result& result, ColorMode mode, const TrackColors* tracks = nullptr);
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

/// How keypoints are drawn.
struct KeypointStyle {
    int line_width = 2;  ///< of boxes: limbs have half of it, rounded up
    int radius = 5;      ///< of discs; 0 = none
    bool limbs = true;
    std::optional<Color> color = {};  ///< of all points and limbs; unless given, each has its own
};

/// Discs, and the limbs of a skeleton when there are 17 points (COCO's person). Points of a visibility below
/// 0.25 are left out, or, when the model gives none (`has_visibility` false), points at the origin.
void draw_keypoints(cv::Mat& picture, std::span<const Keypoint> keypoints, bool has_visibility,
                    const KeypointStyle& style);

/// How text is set in a picture.
struct Lettering {
    bool typeset = false;     ///< DejaVu Sans through the plug-in yolo_text, else OpenCV's Hershey strokes
    int font_pixels = 12;     ///< typeset: the size of the font
    double stroke_scale = 1;  ///< Hershey: the scale and the thickness
    int stroke_width = 1;
};

/// `typeset` asks for the plug-in; without it Hershey strokes are used, which show '?' for what is not ASCII.
/// `wanted_line_width` as in line_width(); `font_pixels` above 0 decides the size alone.
Lettering lettering(Size picture, int wanted_line_width, bool typeset, int font_pixels = 0);

/// Text of one line that is set, but has no place yet.
struct SetText {
    cv::Size size;        ///< of its rectangle
    cv::Mat coverage;     ///< typeset: (height, width) uint8, 0..255
    std::string strokes;  ///< else: ASCII
    Lettering lettering = {};
};

/// A typeset line longer than `most_pixels` ends with an ellipsis.
SetText set_text(const std::string& text, const Lettering& lettering, int most_pixels);
/// Where a label stands by itself: above the anchor, or below where there is no room above; moved left and up
/// when it would leave the picture.
cv::Rect label_place(cv::Size picture, cv::Point anchor, cv::Size label);
/// On a filled rectangle whose top left corner is given.
void draw_text(cv::Mat& picture, const SetText& text, cv::Point corner, const Color& color);

/// Text on a filled rectangle that stands on the anchor, or hangs from it where there is no room above; moved
/// left and up when it would leave the picture.
void draw_label(cv::Mat& picture, cv::Point anchor, const std::string& text, const Color& color,
                const Lettering& lettering);

/// Lines of white text on a gray rectangle at 3 % of the picture's height from its top and left edge, or
/// further left where the lines are long: those that fit into the picture, and one at least.
void draw_text_block(cv::Mat& picture, const std::vector<std::string>& lines, const Lettering& lettering);

/// The pixel of a box's corner at which its label stands, inside the picture.
cv::Point label_anchor(const Box& box, Size picture);
cv::Point label_anchor(const RotatedBox& box, Size picture);
/// The pixels of the picture that a box covers with an outline of that width; of rotated ones, those of the
/// upright rectangle around it.
cv::Rect covered_pixels(const Box& box, Size picture, int line_width);
cv::Rect covered_pixels(const RotatedBox& box, Size picture, int line_width);

bool is_ascii(const std::string& text);
/// With blanks for control characters, which would break a line.
std::string one_line(std::string text);

}  // namespace yolo::image
