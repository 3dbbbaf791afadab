// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <yolo/image.hpp>
#include <yolo/model_info.hpp>

namespace yolo {

struct Point {
    float x = 0;
    float y = 0;
};

/// An upright box in pixels of the original picture, corners (x1, y1) top left and (x2, y2) bottom right.
struct Box {
    float x1 = 0, y1 = 0, x2 = 0, y2 = 0;
    float confidence = 0;  ///< 0..1
    int class_id = 0;
    int track_id = -1;  ///< 1, 2, ... when tracked, else -1
};

/// A rotated box in pixels of the original picture: centre, sides, and the angle of the side `width` in
/// radians.
struct RotatedBox {
    float cx = 0, cy = 0, width = 0, height = 0;
    float angle = 0;  ///< radians, in [-pi/4, 3 pi/4)
    float confidence = 0;
    int class_id = 0;
    int track_id = -1;

    /// Corners c+v1+v2, c+v1-v2, c-v1-v2, c-v1+v2 with v1 = width/2 (cos, sin), v2 = height/2 (-sin, cos).
    std::array<Point, 4> corners() const;
};

/// A binary mask (height, width), values 0 and 1. Its size is that of the network input (after letterbox), or
/// that of the original picture with retina_masks.
struct Mask {
    int height = 0;
    int width = 0;
    std::vector<std::uint8_t> data;
};

struct Keypoint {
    float x = 0, y = 0;    ///< pixels of the original picture
    float confidence = 1;  ///< visibility 0..1; 1 when the model gives none (Result::keypoint_values == 2)
};

/// Milliseconds per image.
struct Speed {
    double preprocess = 0, inference = 0, postprocess = 0;
    /// Live sources: from the moment when the frame was received until its result was there, with all waiting
    /// between. 0 for files.
    double latency = 0;
};

/// How a summary writes its numbers.
struct SummaryOptions {
    bool normalize = false;  ///< coordinates divided by the picture's width and height
    int decimals = 5;
};

/// What the colours of boxes, labels and masks tell.
enum class ColorMode {
    by_class,     ///< the same colour for everything of a class, in every picture
    by_instance,  ///< neighbours have different colours, tracked objects keep theirs; keypoints and limbs too
    automatic     ///< by_instance for tracked results, else by_class
};

/// What is drawn by Result::plot, and how. Lengths are pixels of the original picture, 0 to 1000.
struct PlotOptions {
    bool boxes = true;       ///< outlines with their labels; masks, keypoints and a classifier's text stay
    bool labels = true;      ///< names of classes, and numbers of tracks
    bool confidence = true;  ///< two decimals, behind the name or alone
    bool masks = true;
    int line_width = 0;  ///< of boxes and limbs, and with it the size of letters; 0 = by the picture's size
    ColorMode color_mode = ColorMode::automatic;
    int font_size = 0;     ///< height of a line of letters; 0 = by line_width, or by the picture's size
    int kpt_radius = 5;    ///< of the disc of a keypoint; 0 = no discs
    bool kpt_line = true;  ///< limbs between the keypoints of a person (17 points)
};

/// What a model found in one picture. Coordinates are pixels of the original picture.
class Result {
  public:
    Task task = Task::detect;
    std::string path;  ///< where the picture came from
    int stream = 0;    ///< which of several live sources, from 0
    int frame = 0;     ///< its number within its video or stream, from 1; 0: a picture
    /// When the frame was taken: within its video; live, by the clock since the stream's first frame; of the
    /// pictures of a folder each counts as a second. What RegionCounter::update and Detections::seconds need.
    double seconds = 0;
    Names names;       ///< of the classes
    Size orig_shape;   ///< of the original picture
    Size input_shape;  ///< of the network input (after letterbox)
    Image image;       ///< the original picture, BGR
    Speed speed;

    std::vector<Box> boxes;   ///< detect, segment, pose: highest confidence first, tracked: by tracker
    std::vector<Mask> masks;  ///< segment: one per box
    std::vector<std::vector<Keypoint>> keypoints;  ///< pose: one list per box
    int keypoint_values = 3;                       ///< pose: 3 = x, y, visibility; 2 = x, y
    std::vector<RotatedBox> obb;                   ///< obb: in the same order
    std::vector<float> probs;                      ///< classify: one probability per class
    std::vector<float> embedding;                  ///< embed=: the pooled features, all else is empty

    std::size_t size() const;                     ///< number of detections; classify: of classes
    const std::string& name(int class_id) const;  ///< the class's name

    /// classify: indices of the k most probable classes, highest first; ties by lower index.
    std::vector<int> top(int k) const;

    /// segment: the outline of mask i in pixels of the original picture; several contours are joined into one
    /// polygon.
    std::vector<Point> polygon(std::size_t i) const;

    /// "2 persons, 1 bus, " or "(no detections), "; classify: the five best "name 0.34, ".
    std::string verbose() const;

    /// A JSON array with one object per detection, no blanks, UTF-8 (docs/results.md).
    std::string to_json(const SummaryOptions& options = {}) const;
    /// The same as CSV: a header row, then one row per detection.
    std::string to_csv(const SummaryOptions& options = {}) const;
    /// Label lines, normalised to 0..1, as save_txt writes them.
    std::vector<std::string> label_lines(bool with_confidence = false) const;

    /// Appends label_lines to a file, which is made if there is something to write. Throws Error if it cannot
    /// be written.
    void save_txt(const std::string& path, bool with_confidence = false) const;
    /// Writes each detection's cut-out as DIR/CLASS/STEM.jpg, numbered -2, -3 ... where the name is taken.
    void save_crop(const std::string& directory, const std::string& stem) const;
    /// The original picture with everything that was found drawn on it. Throws UsageError for a length that
    /// is not possible, Error when the result was made without its picture.
    Image plot(const PlotOptions& options = {}) const;
    /// plot() written to a file; the suffix says the format (.jpg, .png, ...).
    void save(const std::string& path, const PlotOptions& options = {}) const;
};

}  // namespace yolo
