// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/pickle.hpp"

#include "checkpoint/pickle/pickle_machine.hpp"

namespace yolo::checkpoint {

namespace {
const std::vector<const Value*> no_items;
}

const Value* Value::find(std::string_view key) const {
    if (kind == Kind::object)
        return state() != nullptr && state()->is(Kind::dict) ? state()->find(key) : nullptr;
    if (kind != Kind::dict) return nullptr;
    for (std::size_t i = items.size(); i >= 2; i -= 2) {  // of equal keys the last one counts
        if (items[i - 2]->is(Kind::text) && items[i - 2]->text == key) return items[i - 1];
    }
    return nullptr;
}

std::string_view Value::callee() const {
    return kind == Kind::object && items[0]->is(Kind::symbol) ? items[0]->text : std::string_view{};
}

const std::vector<const Value*>& Value::arguments() const {
    return kind == Kind::object && items[1]->is(Kind::tuple) ? items[1]->items : no_items;
}

const Value* Value::state() const {
    if (kind != Kind::object || items.size() < 3) return nullptr;
    const Value* state = items[2];
    const bool with_slots =
        state->is(Kind::tuple) && state->items.size() == 2 && state->items[0]->is(Kind::dict);
    return with_slots ? state->items[0] : state;
}

std::string_view last_name(std::string_view symbol) {
    return symbol.substr(symbol.rfind('.') + 1);
}

Pickle Pickle::parse(formats::SharedBytes bytes) {
    Pickle pickle;
    pickle.bytes_ = std::move(bytes);
    PickleMachine(pickle).run();
    return pickle;
}

}  // namespace yolo::checkpoint
