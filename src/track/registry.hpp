// SPDX-License-Identifier: Apache-2.0
/// \file Every tracker: one row in the table of registry.cpp, made in its own file.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "track/method.hpp"
#include "track/settings.hpp"

namespace yolo::track {

struct MethodRow {
    std::string_view name;
    std::span<const Key> keys;
    std::unique_ptr<Method> (*make)(const Settings& settings);
};

/// The row of a tracker that is made from its settings alone.
template <class T>
MethodRow row_of(std::string_view name, std::span<const Key> keys) {
    return {name, keys, [](const Settings& settings) -> std::unique_ptr<Method> {
                return std::make_unique<T>(settings);
            }};
}

std::span<const MethodRow> method_table();
/// Throws UsageError with the nearest names when there is none of that name; `where` says who asked.
const MethodRow& find_method(std::string_view name, std::string_view where);

MethodRow bytetrack();
MethodRow botsort();
MethodRow ocsort();
MethodRow deepocsort();
MethodRow fasttrack();
MethodRow tracktrack();

}  // namespace yolo::track
