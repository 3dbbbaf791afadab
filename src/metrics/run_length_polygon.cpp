// SPDX-License-Identifier: Apache-2.0
/// \file COCO's way of filling a polygon: its outline is traced on a grid five times as fine as the pixels;
/// where it crosses the middle of a column of pixels, the column's pixels change from outside to inside or
/// back. Crossings, sorted along the columns, are the ends of the runs.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "metrics/run_length.hpp"
#include "metrics/run_writer.hpp"

namespace yolo::metrics {

namespace {

constexpr double fineness = 5;

struct GridPoint {
    int x = 0, y = 0;
};

int to_grid(double coordinate) {
    return static_cast<int>(fineness * coordinate + 0.5);
}

/// Appends the points from one corner to the next, both included. Each line is computed from its left (or
/// upper) end, so that two polygons that share an edge share its points.
void trace(const GridPoint& from, const GridPoint& to, std::vector<GridPoint>& outline) {
    const int across = std::abs(to.x - from.x), down = std::abs(to.y - from.y);
    const bool flat = across >= down;
    const int steps = std::max(across, down);
    const bool backwards = flat ? from.x > to.x : from.y > to.y;
    const GridPoint& begin = backwards ? to : from;
    const GridPoint& end = backwards ? from : to;
    const double rise = flat ? end.y - begin.y : end.x - begin.x;
    const double slope = steps == 0 ? 0 : rise / steps;
    for (int i = 0; i <= steps; ++i) {
        const int step = backwards ? steps - i : i;
        const auto aside = static_cast<int>((flat ? begin.y : begin.x) + slope * step + 0.5);
        outline.push_back(flat ? GridPoint{begin.x + step, aside} : GridPoint{aside, begin.y + step});
    }
}

double to_pixels(int grid) {
    return (grid + 0.5) / fineness - 0.5;
}

/// The pixels, counted along the columns, before which an outline crosses.
std::vector<std::int64_t> crossings(const std::vector<GridPoint>& outline, Size size) {
    std::vector<std::int64_t> places;
    for (std::size_t i = 1; i < outline.size(); ++i) {
        const GridPoint& before = outline[i - 1];
        const GridPoint& here = outline[i];
        if (here.x == before.x) continue;
        const double column = to_pixels(here.x < before.x ? here.x : here.x - 1);
        if (std::floor(column) != column || column < 0 || column > size.width - 1) continue;
        const double row =
            std::clamp(to_pixels(std::min(here.y, before.y)), 0.0, static_cast<double>(size.height));
        places.push_back(static_cast<std::int64_t>(column) * size.height +
                         static_cast<std::int64_t>(std::ceil(row)));
    }
    std::sort(places.begin(), places.end());
    return places;
}

}  // namespace

RunLength encode_polygon(std::span<const double> coordinates, Size size) {
    std::vector<GridPoint> corners, outline;
    for (std::size_t i = 0; i + 1 < coordinates.size(); i += 2) {
        corners.push_back({to_grid(coordinates[i]), to_grid(coordinates[i + 1])});
    }
    for (std::size_t i = 0; i < corners.size(); ++i) {
        trace(corners[i], corners[(i + 1) % corners.size()], outline);
    }
    RunLength runs{size.height, size.width};
    RunWriter writer(runs);
    bool inside = false;
    std::int64_t pixel = 0;
    for (const std::int64_t place : crossings(outline, size)) {
        writer.add(inside, place - pixel);
        inside = !inside;
        pixel = place;
    }
    writer.add(inside, static_cast<std::int64_t>(size.height) * size.width - pixel);
    writer.finish();
    return runs;
}

}  // namespace yolo::metrics
