// SPDX-License-Identifier: Apache-2.0
#include "data/class_names.hpp"

#include <algorithm>
#include <unordered_map>

#include "core/json.hpp"
#include "data/class_codes.hpp"

namespace yolo::data {

namespace {

using NamesByCode = std::unordered_map<std::string, std::string>;

NamesByCode read_tables() {
    NamesByCode names;
    for (const ShippedFile& table : class_codes()) {
        const Json codes = parse_yaml(table.text, std::string(table.name));
        for (const auto& [code, name] : codes.items()) names.emplace(code, name.get<std::string>());
    }
    return names;
}

bool looks_like_code(const std::string& name) {
    constexpr std::size_t digits = 8;
    return name.size() == 1 + digits && name[0] == 'n' &&
           name.find_first_not_of("0123456789", 1) == std::string::npos;
}

}  // namespace

std::vector<std::string> readable_class_names(std::vector<std::string> names) {
    if (std::ranges::none_of(names, looks_like_code)) return names;
    static const NamesByCode table = read_tables();
    for (std::string& name : names) {
        if (const auto known = table.find(name); known != table.end()) name = known->second;
    }
    return names;
}

}  // namespace yolo::data
