// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/training/pt_own_state.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/version.hpp>

#include "checkpoint/pickle/plain_data.hpp"

namespace yolo::checkpoint {

namespace {

using Kind = Value::Kind;

constexpr std::int64_t own_format = 1;

const Value* tensors(PickleValues& values, Storages& storages, const graph::Weights& weights) {
    PickleValues::Entries entries;
    for (const auto& [name, tensor] : weights) entries.emplace_back(name, storages.tensor(tensor));
    return values.dict(entries);
}

const Value& required(const Value& own, const char* key, Kind kind) {
    const Value* value = own.find(key);
    if (value == nullptr || !value->is(kind)) {
        throw Error(fmt::format("its state of the training has no sound '{}'", key));
    }
    return *value;
}

graph::Weights read_tensors(const Value& dict, const StorageReader& storages, formats::Allowance& allowance) {
    graph::Weights weights;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        const auto stored = as_tensor(*dict.items[i + 1]);
        if (!dict.items[i]->is(Kind::text) || !stored) throw Error("its state of the training is damaged");
        weights.emplace(dict.items[i]->text, read_tensor(*stored, storages, allowance));
    }
    return weights;
}

}  // namespace

const Value* own_state(PickleValues& values, Storages& storages, const TrainingState& state) {
    PickleValues::List parameters;
    for (const OptimizerState::Group& group : state.optimizer.groups) {
        for (const std::string& name : group.parameters) parameters.push_back(values.text(name));
    }
    return values.dict({{"format", values.integer(own_format)},
                        {"written_by", values.text(fmt::format("yolo.cpp {}", version))},
                        {"optimizer", values.text(state.optimizer.name)},
                        {"parameters", values.list(std::move(parameters))},
                        {"progress", values.plain(state.progress)},
                        {"model", tensors(values, storages, state.model)},
                        {"ema", tensors(values, storages, state.ema)},
                        {"gradients", tensors(values, storages, state.gradients)}});
}

std::vector<std::string> own_parameters(const Value& own) {
    std::vector<std::string> names;
    for (const Value* name : required(own, "parameters", Kind::list).items) names.emplace_back(name->text);
    return names;
}

void read_own_state(const Value& own, const StorageReader& storages, formats::Allowance& allowance,
                    TrainingState& state) {
    const std::int64_t written = required(own, "format", Kind::integer).integer;
    if (written != own_format) {
        throw Error(fmt::format(
            "its state of the training has the format {}, only {} is known here: go on with the version of "
            "yolo.cpp that wrote it",
            written, own_format));
    }
    state.optimizer.name = required(own, "optimizer", Kind::text).text;
    if (const Value* progress = own.find("progress")) state.progress = plain_data(*progress);
    state.model = read_tensors(required(own, "model", Kind::dict), storages, allowance);
    state.ema = read_tensors(required(own, "ema", Kind::dict), storages, allowance);
    state.gradients = read_tensors(required(own, "gradients", Kind::dict), storages, allowance);
}

}  // namespace yolo::checkpoint
