// SPDX-License-Identifier: Apache-2.0
/// \file The public RegionCounter.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <span>

#include <yolo/counter.hpp>

#include "core/rim.hpp"
#include "image/box_forms.hpp"
#include "track/region_check.hpp"
#include "track/region_geometry.hpp"

namespace yolo {

namespace {

using track::Place;

constexpr double patience = 1;  // seconds after which who is not seen is not in an area
/// Objects out of sight whose places are remembered, the latest.
constexpr std::size_t remembered = 4096;

/// An object as one frame has it.
struct Seen {
    int track_id, class_id;
    image::Box4 corners;  ///< upright

    double scale() const {
        const double area =
            static_cast<double>(corners[2] - corners[0]) * static_cast<double>(corners[3] - corners[1]);
        return std::sqrt(std::max(area, 0.0));
    }
    Place place(RegionAnchor anchor) const {
        const auto [x1, y1, x2, y2] = corners;
        const Place low((static_cast<double>(x1) + static_cast<double>(x2)) / 2, static_cast<double>(y2));
        return anchor == RegionAnchor::bottom
                   ? low
                   : Place(low.x, (static_cast<double>(y1) + static_cast<double>(y2)) / 2);
    }
    bool is_finite() const {
        return std::all_of(corners.begin(), corners.end(), [](float value) { return std::isfinite(value); });
    }
};

Seen seen(const Box& box) {
    return {box.track_id, box.class_id, {box.x1, box.y1, box.x2, box.y2}};
}

Seen seen(const RotatedBox& box) {
    const auto corners = box.corners();
    const auto [left, right] = std::ranges::minmax(corners, {}, &Point::x);
    const auto [top, bottom] = std::ranges::minmax(corners, {}, &Point::y);
    return {box.track_id, box.class_id, {left.x, top.y, right.x, bottom.y}};
}

std::vector<Point> in_pixels(const Region& region, Size frame) {
    std::vector<Point> points = region.points;
    if (!track::are_shares(points)) return points;
    for (Point& point : points) {
        point.x *= static_cast<float>(frame.width);
        point.y *= static_cast<float>(frame.height);
    }
    return points;
}

/// The widest margin that leaves room on both sides of an edge: half of the way from a line's middle to the
/// border of the picture, where boxes end, and a quarter of an area's width.
double widest_margin(std::span<const Point> points, Size frame) {
    if (points.size() > 2) return track::area_of(points) / track::length_of_edge(points) / 2;
    if (frame.width <= 0) return std::numeric_limits<double>::infinity();
    const double x = (static_cast<double>(points[0].x) + static_cast<double>(points[1].x)) / 2;
    const double y = (static_cast<double>(points[0].y) + static_cast<double>(points[1].y)) / 2;
    return std::max(0.0, std::min({x, frame.width - x, y, frame.height - y}) / 2);
}

/// Boxes end where the picture does: who stands there is inside of an area that reaches it, also of one whose
/// corners are pixels, the last of them.
Place within(Place place, Size frame) {
    constexpr double rim = 1.5;
    if (frame.width <= 2 * rim || frame.height <= 2 * rim) return place;
    return {std::clamp(place.x, rim, frame.width - rim), std::clamp(place.y, rim, frame.height - rim)};
}

}  // namespace

class RegionCounter::Impl {
  public:
    explicit Impl(std::vector<Region> regions) : regions_(track::checked_regions(std::move(regions))) {
        reset();
    }

    void reset() {
        counts_.clear();
        for (const Region& region : regions_)
            counts_.push_back({.name = region.name, .points = region.points});
        widest_.assign(regions_.size(), 0);
        edges_.assign(regions_.size(), {});
        tallies_.assign(regions_.size(), {});
        total_seconds_.assign(regions_.size(), 0);
        crossings_.clear();
        objects_.clear();
        recent_.clear();
        frame_ = {};
        number_ = 0;
        now_ = 0;
    }

    template <class Boxes, class Rotated>
    void update(const Boxes& boxes, const Rotated& rotated, Size frame, double seconds) {
        ++number_;
        if (std::isfinite(seconds) && (number_ == 1 || seconds > now_)) now_ = seconds;
        if (number_ == 1 || !(frame == frame_)) resize(frame);
        crossings_.clear();
        for (const auto& box : boxes) take(seen(box));
        for (const auto& box : rotated) take(seen(box));
        forget();
        for (std::size_t i = 0; i < regions_.size(); ++i) settle(i);
    }

    const std::vector<RegionCounts>& counts() const { return counts_; }
    const std::vector<Crossing>& crossings() const { return crossings_; }

