// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/pickle_values.hpp"

#include <limits>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pickle/plain_data.hpp"

namespace yolo::checkpoint {

namespace {
using Kind = Value::Kind;
}

PickleValues::PickleValues() {
    none_ = make(Kind::none);
    Value* yes = make(Kind::boolean);
    yes->integer = 1;
    true_ = yes;
    false_ = make(Kind::boolean);
}

Value* PickleValues::make(Kind kind) {
    values_.emplace_back().kind = kind;
    return &values_.back();
}

const Value* PickleValues::integer(std::int64_t number) {
    Value* value = make(Kind::integer);
    value->integer = number;
    return value;
}

const Value* PickleValues::real(double number) {
    Value* value = make(Kind::real);
    value->real = number;
    return value;
}

const Value* PickleValues::interned(Kind kind, std::string text) {
    const std::string_view kept = *texts_.insert(std::move(text)).first;
    const Value*& found = interned_[{kind, kept}];
    if (found == nullptr) {
        Value* value = make(kind);
        value->text = kept;
        found = value;
    }
    return found;
}

const Value* PickleValues::text(std::string_view text) {
    return interned(Kind::text, clean_text(text));
}

const Value* PickleValues::symbol(std::string_view name) {
    return interned(Kind::symbol, std::string(name));
}

const Value* PickleValues::tuple(List items) {
    Value* value = make(Kind::tuple);
    value->items = std::move(items);
    return value;
}

const Value* PickleValues::list(List items) {
    Value* value = make(Kind::list);
    value->items = std::move(items);
    return value;
}

const Value* PickleValues::dict_of(List keys_and_values) {
    Value* value = make(Kind::dict);
    value->items = std::move(keys_and_values);
    return value;
}

const Value* PickleValues::dict(const Entries& entries) {
    List items;
    for (const auto& [key, value] : entries) items.insert(items.end(), {text(key), value});
    return dict_of(std::move(items));
}

const Value* PickleValues::object(std::string_view callee, List arguments, const Value* state) {
    List items = {symbol(callee), tuple(std::move(arguments))};
    if (state != nullptr) items.push_back(state);
    Value* value = make(Kind::object);
    value->items = std::move(items);
    return value;
}

const Value* PickleValues::persistent(const Value* id) {
    Value* value = make(Kind::persistent);
    value->items = {id};
    return value;
}

const Value* PickleValues::integers(const std::vector<std::int64_t>& numbers) {
    List items;
    for (const std::int64_t number : numbers) items.push_back(integer(number));
    return tuple(std::move(items));
}

const Value* PickleValues::ordered_dict() {
    return object("collections.OrderedDict", {});
}

const Value* PickleValues::plain(const Json& json) {
    if (json.is_object()) {
        List items;
        for (const auto& [key, value] : json.items()) items.insert(items.end(), {text(key), plain(value)});
        return dict_of(std::move(items));
    }
    if (json.is_array()) {
        List items;
        for (const Json& item : json) items.push_back(plain(item));
        return list(std::move(items));
    }
    if (json.is_string()) return text(json.get_ref<const std::string&>());
    if (json.is_boolean()) return boolean(json.get<bool>());
    if (json.is_number_float()) return real(json.get<double>());
    if (json.is_number_unsigned() &&
        json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        throw Error(fmt::format("the number {} is too large for a checkpoint", json_text(json)));
    }
    return json.is_number() ? integer(json.get<std::int64_t>()) : none();
}

}  // namespace yolo::checkpoint
