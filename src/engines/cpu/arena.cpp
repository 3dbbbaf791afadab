// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/arena.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/visit.hpp"
#include "engines/cpu/plan.hpp"

namespace yolo::engines::cpu {

namespace {

constexpr std::size_t alignment = 64;

bool overlap_in_time(const BufferLife& a, const BufferLife& b) {
    return a.first <= b.last && b.first <= a.last;
}

/// The maps that a step reads and writes.
std::vector<const Map*> maps_of(const StepKind& kind) {
    std::vector<const Map*> maps;
    const auto take_conv = [&](const ConvStep& s) {
        maps = {&s.source, &s.target};
        if (s.residual) maps.push_back(&*s.residual);
    };
    std::visit(Overloaded{[&](const ConvStep& s) { take_conv(s); },
                          [&](const WinogradStep& s) { take_conv(s.conv); },
                          [&](const AddStep& s) {
                              maps = {&s.left, &s.right, &s.target};
                          },
                          [&](const DecodeStep& s) {
                              for (const Map& map : s.maps) maps.push_back(&map);
                          },
                          [&](const DeliverStep& s) { maps = {&s.source}; },
                          [&](const OneOf<DeconvStep, PoolStep, CopyStep, ActivationStep, AverageStep,
                                          LinearStep, SoftmaxStep> auto& s) {
                              maps = {&s.source, &s.target};
                          }},
               kind);
    return maps;
}

void extend(BufferLife& life, const Map& map, std::size_t step) {
    life.bytes = std::max(life.bytes, map.buffer_bytes());
    life.first = life.used ? std::min(life.first, step) : step;
    life.last = std::max(life.last, step);
    life.used = true;
}

}  // namespace

ArenaLayout pack(std::span<const BufferLife> lives) {
    std::vector<std::size_t> order(lives.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t i) { return !lives[i].used; });
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return lives[a].bytes > lives[b].bytes; });

    ArenaLayout layout{std::vector<std::size_t>(lives.size(), 0), 0};
    std::vector<std::size_t> placed;  // sorted by offset
    for (const std::size_t i : order) {
        const std::size_t bytes = (lives[i].bytes + alignment - 1) / alignment * alignment;
        std::size_t end = 0, best = 0, best_gap = std::numeric_limits<std::size_t>::max();
        for (const std::size_t other : placed) {
            if (!overlap_in_time(lives[i], lives[other])) continue;
            const std::size_t begin = layout.offsets[other];
            if (begin >= end && begin - end >= bytes && begin - end < best_gap) {
                best_gap = begin - end;
                best = end;
            }
            end = std::max(end, begin + (lives[other].bytes + alignment - 1) / alignment * alignment);
        }
        layout.offsets[i] = best_gap == std::numeric_limits<std::size_t>::max() ? end : best;
        layout.bytes = std::max(layout.bytes, layout.offsets[i] + bytes);
        const auto after = [&](std::size_t a, std::size_t b) {
            return layout.offsets[a] < layout.offsets[b];
        };
        placed.insert(std::upper_bound(placed.begin(), placed.end(), i, after), i);
    }
    return layout;
}

ArenaLayout lay_out_arena(const Plan& plan, std::size_t buffer_count) {
    std::vector<BufferLife> lives(buffer_count);
    extend(lives.at(static_cast<std::size_t>(plan.input.buffer)), plan.input, 0);
    for (std::size_t step = 0; step < plan.steps.size(); ++step) {
        for (const Map* map : maps_of(plan.steps[step].kind))
            extend(lives.at(static_cast<std::size_t>(map->buffer)), *map, step);
    }
    return pack(lives);
}

}  // namespace yolo::engines::cpu
