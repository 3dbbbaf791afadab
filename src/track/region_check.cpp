// SPDX-License-Identifier: Apache-2.0
#include "track/region_check.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "track/region_geometry.hpp"

namespace yolo::track {

namespace {

constexpr float furthest = 1e7F;  // pixels

/// What is wrong with it, or "".
std::string problem(const Region& region) {
    const auto& points = region.points;
    if (points.size() < 2)
        return fmt::format("has {} point{}: a line needs two, an area three or more", points.size(),
                           points.size() == 1 ? "" : "s");
    for (const Point& point : points) {
        // Written so that NaN is not within.
        if (!(std::abs(point.x) <= furthest && std::abs(point.y) <= furthest))
            return fmt::format("has the point ({}, {}): coordinates are pixels, or shares from 0 to 1",
                               point.x, point.y);
    }
    if (!(region.margin >= 0 && region.margin <= 1))
        return fmt::format("has the margin {}: a number from 0 to 1 is needed", region.margin);
    if (region.is_line() && points[0].x == points[1].x && points[0].y == points[1].y)
        return "is a line whose two points are the same";
    if (!region.is_line() && area_of(points) <= 0)
        return "is an area of no extent: its corners are needed in their order around it";
    return {};
}

}  // namespace

std::vector<Region> checked_regions(std::vector<Region> regions, const std::string& where) {
    if (regions.empty())
        throw UsageError(fmt::format("{}there is no region: a line or an area is needed", where));
    std::set<std::string> names;
    for (std::size_t i = 0; i < regions.size(); ++i) {
        Region& region = regions[i];
        if (region.name.empty()) region.name = fmt::format("{}{}", region.is_line() ? "line" : "area", i + 1);
        if (const std::string wrong = problem(region); !wrong.empty())
            throw UsageError(fmt::format("{}region '{}' {}", where, region.name, wrong));
        if (!names.insert(region.name).second)
            throw UsageError(fmt::format("{}two regions are called '{}': each needs a name of its own", where,
                                         region.name));
    }
    return regions;
}

}  // namespace yolo::track
