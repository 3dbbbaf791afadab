// SPDX-License-Identifier: Apache-2.0
/// \file Counting tracked objects on lines and in areas. Needs no model: any tracker's boxes will do.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <yolo/image.hpp>
#include <yolo/model_info.hpp>
#include <yolo/result.hpp>
#include <yolo/tracker.hpp>

namespace yolo {

/// The point of a box that lies in a region or not.
enum class RegionAnchor {
    bottom,  ///< the middle of its lower side (of rotated boxes: of the upright box around them): the feet
    center
};

/// Where is counted. Two points are a line that objects cross: "in" is to the right of somebody who walks
/// from the first point to the second (over a line drawn from left to right: downwards), "out" is to the
/// left. Three or more are the corners of an area that objects enter ("in") and leave ("out").
struct Region {
    std::string name = {};  ///< unless given, "line1", "area2", ... by its place
    /// Pixels of the frame, or, when none is below 0 or above 1, shares of its width and height.
    std::vector<Point> points = {};
    std::vector<int> classes = {};  ///< whose objects count; empty = all
    RegionAnchor anchor = RegionAnchor::bottom;
    /// How far an anchor must be beyond the edge to count as being there, as a share of the square root of
    /// its box's area, 0 to 1 (at least one pixel, and never so far that a small area could not be entered):
    /// an object that trembles on the edge crosses it once at most.
    double margin = 0.05;

    bool is_line() const { return points.size() == 2; }
};

/// The regions that a text names. "x1,y1,x2,y2" and so on (also in brackets) are the points of one; all else
/// is the name of a YAML file with the key `regions`, a list of {name, points, classes, anchor, margin};
/// classes are numbers, or names of `names`. Throws UsageError that says what is wrong and where (an unknown
/// key with the nearest ones), Error when the file cannot be read.
std::vector<Region> read_regions(const std::string& text, const Names& names = {});

/// Counts since the beginning, of all objects or of those of a class.
struct RegionTally {
    int class_id = -1;  ///< -1: all
    int in = 0;         ///< crossings; an object that comes again counts again
    int out = 0;
    int inside = 0;  ///< areas: objects that are there now
    /// Areas: objects that have been there, however they came: those that appear in the middle of it have
    /// crossed no edge.
    int visits = 0;
};

/// An object in an area.
struct Visitor {
    int track_id = 0;
    int class_id = 0;
    double seconds = 0;  ///< that it has been there
};

/// What a region has counted so far.
struct RegionCounts {
    std::string name;
    std::vector<Point> points = {};  ///< pixels of the last frame
    RegionTally all = {};
    std::vector<RegionTally> classes = {};  ///< those that were counted, by class_id
    std::vector<Visitor> visitors = {};     ///< areas: who is there now, by track_id
    double mean_seconds = 0;                ///< areas: of all visits, those that go on too
    double longest_seconds = 0;

    bool is_line() const { return points.size() == 2; }
};

/// A crossing of a line or of an area's edge in the last frame.
struct Crossing {
    std::size_t region = 0;  ///< place in the list of regions
    int track_id = 0;
    int class_id = 0;
    bool in = true;
};

/// Counts the objects of one stream. Each crossing counts once; an object that is lost and found again under
/// its number is where it was. Its class is the one that it was seen with most often. Who was not seen for
/// more than a second is not in an area any more. Used by one thread at a time; several are independent of
/// each other.
class RegionCounter {
  public:
    /// Throws UsageError for regions that cannot be: points that are not finite, further than 1e7 pixels away
    /// or fewer than two, an area or a line of no extent, a margin out of its range, a name twice.
    explicit RegionCounter(std::vector<Region> regions);
    RegionCounter(RegionCounter&& other) noexcept;
    RegionCounter& operator=(RegionCounter&& other) noexcept;
    ~RegionCounter();

    /// The next frame: its tracks (rows without a number are passed over), its size in pixels ({} when
    /// it is not known and no region is in shares), and when it was taken, in seconds from any beginning. To
    /// be called for frames without tracks too.
    const std::vector<RegionCounts>& update(const Tracks& tracks, Size frame, double seconds);
    /// The same of a tracked result.
    const std::vector<RegionCounts>& update(const Result& result, double seconds);

    /// In the order of the regions.
    const std::vector<RegionCounts>& counts() const;
    /// Of the last frame.
    const std::vector<Crossing>& crossings() const;
    /// Names of regions of which no part lies in the last frame.
    std::vector<std::string> outside() const;
    /// Forgets everything but the regions.
    void reset();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace yolo
