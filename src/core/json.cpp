// SPDX-License-Identifier: Apache-2.0
#include "core/json.hpp"

#include <fmt/core.h>
#include <yaml-cpp/yaml.h>

#include <yolo/error.hpp>

#include "core/files.hpp"

namespace yolo {

namespace {

constexpr int deepest_nesting = 64;

Json scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return text;  // quoted
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
    bool flag = false;
    if (YAML::convert<bool>::decode(node, flag)) return flag;
    std::int64_t integer = 0;
    if (text.find_first_not_of("+-0123456789") == std::string::npos &&
        YAML::convert<std::int64_t>::decode(node, integer)) {
        return integer;
    }
    double number = 0;
    if (YAML::convert<double>::decode(node, number)) return number;
    return text;
}

Json convert(const YAML::Node& node, int depth, const std::string& where) {
    if (depth > deepest_nesting)
        throw Error(fmt::format("{}: nested deeper than {} levels", where, deepest_nesting));
    switch (node.Type()) {
        case YAML::NodeType::Scalar:
            return scalar(node);
        case YAML::NodeType::Sequence: {
            Json list = Json::array();
            for (const auto& item : node) list.push_back(convert(item, depth + 1, where));
            return list;
        }
        case YAML::NodeType::Map: {
            Json object = Json::object();
            for (const auto& item : node)
                object[item.first.Scalar()] = convert(item.second, depth + 1, where);
            return object;
        }
        default:
            return nullptr;
    }
}

}  // namespace

Json parse_yaml(std::string_view text, const std::string& where) {
    try {
        return convert(YAML::Load(std::string(text)), 0, where);
    } catch (const YAML::Exception& error) {
        throw Error(fmt::format("{}, line {}: {}", where, error.mark.line + 1, error.msg));
    }
}

Json read_yaml(const std::filesystem::path& path) {
    return parse_yaml(read_text(path), path.string());
}

Json parse_json(std::string_view text, const std::string& where) {
    try {
        return Json::parse(text);
    } catch (const Json::exception& error) {
        throw Error(fmt::format("{}: not valid JSON ({})", where, error.what()));
    }
}

}  // namespace yolo
