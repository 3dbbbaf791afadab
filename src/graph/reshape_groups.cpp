// SPDX-License-Identifier: Apache-2.0
#include "graph/reshape_groups.hpp"

#include <algorithm>

namespace yolo::graph {

namespace {

/// Neighbouring axes [from, to) that become neighbouring axes: (N, C | h, w) -> (N, C | h w) has three
/// groups.
struct Group {
    std::size_t from_begin, from_end, to_begin, to_end;
};

/// The finest groups that hold for both examples. An axis of size 1 goes with the one after it.
std::vector<Group> groups_of(const std::array<Reshaped, 2>& examples) {
    const std::size_t from_rank = examples[0].from.size(), to_rank = examples[0].to.size();
    std::vector<Group> groups;
    std::size_t from = 0, to = 0;
    while (from < from_rank && to < to_rank) {
        Group group{from, from, to, to};
        std::array<std::int64_t, 2> taken = {1, 1}, made = {1, 1};
        const auto take = [&] {
            for (std::size_t e = 0; e < 2; ++e) taken[e] *= examples[e].from[group.from_end];
            ++group.from_end;
        };
        const auto make = [&] {
            for (std::size_t e = 0; e < 2; ++e) made[e] *= examples[e].to[group.to_end];
            ++group.to_end;
        };
        take();
        make();
        while (taken != made) {
            const bool more_from = taken[0] < made[0] || (taken[0] == made[0] && taken[1] < made[1]);
            if ((more_from ? group.from_end == from_rank : group.to_end == to_rank)) return {};
            if (more_from) {
                take();
            } else {
                make();
            }
        }
        from = group.from_end;
        to = group.to_end;
        groups.push_back(group);
    }
    if (groups.empty()) return {};
    groups.back().from_end = from_rank;  // axes of size 1 that nothing follows
    groups.back().to_end = to_rank;
    return groups;
}

/// The groups in the order in which their axes lie; nothing if those of a group lie apart.
std::optional<std::vector<Group>> lying(const std::vector<Group>& groups, const std::vector<int>& order) {
    std::vector<Group> found;
    for (std::size_t i = 0; i < order.size();) {
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& one) {
            return one.from_begin == static_cast<std::size_t>(order[i]);
        });
        if (group == groups.end()) return std::nullopt;
        for (std::size_t axis = group->from_begin; axis < group->from_end; ++axis, ++i) {
            if (i == order.size() || static_cast<std::size_t>(order[i]) != axis) return std::nullopt;
        }
        found.push_back(*group);
    }
    return found;
}

}  // namespace

std::optional<OrderedReshape> reshape_in_order(const std::array<Reshaped, 2>& examples,
                                               const std::vector<int>& order) {
    const auto groups = lying(groups_of(examples), order);
    if (!groups || groups->empty()) return std::nullopt;
    OrderedReshape result;
    for (const Group& group : *groups) {
        for (std::size_t axis = group.to_begin; axis < group.to_end; ++axis)
            result.order.push_back(static_cast<int>(axis));
    }
    bool open = false;
    for (std::size_t i = 0; i < result.order.size(); ++i) {
        const auto size_of = [&](std::size_t e) {
            return examples[e].to[static_cast<std::size_t>(result.order[i])];
        };
        const auto is_copy = [&](std::size_t e) {
            return i < order.size() && examples[e].from[static_cast<std::size_t>(order[i])] == size_of(e);
        };
        if (size_of(0) == size_of(1)) {
            result.dims.push_back(size_of(0));
        } else if (is_copy(0) && is_copy(1)) {
            result.dims.push_back(0);
        } else if (!open) {
            result.dims.push_back(-1);
            open = true;
        } else {
            return std::nullopt;
        }
    }
    return result;
}

}  // namespace yolo::graph
