// SPDX-License-Identifier: Apache-2.0
#include "train/freeze.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::train {

namespace {

[[noreturn]] void refuse(const Value& freeze) {
    throw UsageError(
        fmt::format("freeze={}: it must be a number of layers, or a list of layers such as [0, 1, '22.cv3']",
                    to_string(freeze)));
}

std::string whole_layer(std::int64_t index) {
    return fmt::format("model.{}.", index);
}

std::string layer_name(const Value& layer, const Value& freeze) {
    if (const auto* index = std::get_if<std::int64_t>(&layer)) return whole_layer(*index);
    // A list on the command line reads 22.1 as a number: no layer has such a path.
    const auto* text = std::get_if<std::string>(&layer);
    if (text == nullptr || text->empty() || text->starts_with('[')) refuse(freeze);
    const std::string path = text->starts_with("model.") ? *text : "model." + *text;
    return path.ends_with('.') ? path : path + ".";
}

/// Each name is that of a layer or of a part of one.
void check_names(const std::vector<std::string>& names, const graph::Graph& graph) {
    for (const std::string& name : names) {
        const auto fits = [&name](const std::string& module) {
            return (module + ".").find(name) != std::string::npos;
        };
        bool known = std::any_of(graph.modules.begin(), graph.modules.end(), fits);
        for (std::size_t i = 0; i < graph.layers.size() && !known; ++i)
            known = name == whole_layer(static_cast<std::int64_t>(i));
        if (!known) {
            throw UsageError(
                fmt::format("freeze: this network has no layer '{}'", name.substr(0, name.size() - 1)));
        }
    }
}

}  // namespace

std::vector<std::string> frozen_names(const Value& freeze, const graph::Graph& graph) {
    std::vector<std::string> names;
    if (freeze.is_null()) return names;
    if (const auto* count = std::get_if<std::int64_t>(&freeze)) {
        if (*count < 0 || *count > static_cast<std::int64_t>(graph.layers.size())) {
            throw UsageError(fmt::format("freeze={}: this network has the layers 0 to {}, so at most {}",
                                         *count, graph.layers.size() - 1, graph.layers.size() - 1));
        }
        for (std::int64_t i = 0; i < *count; ++i) names.push_back(whole_layer(i));
    } else if (const auto* list = std::get_if<ValueList>(&freeze)) {
        for (const Value& layer : *list) names.push_back(layer_name(layer, freeze));
    } else {
        names.push_back(layer_name(freeze, freeze));
    }
    check_names(names, graph);
    const auto parameters = graph::parameter_shapes(graph);
    if (std::ranges::none_of(parameters, [&](const auto& entry) { return is_trained(entry.first, names); }))
        throw UsageError(fmt::format("freeze={}: every layer would be frozen, nothing could be learned",
                                     to_string(freeze)));
    return names;
}

bool is_trained(const std::string& parameter, const std::vector<std::string>& frozen) {
    const auto contains = [&](const std::string& part) { return parameter.find(part) != std::string::npos; };
    return !contains(".dfl") && std::ranges::none_of(frozen, contains);
}

}  // namespace yolo::train
