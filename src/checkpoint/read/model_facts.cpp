// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/read/model_facts.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "checkpoint/pickle/plain_data.hpp"
#include "checkpoint/pickle/stored_tensor.hpp"

namespace yolo::checkpoint {

namespace {

using Kind = Value::Kind;

/// The last layer of the network.
const Module* find_head(const ModuleTree& tree) {
    const Module* head = nullptr;
    for (int i = 0;; ++i) {
        const Module* layer = tree.find(fmt::format("model.{}", i));
        if (layer == nullptr) return head;
        head = layer;
    }
}

std::optional<int> integer_attribute(const Module* module, std::string_view name) {
    const Value* value = module != nullptr ? module->attribute(name) : nullptr;
    if (value == nullptr || !value->is(Kind::integer)) return std::nullopt;
    constexpr std::int64_t largest = 1 << 20;
    if (value->integer < 0 || value->integer > largest) {
        throw Error(fmt::format("its {} is {}, which is not possible", name, value->integer));
    }
    return static_cast<int>(value->integer);
}

void set_name(std::vector<std::string>& names, std::int64_t index, const Value& name) {
    if (index < 0 || index >= static_cast<std::int64_t>(names.size())) {
        throw Error(
            fmt::format("it names the class {}, but has the classes 0 to {}", index, names.size() - 1));
    }
    const Json text = plain_data(name);
    names[static_cast<std::size_t>(index)] = text_or_json(text);
}

std::vector<std::string> read_names(const Value* value, std::vector<std::string> names) {
    if (value != nullptr && value->is(Kind::dict)) {
        for (std::size_t i = 0; i + 1 < value->items.size(); i += 2) {
            if (!value->items[i]->is(Kind::integer))
                throw Error("the keys of its class names are not numbers");
            set_name(names, value->items[i]->integer, *value->items[i + 1]);
        }
    } else if (value != nullptr && (value->is(Kind::list) || value->is(Kind::tuple))) {
        for (std::size_t i = 0; i < value->items.size(); ++i) {
            set_name(names, static_cast<std::int64_t>(i), *value->items[i]);
        }
    }
    return names;
}

/// The strides that the file states, to be compared with those of the network. None for an untrained model.
std::vector<int> stated_strides(const ModuleTree& tree, const StorageReader& storages,
                                formats::Allowance& allowance) {
    for (const Module* module : {find_head(tree), &tree.root()}) {
        const Value* value = module != nullptr ? module->attribute("stride") : nullptr;
        const auto stored = value != nullptr ? as_tensor(*value) : std::nullopt;
        constexpr std::int64_t most_levels = 16;
        if (!stored || element_count(stored->shape) > most_levels) continue;
        const Tensor tensor = read_tensor(*stored, storages, allowance).to_f32();
        std::vector<int> strides;
        for (const float stride : tensor.values<float>()) {
            if (stride >= 1 && stride <= 4096) strides.push_back(static_cast<int>(std::lround(stride)));
        }
        if (!strides.empty()) return strides;
    }
    return {};
}

int training_size(const Json& imgsz) {
    if (imgsz.is_number_integer() && imgsz > 0 && imgsz <= (1 << 16)) return imgsz.get<int>();
    int largest = 0;
    if (imgsz.is_array()) {  // [height, width]
        for (const Json& side : imgsz) largest = std::max(largest, side.is_array() ? 0 : training_size(side));
    }
    return largest > 0 ? largest : ModelInfo{}.imgsz;
}

}  // namespace

graph::ModelSpec model_spec(const ModuleTree& tree) {
    const Value* yaml = tree.root().attribute("yaml");
    if (yaml == nullptr || !yaml->is(Kind::dict))
        throw Error("its model has no description of its network ('yaml')");
    graph::ModelSpec spec;
    spec.yaml = plain_data(*yaml);
    if (const Json scale = spec.yaml.value("scale", Json()); scale.is_string())
        spec.scale = scale.get<std::string>();
    if (const Json file = spec.yaml.value("yaml_file", Json()); file.is_string())
        spec.file = file.get<std::string>();
    if (const Value* file = tree.root().attribute("yaml_file"); file != nullptr && spec.file.empty()) {
        spec.file = clean_text(file->text);
    }
    return spec;
}

graph::BuildOptions build_options(const ModuleTree& tree) {
    const Module* head = find_head(tree);
    graph::BuildOptions options;
    options.class_count = integer_attribute(head, "nc");
    if (head != nullptr && !options.class_count) {  // Classify
        options.class_count = integer_attribute(tree.find(head->path + ".linear"), "out_features");
    }
    options.channels = integer_attribute(tree.find("model.0.conv"), "in_channels");
    if (head != nullptr) {
        options.class_width =
            integer_attribute(tree.find(graph::class_branch_end(head->path)), "in_channels");
    }
    const Value* shape = head != nullptr ? head->attribute("kpt_shape") : nullptr;
    if (shape != nullptr && shape->items.size() == 2) {
        const auto size = [&](std::size_t i) { return static_cast<int>(shape->items[i]->integer); };
        const bool integers = shape->items[0]->is(Kind::integer) && shape->items[1]->is(Kind::integer);
        if (integers) options.kpt_shape = {size(0), size(1)};
    }
    return options;
}

ModelInfo info_of(const graph::Graph& graph, const Json& train_args) {
    ModelInfo info;
    info.task = graph.task;
    info.description = graph.name;
    info.stride = {1};
    if (graph.head) {
        info.stride = graph.head->decode.strides;
        info.kpt_shape = graph.head->decode.kpt_shape;
    }
    for (const graph::Node& node : graph.nodes) {
        const auto* conv = std::get_if<graph::Conv>(&node.op);
        if (conv == nullptr || node.inputs != std::vector<graph::ValueId>{graph.input()}) continue;
        info.channels = conv->in_channels;
        break;
    }
    if (train_args.is_object()) info.imgsz = training_size(train_args.value("imgsz", Json()));
    std::vector<std::string> names;
    for (int i = 0; i < graph.class_count; ++i) names.push_back(std::to_string(i));
    info.names = std::make_shared<const std::vector<std::string>>(std::move(names));
    return info;
}

ModelInfo model_info(const ModuleTree& tree, const graph::Graph& graph, const Json& metadata,
                     const StorageReader& storages, formats::Allowance& allowance) {
    Json train_args = metadata.value("train_args", Json());
    const Value* own_arguments = tree.root().attribute("args");
    if (!train_args.is_object() && own_arguments != nullptr) train_args = plain_data(*own_arguments);
    ModelInfo info = info_of(graph, train_args);
    info.names = std::make_shared<const std::vector<std::string>>(
        read_names(tree.root().attribute("names"), *info.names));
    const std::vector<int> strides = stated_strides(tree, storages, allowance);
    if (!strides.empty() && strides != info.stride) {
        throw Error(fmt::format("it states the strides {}, but its network has {}", fmt::join(strides, ", "),
                                fmt::join(info.stride, ", ")));
    }
    return info;
}

}  // namespace yolo::checkpoint
