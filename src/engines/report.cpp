// SPDX-License-Identifier: Apache-2.0
#include "engines/report.hpp"

#include <algorithm>
#include <charconv>

namespace yolo::engines {

void EngineReport::set(const std::string& name, std::string value) {
    const auto found =
        std::find_if(facts_.begin(), facts_.end(), [&](const Fact& fact) { return fact.first == name; });
    if (found != facts_.end()) {
        found->second = std::move(value);
    } else {
        facts_.emplace_back(name, std::move(value));
    }
}

std::string EngineReport::text(std::string_view name) const {
    for (const auto& [key, value] : facts_) {
        if (key == name) return value;
    }
    return "";
}

std::size_t EngineReport::bytes(std::string_view name) const {
    const std::string value = text(name);
    std::size_t bytes = 0;
    std::from_chars(value.data(), value.data() + value.size(), bytes);
    return bytes;
}

}  // namespace yolo::engines
