// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/training/optimizer_values.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pickle/plain_data.hpp"

namespace yolo::checkpoint {

namespace {

using Kind = Value::Kind;

/// Plain data, but PyTorch holds the pair of betas as a tuple.
const Value* option(PickleValues& values, std::string_view key, const Json& json) {
    if (key != "betas" || !json.is_array()) return values.plain(json);
    PickleValues::List items;
    for (const Json& beta : json) items.push_back(values.plain(beta));
    return values.tuple(std::move(items));
}

const Value* slots_dict(PickleValues& values, Storages& storages,
                        const std::map<std::string, Tensor>& slots) {
    PickleValues::Entries entries;
    for (const auto& [slot, tensor] : slots) entries.emplace_back(slot, storages.tensor(tensor));
    return values.dict(entries);
}

[[noreturn]] void damaged_optimizer() {
    throw Error("the state of its optimiser is not as PyTorch writes it");
}

const std::vector<const Value*>& groups_of(const Value& optimizer) {
    const Value* groups = optimizer.find("param_groups");
    if (groups == nullptr || !groups->is(Kind::list)) damaged_optimizer();
    return groups->items;
}

const std::vector<const Value*>& indices_of(const Value& group) {
    const Value* indices = group.find("params");
    if (indices == nullptr || !indices->is(Kind::list)) damaged_optimizer();
    return indices->items;
}

Json options_of(const Value& group) {
    Json options = plain_data(group);
    if (!options.is_object()) damaged_optimizer();
    options.erase("params");
    return options;
}

std::map<std::string, Tensor> read_slots(const Value& dict, const StorageReader& storages,
                                         formats::Allowance& allowance) {
    if (!dict.is(Kind::dict)) damaged_optimizer();
    std::map<std::string, Tensor> slots;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        const Value& value = *dict.items[i + 1];
        if (!dict.items[i]->is(Kind::text)) damaged_optimizer();
        const std::string name(dict.items[i]->text);
        if (const auto stored = as_tensor(value)) {
            slots[name] = read_tensor(*stored, storages, allowance).to_f32();
        } else if (value.is(Kind::integer) || value.is(Kind::real)) {  // a step count of old versions
            const auto number =
                value.is(Kind::integer) ? static_cast<float>(value.integer) : static_cast<float>(value.real);
            slots[name] = Tensor::from({}, {&number, 1});
        }
    }
    return slots;
}

}  // namespace

const Value* optimizer_values(PickleValues& values, Storages& storages, const OptimizerState& optimizer) {
    PickleValues::List state, groups;
    std::int64_t index = 0;
    for (const OptimizerState::Group& group : optimizer.groups) {
        PickleValues::List indices;
        for (const std::string& parameter : group.parameters) {
            indices.push_back(values.integer(index));
            if (const auto slots = optimizer.slots.find(parameter); slots != optimizer.slots.end()) {
                state.insert(state.end(),
                             {values.integer(index), slots_dict(values, storages, slots->second)});
            }
            ++index;
        }
        PickleValues::Entries entries;
        if (group.options.is_object()) {
            for (const auto& [key, value] : group.options.items())
                entries.emplace_back(key, option(values, key, value));
        }
        entries.emplace_back("params", values.list(std::move(indices)));
        groups.push_back(values.dict(entries));
    }
    return values.dict(
        {{"state", values.dict_of(std::move(state))}, {"param_groups", values.list(std::move(groups))}});
}

std::vector<std::size_t> group_sizes(const Value& optimizer) {
    std::vector<std::size_t> sizes;
    for (const Value* group : groups_of(optimizer)) sizes.push_back(indices_of(*group).size());
    return sizes;
}

OptimizerState read_optimizer(const Value& optimizer, const std::vector<std::string>& parameters,
                              const StorageReader& storages, formats::Allowance& allowance) {
    OptimizerState state;
    std::map<std::int64_t, const std::string*> by_index;
    auto next = parameters.begin();
    for (const Value* group : groups_of(optimizer)) {
        OptimizerState::Group read{options_of(*group), {}};
        for (const Value* index : indices_of(*group)) {
            if (!index->is(Kind::integer) || next == parameters.end()) damaged_optimizer();
            if (!by_index.emplace(index->integer, &*next).second) damaged_optimizer();
            read.parameters.push_back(*next++);
        }
        state.groups.push_back(std::move(read));
    }
    const Value* slots = optimizer.find("state");
    if (next != parameters.end() || slots == nullptr || !slots->is(Kind::dict)) damaged_optimizer();
    for (std::size_t i = 0; i + 1 < slots->items.size(); i += 2) {
        const auto found =
            slots->items[i]->is(Kind::integer) ? by_index.find(slots->items[i]->integer) : by_index.end();
        if (found == by_index.end()) damaged_optimizer();
        state.slots[*found->second] = read_slots(*slots->items[i + 1], storages, allowance);
    }
    return state;
}

}  // namespace yolo::checkpoint