    std::vector<std::string> outside() const {
        std::vector<std::string> names;
        for (const RegionCounts& region : counts_) {
            if (number_ > 0 && !track::touches(region.points, frame_)) names.push_back(region.name);
        }
        return names;
    }

  private:
    /// What a region remembers of an object.
    struct Memory {
        /// Where it is for sure: lines: -1 left, 1 right, 0 not known yet; areas: -1 outside, 1 inside.
        int side = 0;
        bool was_out = false;  ///< areas: in the last frame, for sure
        /// Lines: its last place that lies on a side (areas: its last one), and how often its way led through
        /// the line since it was on `side` for sure, to the right less to the left.
        Place last = {0, 0};
        int passed = 0;
        bool visits = false;  ///< areas: it is counted as a visit
        double begin = 0;     ///< when that began
        double seconds = 0;   ///< that it took so far
    };

    struct Object {
        std::map<int, int> votes = {};  ///< frames by class
        int class_id = 0;               ///< with the most votes
        int most = 0;
        double last_seen = 0;  ///< seconds
        long long last_frame = 0;
        std::vector<Memory> regions = {};
    };

    void resize(Size frame) {
        frame_ = frame;
        for (std::size_t i = 0; i < regions_.size(); ++i) {
            counts_[i].points = in_pixels(regions_[i], frame);
            widest_[i] = widest_margin(counts_[i].points, frame);
            edges_[i] = track::crossable_edges(counts_[i].points, frame);
        }
        // Places of before mean nothing in the new pixels: nobody crosses because the picture changes.
        for (auto& [id, object] : objects_) {
            for (Memory& memory : object.regions) {
                memory.side = memory.passed = 0;
                memory.was_out = false;
            }
        }
    }

    void take(const Seen& seen) {
        if (seen.track_id < 1 || !seen.is_finite()) return;
        Object& object = objects_[seen.track_id];
        if (object.last_frame == number_) return;  // a number twice in a frame
        object.regions.resize(regions_.size());
        if (const int votes = ++object.votes[seen.class_id]; votes > object.most) {
            object.class_id = seen.class_id;
            object.most = votes;
        }
        for (std::size_t i = 0; i < regions_.size(); ++i) {
            const Place place = seen.place(regions_[i].anchor);
            const double margin = std::min(std::max(1.0, regions_[i].margin * seen.scale()), widest_[i]);
            if (regions_[i].is_line())
                follow_line(i, seen.track_id, object, place, margin);
            else
                follow_area(i, seen.track_id, object, place, margin);
        }
        object.last_frame = number_;
        object.last_seen = now_;
        recent_.insert(seen.track_id);
    }

    void follow_line(std::size_t region, int track_id, Object& object, Place place, double margin) {
        Memory& memory = object.regions[region];
        const Place from(counts_[region].points[0]), to(counts_[region].points[1]);
        const double distance = track::signed_distance(from, to, place);
        if (distance == 0) return;  // on neither side
        const int side = distance > 0 ? 1 : -1;
        if (memory.side == 0) {
            memory.side = side;
        } else {
            const int before = track::signed_distance(from, to, memory.last) > 0 ? 1 : -1;
            if (side != before && track::passes_between(from, to, memory.last, place)) memory.passed += side;
        }
        memory.last = place;
        if (std::abs(distance) < margin) return;
        if (side != memory.side && memory.passed == side) count(region, track_id, object, side > 0);
        memory.side = side;
        memory.passed = 0;
    }

    void follow_area(std::size_t region, int track_id, Object& object, Place place, double margin) {
        Memory& memory = object.regions[region];
        place = within(place, frame_);
        const int side = track::lies_inside(counts_[region].points, place) ? 1 : -1;
        const bool sure = track::edge_distance(edges_[region], place) >= margin;
        if (memory.side == 0) {
            memory.side = side;
            memory.visits = memory.visits && side > 0;
        } else if (side != memory.side && sure) {
            memory.side = side;
            count(region, track_id, object, side > 0);
            memory.visits = false;
        } else if (memory.was_out && side < 0 && sure &&
                   track::way_inside(counts_[region].points, memory.last, place) > 2 * margin) {
            // From one frame to the next it went through: a narrow area, a fast object.
            count(region, track_id, object, true);
            visit(region, object);
            count(region, track_id, object, false);
        }
        memory.last = place;
        memory.was_out = side < 0 && memory.side < 0 && sure;
        if (memory.side < 0 || !is_counted(region, object)) return;
        if (!memory.visits) {
            memory.visits = true;
            memory.begin = now_;
            memory.seconds = 0;
            visit(region, object);
        }
        total_seconds_[region] += now_ - memory.begin - memory.seconds;
        memory.seconds = now_ - memory.begin;
        counts_[region].longest_seconds = std::max(counts_[region].longest_seconds, memory.seconds);
    }

