// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/write/root_module.hpp"

#include <array>
#include <set>

#include "checkpoint/write/block_modules.hpp"

namespace yolo::checkpoint {

namespace {

std::string class_of(Task task) {
    const char* name = "DetectionModel";
    switch (task) {
        case Task::detect:
            break;
        case Task::segment:
            name = "SegmentationModel";
            break;
        case Task::pose:
            name = "PoseModel";
            break;
        case Task::obb:
            name = "OBBModel";
            break;
        case Task::classify:
            name = "ClassificationModel";
            break;
    }
    return std::string("ultralytics.nn.tasks.") + name;
}

/// Indices of the layers whose outputs later ones read, beside the one before.
const Value* kept_layers(PickleValues& values, const graph::Graph& graph) {
    std::set<int> kept;
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
        for (const int from : graph.layers[i].from) {
            if (from != -1) kept.insert(from < 0 ? static_cast<int>(i) + from : from);
        }
    }
    PickleValues::List list;
    for (const int layer : kept) list.push_back(values.integer(layer));
    return values.list(std::move(list));
}

const Value* class_names(PickleValues& values, const Checkpoint& model) {
    PickleValues::List items;
    for (const std::string& name : *model.info.names) {
        items.insert(items.end(),
                     {values.integer(static_cast<std::int64_t>(items.size() / 2)), values.text(name)});
    }
    return values.dict_of(std::move(items));
}

const Value* strides(ModuleMaker& maker, const Checkpoint& model) {
    const std::vector<float> numbers(model.info.stride.begin(), model.info.stride.end());
    return maker.storages().tensor(Tensor::from({static_cast<std::int64_t>(numbers.size())}, numbers));
}

/// {class: [names of its keypoints]}: the header's, else their numbers.
const Value* keypoint_names(PickleValues& values, const Checkpoint& model, const Json& header) {
    const Json given = header.value("kpt_names", Json());
    PickleValues::List items;
    for (int c = 0; c < model.graph.class_count; ++c) {
        Json names = given.is_object() ? given.value(std::to_string(c), Json()) : Json();
        if (!names.is_array()) {
            names = Json::array();
            for (int k = 0; k < model.info.kpt_shape[0]; ++k) names.push_back(std::to_string(k));
        }
        items.insert(items.end(), {values.integer(c), values.plain(names)});
    }
    return values.dict_of(std::move(items));
}

/// The preprocessing of a classification model, as objects of torchvision.
const Value* classify_transforms(ModuleMaker& maker, const Checkpoint& model) {
    PickleValues& values = maker.values();
    const std::string package = "torchvision.transforms.";
    const int size = model.info.imgsz;
    const auto levels = [&](float level) {
        const std::vector<float> channels(static_cast<std::size_t>(model.info.channels), level);
        return maker.storages().tensor(Tensor::from({model.info.channels}, channels));
    };
    const Value* bilinear =
        values.object(package + "functional.InterpolationMode", {values.text("bilinear")});
    const Value* resize =
        maker.module(package + "transforms.Resize", {.attributes = {{"size", values.integer(size)},
                                                                    {"max_size", values.none()},
                                                                    {"interpolation", bilinear},
                                                                    {"antialias", values.boolean(true)}},
                                                     .training = true});
    const Value* crop = maker.module(package + "transforms.CenterCrop",
                                     {.attributes = {{"size", maker.pair(size)}}, .training = true});
    const Value* to_tensor = values.object(package + "transforms.ToTensor", {});
    const Value* normalize = maker.module(
        package + "transforms.Normalize",
        {.attributes = {{"mean", levels(0)}, {"std", levels(1)}, {"inplace", values.boolean(false)}},
         .training = true});
    return values.object(package + "transforms.Compose", {},
                         values.dict({{"transforms", values.list({resize, crop, to_tensor, normalize})}}));
}

ModuleMaker::Named classify_attributes(ModuleMaker& maker, const Checkpoint& model) {
    PickleValues& values = maker.values();
    return {{"stride", strides(maker, model)},
            {"names", class_names(values, model)},
            {"transforms", classify_transforms(maker, model)}};
}

ModuleMaker::Named detection_attributes(ModuleMaker& maker, const Checkpoint& model, const Json& header,
                                        const Value* arguments) {
    PickleValues& values = maker.values();
    ModuleMaker::Named attributes = {{"names", class_names(values, model)},
                                     {"inplace", values.boolean(true)},
                                     {"stride", strides(maker, model)}};
    const bool is_pose = model.graph.task == Task::pose;
    if (is_pose) attributes.emplace_back("kpt_shape", values.plain(model.info.kpt_shape));
    attributes.emplace_back("nc", values.integer(model.graph.class_count));
    attributes.emplace_back("args", arguments);
    if (is_pose) {
        attributes.emplace_back("kpt_oks_sigmas", values.plain(header.value("kpt_oks_sigmas", Json())));
        attributes.emplace_back("kpt_names", keypoint_names(values, model, header));
    }
    return attributes;
}

}  // namespace

Json description_of(const Checkpoint& model) {
    Json yaml = model.spec.yaml;
    yaml["nc"] = model.graph.class_count;
    if (model.graph.task == Task::pose) yaml["kpt_shape"] = model.info.kpt_shape;
    if (!model.spec.scale.empty()) yaml["scale"] = model.spec.scale;
    yaml["yaml_file"] = model.spec.file;
    yaml["channels"] = model.info.channels;
    return yaml;
}

const Value* root_module(ModuleMaker& maker, const Checkpoint& model, const Json& header,
                         const Value* arguments) {
    PickleValues& values = maker.values();
    ModuleMaker::Parts root;
    root.modules = {{"model", maker.sequence(layer_modules(maker))}};
    root.attributes = {{"yaml", values.plain(description_of(model))},
                       {"save", kept_layers(values, model.graph)}};
    const ModuleMaker::Named own = model.graph.task == Task::classify
                                       ? classify_attributes(maker, model)
                                       : detection_attributes(maker, model, header, arguments);
    root.attributes.insert(root.attributes.end(), own.begin(), own.end());
    root.attributes.emplace_back("criterion", values.none());
    return maker.module(class_of(model.graph.task), root);
}

}  // namespace yolo::checkpoint
