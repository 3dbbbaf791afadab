// SPDX-License-Identifier: Apache-2.0
#include "track/registry.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/near_miss.hpp"

namespace yolo::track {

std::span<const MethodRow> method_table() {
    static const std::array table = {bytetrack(),  botsort(),   ocsort(),
                                     deepocsort(), fasttrack(), tracktrack()};
    return table;
}

const MethodRow& find_method(std::string_view name, std::string_view where) {
    const auto table = method_table();
    const auto found = std::ranges::find(table, name, &MethodRow::name);
    if (found != table.end()) return *found;
    std::vector<std::string_view> names;
    for (const MethodRow& row : table) names.push_back(row.name);
    throw UsageError(fmt::format("{}: there is no tracker '{}'{}; the trackers are {}", where,
                                 name.substr(0, 100), did_you_mean(near_misses(name, names)),
                                 fmt::join(names, ", ")));
}

}  // namespace yolo::track
