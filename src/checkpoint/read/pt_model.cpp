// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/read/pt_model.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pickle/plain_data.hpp"
#include "checkpoint/pickle/stored_tensor.hpp"
#include "checkpoint/read/fit.hpp"
#include "checkpoint/read/model_facts.hpp"
#include "checkpoint/read/module_tree.hpp"
#include "checkpoint/read/structure.hpp"

namespace yolo::checkpoint {

namespace {

using Kind = Value::Kind;

void warn(const LogSink& log, const std::string& text) {
    if (log) log(LogLevel::warning, text);
}

void refuse_yolov5(const Pickle& pickle) {
    for (const Value* symbol : pickle.symbols()) {
        for (const std::string_view module : {"models.yolo.", "models.common.", "models.experimental."}) {
            if (!symbol->text.starts_with(module)) continue;
            throw Error(fmt::format(
                "it is a checkpoint of the YOLOv5 repository (it names '{}'), whose networks are other "
                "ones: train a YOLOv8 model instead",
                symbol->text));
        }
    }
}

bool is_tensor(const Value& value) {
    return value.callee().starts_with("torch._utils._rebuild_");
}

bool is_state_dict(const Value& value) {
    if (!value.is(Kind::dict) || value.items.empty()) return false;
    for (std::size_t i = 1; i < value.items.size(); i += 2) {
        if (!is_tensor(*value.items[i])) return false;
    }
    return true;
}

[[noreturn]] void refuse_state_dict() {
    throw Error(
        "it holds weights alone (a state_dict) without the model's description: save the whole model "
        "instead");
}

/// The member that holds the network: `ema` if there is one, else `model`.
const Value& find_model(const Value& top, const LogSink& log) {
    if (is_state_dict(top)) refuse_state_dict();
    if (top.is(Kind::object)) {
        warn(log, "the file holds a whole object instead of a checkpoint: its model is used");
        if (const Value* inner = top.find("model"); inner != nullptr && is_module(*inner)) return *inner;
        if (is_module(top)) return top;
    }
    for (const std::string_view key : {"ema", "model"}) {
        const Value* model = top.find(key);
        if (model == nullptr) continue;
        if (is_module(*model)) return *model;
        if (is_state_dict(*model)) refuse_state_dict();
    }
    throw Error("it is a checkpoint of something else: there is no model in it");
}

/// Objects of classes that nobody needs are left out; those of packages that are not PyTorch's or the
/// reference's are named.
void warn_of_skipped_classes(const Pickle& pickle, const LogSink& log) {
    static constexpr std::array expected = std::to_array<std::string_view>(
        {"torch", "torchvision", "ultralytics", "numpy", "pathlib", "collections", "datetime", "uuid",
         "builtins", "__builtin__", "copyreg", "copy_reg", "_codecs"});
    std::set<std::string_view> named;
    for (const Value* object : pickle.objects()) {
        const std::string_view name = object->callee();
        const std::string_view package = name.substr(0, name.find('.'));
        if (std::find(expected.begin(), expected.end(), package) != expected.end()) continue;
        if (named.insert(name).second) {
            warn(log,
                 fmt::format("skipped an object of the unknown class '{}', which the network does not need",
                             name));
        }
    }
}

LazyTensors lazy_tensors(const ModuleTree& tree, const StorageReader& storages,
                         formats::Allowance& allowance) {
    LazyTensors tensors;
    for (const auto& entry : tree.tensors) {
        const std::string& name = entry.first;
        const auto stored = as_tensor(*entry.second);
        if (!stored) throw Error(fmt::format("its parameter '{}' is not a tensor", name));
        const auto read = [stored = *stored, name, &storages, &allowance] {
            try {
                return read_tensor(stored, storages, allowance);
            } catch (const Error& error) {
                throw Error(fmt::format("'{}' cannot be read: {}", name, error.what()));
            }
        };
        tensors.emplace(name, LazyTensor{stored->dtype, stored->shape, read});
    }
    return tensors;
}

Json read_metadata(const Value& top) {
    Json metadata = Json::object();
    for (const char* key : {"date", "version", "license", "docs", "epoch", "best_fitness", "stopper",
                            "updates", "train_args", "train_metrics", "train_results", "git"}) {
        const Value* value = top.find(key);
        if (value != nullptr && !value->is(Kind::none)) metadata[key] = plain_data(*value);
    }
    return metadata;
}

void read_keypoint_metadata(const Module& root, Json& metadata) {
    for (const char* key : {"kpt_names", "kpt_oks_sigmas"}) {
        const Value* value = root.attribute(key);
        if (value != nullptr && !value->is(Kind::none)) metadata[key] = plain_data(*value);
    }
}

}  // namespace

Checkpoint read_pt_model(const Pickle& pickle, const StorageReader& storages, formats::Allowance& allowance,
                         const LogSink& log) {
    refuse_yolov5(pickle);
    const Value& top = pickle.root();
    const ModuleTree tree = read_modules(find_model(top, log));
    require_known_classes(tree);

    Checkpoint checkpoint;
    checkpoint.metadata = read_metadata(top);
    read_keypoint_metadata(tree.root(), checkpoint.metadata);
    checkpoint.spec = model_spec(tree);
    checkpoint.graph = graph::build_graph(checkpoint.spec, build_options(tree));
    match_structure(tree, checkpoint.graph);
    checkpoint.weights = fit_weights(checkpoint.graph, lazy_tensors(tree, storages, allowance));
    checkpoint.info = model_info(tree, checkpoint.graph, checkpoint.metadata, storages, allowance);
    warn_of_skipped_classes(pickle, log);
    return checkpoint;
}

}  // namespace yolo::checkpoint
