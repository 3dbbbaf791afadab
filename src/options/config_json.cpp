// SPDX-License-Identifier: Apache-2.0
#include "options/config_json.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo {

namespace {

Json to_json(const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* list = std::get_if<ValueList>(&value)) {
        Json array = Json::array();
        for (const Value& item : *list) array.push_back(to_json(item));
        return array;
    }
    return nullptr;
}

}  // namespace

Value to_value(const Json& json, const std::string& where) {
    switch (json.type()) {
        case Json::value_t::null:
            return {};
        case Json::value_t::boolean:
            return json.get<bool>();
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
            return json.get<std::int64_t>();
        case Json::value_t::number_float:
            return json.get<double>();
        case Json::value_t::string:
            return json.get<std::string>();
        case Json::value_t::array: {
            ValueList list;
            for (const Json& item : json) list.push_back(to_value(item, where));
            return list;
        }
        default:
            throw UsageError(fmt::format("{}: an option's value cannot be a list of keys and values", where));
    }
}

Json config_json(const Config& config) {
    Json json = Json::object();
    for (const OptionSpec& option : option_table())
        json[std::string(option.name)] = to_json(config.get(option.name));
    return json;
}

}  // namespace yolo
