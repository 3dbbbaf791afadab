// SPDX-License-Identifier: Apache-2.0
/// \file Colours by class or by instance.
#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "image/draw.hpp"

namespace yolo::image {

namespace {

constexpr int palette_size = 20;
constexpr int distinct = 100;         // between two colours that nobody takes for the same one
constexpr float neighbourhood = 8;    // a box reaches beyond its sides by one part in so many of their mean
constexpr float least_margin = 2.0f;  // pixels
constexpr int may_come_back = 60;     // frames for which the colour of a lost object is not given away
constexpr int long_ago = 1000;        // frames after which its colour is forgotten

/// The upright rectangle around an object and a margin.
struct Surroundings {
    float x1, y1, x2, y2;
};

Surroundings widened(float x1, float y1, float x2, float y2) {
    const float margin = (x2 - x1 + y2 - y1) / 2 / neighbourhood + least_margin;
    return {x1 - margin, y1 - margin, x2 + margin, y2 + margin};
}

Surroundings surroundings(const Box& box) {
    return widened(box.x1, box.y1, box.x2, box.y2);
}

Surroundings surroundings(const RotatedBox& box) {
    const auto corners = box.corners();
    const auto [left, right] = std::ranges::minmax_element(corners, {}, &Point::x);
    const auto [top, bottom] = std::ranges::minmax_element(corners, {}, &Point::y);
    return widened(left->x, top->y, right->x, bottom->y);
}

bool touch(const Surroundings& a, const Surroundings& b) {
    return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
}

/// Euclidean, squared.
int distance(const Color& a, const Color& b) {
    int sum = 0;
    for (int c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
    return sum;
}

using Flags = std::array<bool, palette_size>;  // by place in the palette

/// The place in the palette, from `number` on, of the first colour that none of `taken` looks like, or of the
/// one that differs most from them. Never one that is barred.
int free_color(int number, const std::vector<Color>& taken, const Flags& barred = {}) {
    int best = -1, most = -1;
    for (int i = 0; i < palette_size && most < distinct * distinct; ++i) {
        const int place = (number + i) % palette_size;
        if (barred[static_cast<std::size_t>(place)]) continue;
        int nearest = distinct * distinct;
        for (const Color& other : taken) nearest = std::min(nearest, distance(class_color(place), other));
        if (nearest <= most) continue;
        most = nearest;
        best = place;
    }
    return best;
}

/// Of a newcomer: among the colours that nobody in the picture has, else among all, those that differ from
/// theirs; if possible none of the `lost` ones', who may come back.
int newcomer_color(int number, const Flags& seen, const Flags& lost) {
    Flags barred = seen;
    const auto all = [](const Flags& flags) { return std::ranges::all_of(flags, std::identity()); };
    if (all(seen)) return number % palette_size;
    for (std::size_t i = 0; i < palette_size; ++i) barred[i] = seen[i] || lost[i];
    std::vector<Color> taken;
    for (int i = 0; i < palette_size; ++i) {
        if (seen[static_cast<std::size_t>(i)]) taken.push_back(class_color(i));
    }
    return free_color(number, taken, all(barred) ? seen : barred);
}

template <class AnyBox>
std::vector<Color> instance_colors(const std::vector<AnyBox>& boxes, const TrackColors& tracks) {
    std::vector<Surroundings> places;
    std::vector<Color> colors, neighbours;
    for (const AnyBox& box : boxes) {
        const Surroundings place = surroundings(box);
        neighbours.clear();
        for (std::size_t i = 0; box.track_id < 0 && i < places.size(); ++i) {
            if (touch(places[i], place)) neighbours.push_back(colors[i]);
        }
        const int number = static_cast<int>(places.size());
        colors.push_back(box.track_id >= 0 ? tracks.of(box.track_id)
                                           : class_color(free_color(number, neighbours)));
        places.push_back(place);
    }
    return colors;
}

template <class AnyBox>
std::vector<Color> class_colors(const std::vector<AnyBox>& boxes) {
    std::vector<Color> colors;
    for (const AnyBox& box : boxes) colors.push_back(class_color(box.class_id));
    return colors;
}

}  // namespace

void TrackColors::update(const std::vector<int>& ids) {
    ++frame_;
    const auto flag = [](Flags& flags, int color) { flags[static_cast<std::size_t>(color)] = true; };
    std::set<int> now(ids.begin(), ids.end());
    std::erase_if(now, [](int id) { return id < 0; });
    Flags seen{}, lost{};
    std::vector<int> others;  // new, or seen again
    for (const int id : now) {
        const auto held = held_.find(id);
        if (held == held_.end() || held->second.frame != frame_ - 1) {
            others.push_back(id);
            continue;
        }
        held->second.frame = frame_;
        flag(seen, held->second.color);
    }
    std::erase_if(held_, [this](const auto& one) { return one.second.frame < frame_ - long_ago; });
    for (const auto& [id, held] : held_) {
        if (!now.contains(id) && held.frame >= frame_ - may_come_back) flag(lost, held.color);
    }
    for (const int id : others) {
        const auto held = held_.find(id);
        const bool keeps = held != held_.end() && !seen[static_cast<std::size_t>(held->second.color)];
        const int color = keeps ? held->second.color : newcomer_color(id, seen, lost);
        held_[id] = {color, frame_};
        flag(seen, color);
    }
}

Color TrackColors::of(int track_id) const {
    const auto held = held_.find(track_id);
    return class_color(held != held_.end() ? held->second.color : track_id);
}

std::vector<int> track_ids(const Result& result) {
    std::vector<int> ids;
    for (const Box& box : result.boxes) ids.push_back(box.track_id);
    for (const RotatedBox& box : result.obb) ids.push_back(box.track_id);
    return ids;
}

std::vector<Color> object_colors(const Result& result, ColorMode mode, const TrackColors* tracks) {
    if (mode != ColorMode::by_instance)
        return result.obb.empty() ? class_colors(result.boxes) : class_colors(result.obb);
    TrackColors first;
    if (tracks == nullptr) first.update(track_ids(result));
    const TrackColors& used = tracks != nullptr ? *tracks : first;
    return result.obb.empty() ? instance_colors(result.boxes, used) : instance_colors(result.obb, used);
}

}  // namespace yolo::image