    void visit(std::size_t region, const Object& object) {
        if (!is_counted(region, object)) return;
        ++tally(region, object.class_id).visits;
        ++counts_[region].all.visits;
    }

    bool is_counted(std::size_t region, const Object& object) const {
        const std::vector<int>& classes = regions_[region].classes;
        return classes.empty() || std::find(classes.begin(), classes.end(), object.class_id) != classes.end();
    }

    RegionTally& tally(std::size_t region, int class_id) {
        return tallies_[region].try_emplace(class_id, RegionTally{.class_id = class_id}).first->second;
    }

    void count(std::size_t region, int track_id, const Object& object, bool in) {
        if (!is_counted(region, object)) return;
        RegionTally& of_class = tally(region, object.class_id);
        RegionTally& all = counts_[region].all;
        ++(in ? of_class.in : of_class.out);
        ++(in ? all.in : all.out);
        crossings_.push_back({region, track_id, object.class_id, in});
    }

    /// Bounds what is remembered: a stream never ends.
    void forget() {
        std::erase_if(recent_, [this](int id) { return now_ - objects_.at(id).last_seen > patience; });
        if (objects_.size() <= 2 * remembered) return;
        std::vector<long long> frames;
        for (const auto& [id, object] : objects_) frames.push_back(object.last_frame);
        const auto kept = frames.end() - static_cast<std::ptrdiff_t>(remembered);
        std::nth_element(frames.begin(), kept, frames.end());
        const long long oldest = std::min(*kept, number_);
        std::erase_if(objects_, [&](const auto& item) {
            return item.second.last_frame < oldest && !recent_.contains(item.first);
        });
    }

    /// Who is there, and what follows from it.
    void settle(std::size_t region) {
        RegionCounts& counts = counts_[region];
        counts.visitors.clear();
        for (auto& [class_id, of_class] : tallies_[region]) of_class.inside = 0;
        for (const int id : recent_) {
            const Object& object = objects_.at(id);
            const Memory& memory = object.regions[region];
            if (!memory.visits || memory.side < 0) continue;
            if (regions_[region].is_line() || !is_counted(region, object)) continue;
            counts.visitors.push_back({id, object.class_id, memory.seconds});
            ++tally(region, object.class_id).inside;
        }
        counts.all.inside = static_cast<int>(counts.visitors.size());
        if (counts.all.visits > 0) counts.mean_seconds = total_seconds_[region] / counts.all.visits;
        counts.classes.clear();
        for (const auto& [class_id, of_class] : tallies_[region]) counts.classes.push_back(of_class);
    }

    const std::vector<Region> regions_;
    std::vector<RegionCounts> counts_;
    std::vector<double> widest_;                   ///< margin, by region
    std::vector<std::vector<track::Edge>> edges_;  ///< of areas that can be crossed, by region
    std::vector<std::map<int, RegionTally>> tallies_;
    std::vector<double> total_seconds_;
    std::vector<Crossing> crossings_;
    std::map<int, Object> objects_;  ///< by number
    std::set<int> recent_;           ///< numbers of those that were seen within the patience
    Size frame_;
    long long number_ = 0;  ///< of the frame
    double now_ = 0;
};

RegionCounter::RegionCounter(std::vector<Region> regions) try
    : impl_(std::make_unique<Impl>(std::move(regions))) {
} catch (...) {
    rethrow_as_error();
}
RegionCounter::RegionCounter(RegionCounter&& other) noexcept = default;
RegionCounter& RegionCounter::operator=(RegionCounter&& other) noexcept = default;
RegionCounter::~RegionCounter() = default;

const std::vector<RegionCounts>& RegionCounter::update(const Tracks& tracks, Size frame, double seconds) try {
    impl_->update(tracks.boxes, tracks.obb, frame, seconds);
    return impl_->counts();
} catch (...) {
    rethrow_as_error();
}

const std::vector<RegionCounts>& RegionCounter::update(const Result& result, double seconds) try {
    impl_->update(result.boxes, result.obb, result.orig_shape, seconds);
    return impl_->counts();
} catch (...) {
    rethrow_as_error();
}

const std::vector<RegionCounts>& RegionCounter::counts() const {
    return impl_->counts();
}

const std::vector<Crossing>& RegionCounter::crossings() const {
    return impl_->crossings();
}

std::vector<std::string> RegionCounter::outside() const {
    return impl_->outside();
}

void RegionCounter::reset() {
    impl_->reset();
}

}  // namespace yolo
