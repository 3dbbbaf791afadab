// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/pickle_machine.hpp"

#include <array>
#include <bit>

#include <fmt/core.h>

#include "checkpoint/pickle/pickle_calls.hpp"

namespace yolo::checkpoint {

namespace {

constexpr std::string_view cut_short = "its pickle is cut short";
// A checkpoint of the largest model in mid-training has about 50,000 values and 200,000 references.
constexpr std::size_t most_values = 2'000'000, most_items = 8'000'000;
constexpr std::uint8_t newest_protocol = 5;

using Kind = Value::Kind;

[[noreturn]] void damaged_pickle() {
    throw Error("its pickle is damaged");
}

}  // namespace

PickleMachine::PickleMachine(Pickle& pickle) : pickle_(pickle), in_(pickle.bytes_.bytes, cut_short) {
    none_ = make(Kind::none);
    false_ = make(Kind::boolean);
    true_ = make(Kind::boolean);
    true_->integer = 1;
}

void PickleMachine::run() {
    constexpr std::uint8_t stop = '.', protocol = 0x80;
    if (in_.left() == 0 || in_.number<std::uint8_t>() != protocol)
        throw Error("its data.pkl is not a pickle");
    if (const auto version = in_.number<std::uint8_t>(); version > newest_protocol) {
        throw Error(
            fmt::format("its pickle has protocol {}: {} is the newest known", version, newest_protocol));
    }
    for (;;) {
        const std::size_t position = in_.position();
        const auto opcode = in_.number<std::uint8_t>();
        if (opcode == stop) break;
        if (!memo(opcode) && !scalar(opcode) && !container(opcode) && !object(opcode) &&
            !text_or_bytes(opcode) && !stack(opcode)) {
            throw Error(
                fmt::format("its pickle has the opcode {:#04x} at byte {}, which model files do not use",
                            opcode, position));
        }
    }
    pickle_.root_ = top();
}

bool PickleMachine::scalar(std::uint8_t opcode) {
    switch (opcode) {
        case 'N':
            push(none_);
            return true;
        case 0x88:
            push(true_);
            return true;
        case 0x89:
            push(false_);
            return true;
        case 'J':
            push_integer(static_cast<std::int32_t>(in_.number<std::uint32_t>()));
            return true;
        case 'K':
            push_integer(in_.number<std::uint8_t>());
            return true;
        case 'M':
            push_integer(in_.number<std::uint16_t>());
            return true;
        case 0x8a:
            push_long(in_.number<std::uint8_t>());
            return true;
        case 0x8b:
            push_long(in_.number<std::uint32_t>());
            return true;
        case 'G': {  // big-endian
            Value* value = make(Kind::real);
            value->real = std::bit_cast<double>(__builtin_bswap64(in_.number<std::uint64_t>()));
            push(value);
            return true;
        }
        default:
            return false;
    }
}

bool PickleMachine::text_or_bytes(std::uint8_t opcode) {
    switch (opcode) {
        case 'X':
            push_text(Kind::text, in_.number<std::uint32_t>());
            return true;
        case 0x8c:
            push_text(Kind::text, in_.number<std::uint8_t>());
            return true;
        case 0x8d:
            push_text(Kind::text, in_.number<std::uint64_t>());
            return true;
        case 'B':
            push_text(Kind::bytes, in_.number<std::uint32_t>());
            return true;
        case 'C':
            push_text(Kind::bytes, in_.number<std::uint8_t>());
            return true;
        case 0x8e:
        case 0x96:
            push_text(Kind::bytes, in_.number<std::uint64_t>());
            return true;
        case 'T':
            push_text(Kind::text, in_.number<std::uint32_t>());
            return true;
        case 'U':
            push_text(Kind::text, in_.number<std::uint8_t>());
            return true;
        default:
            return false;
    }
}

bool PickleMachine::container(std::uint8_t opcode) {
    const auto from_mark = [this](Kind kind) {
        Value* value = make(kind);
        kind == Kind::dict ? set_items(value, above_mark()) : hold(value, above_mark());
        pop_mark();
        push(value);
    };
    switch (opcode) {
        case '}':
            push(make(Kind::dict));
            return true;
        case ']':
            push(make(Kind::list));
            return true;
        case ')':
            push(make(Kind::tuple));
            return true;
        case 0x8f:
            push(make(Kind::set));
            return true;
        case 0x85:
            push_tuple(1);
            return true;
        case 0x86:
            push_tuple(2);
            return true;
        case 0x87:
            push_tuple(3);
            return true;
        case 't':
            from_mark(Kind::tuple);
            return true;
        case 'l':
            from_mark(Kind::list);
            return true;
        case 'd':
            from_mark(Kind::dict);
            return true;
        case 0x91:
            from_mark(Kind::set);
            return true;
        case 'a': {
            Value* item = pop();
            append(top(), {&item, 1});
            return true;
        }
        case 's': {
            Value* value = pop();
            Value* key = pop();
            const std::array pair = {key, value};
            set_items(top(), pair);
            return true;
        }
        case 'e':
        case 'u':
        case 0x90: {
            const std::span<Value* const> items = above_mark();
            const std::size_t below = marks_.back();
            if (below == 0) damaged_pickle();
            Value* target = stack_[below - 1];
            opcode == 'u' ? set_items(target, items) : append(target, items);
            pop_mark();
            return true;
        }
        default:
            return false;
    }
}

bool PickleMachine::object(std::uint8_t opcode) {
    switch (opcode) {
        case 'c': {
            const std::string_view module = in_.line();
            push_symbol(module, in_.line());
            return true;
        }
        case 0x93: {
            const Value* name = pop();
            const Value* module = pop();
            if (!name->is(Kind::text) || !module->is(Kind::text)) damaged_pickle();
            push_symbol(module->text, name->text);
            return true;
        }
        case 0x92:
            pop();
            [[fallthrough]];  // with keyword arguments, which nothing here needs
        case 0x81: {
            Value* arguments = pop();
            Value* type = pop();
            if (type->is(Kind::symbol) && is_refused_class(type->text)) {
                throw Error(fmt::format(
                    "it makes a '{}', which is not part of a model: refused, nothing was run", type->text));
            }
            push_object(type, arguments);
            return true;
        }
        case 'R': {
            Value* arguments = pop();
            call(pop(), arguments);
            return true;
        }
        case 'b': {
            Value* state = pop();
            build(top(), state);
            return true;
        }
        case 'Q': {
            Value* id = pop();
            Value* value = make(Kind::persistent);
            hold(value, {&id, 1});
            push(value);
            return true;
        }
        default:
            return false;
    }
}

bool PickleMachine::memo(std::uint8_t opcode) {
    switch (opcode) {
        case 'q':
            remember(in_.number<std::uint8_t>());
            return true;
        case 'r':
            remember(in_.number<std::uint32_t>());
            return true;
        case 0x94:
            remember(memo_.size());
            return true;
        case 'h':
            recall(in_.number<std::uint8_t>());
            return true;
        case 'j':
            recall(in_.number<std::uint32_t>());
            return true;
        default:
            return false;
    }
}

bool PickleMachine::stack(std::uint8_t opcode) {
    switch (opcode) {
        case '(':
            marks_.push_back(stack_.size());
            return true;
        case '0':
            if (!marks_.empty() && marks_.back() == stack_.size())
                marks_.pop_back();
            else
                pop();
            return true;
        case '1':
            pop_mark();
            return true;
        case '2':
            push(top());
            return true;
        case 0x95:
            in_.skip(8);
            return true;  // a frame: only a hint for readers of streams
        default:
            return false;
    }
}

Value* PickleMachine::make(Kind kind) {
    if (pickle_.values_.size() >= most_values) throw Error("its pickle has more values than any model needs");
    Value& value = pickle_.values_.emplace_back();
    value.kind = kind;
    return &value;
}

void PickleMachine::push_integer(std::int64_t integer) {
    Value* value = make(Kind::integer);
    value->integer = integer;
    push(value);
}

void PickleMachine::push_long(std::uint64_t byte_count) {
    if (byte_count > sizeof(std::int64_t))
        return push_text(Kind::bytes, byte_count);  // states of random generators
    std::uint64_t bits = 0;
    std::uint8_t last = 0;
    for (std::uint64_t i = 0; i < byte_count; ++i) {
        last = in_.number<std::uint8_t>();
        bits |= std::uint64_t{last} << (8 * i);
    }
    const bool negative = (last & 0x80U) != 0;
    if (negative && byte_count < sizeof bits) bits |= ~std::uint64_t{0} << (8 * byte_count);
    push_integer(static_cast<std::int64_t>(bits));
}

void PickleMachine::push_text(Kind kind, std::uint64_t byte_count) {
    Value* value = make(kind);
    value->text = in_.text(byte_count);
    push(value);
}

void PickleMachine::push_symbol(std::string_view module, std::string_view name) {
    Value* value = make(Kind::symbol);
    value->text = pickle_.names_.emplace_back(fmt::format("{}.{}", module, name));
    pickle_.symbols_.push_back(value);
    push(value);
}

void PickleMachine::push_tuple(std::size_t count) {
    Value* value = make(Kind::tuple);
    std::array<Value*, 3> items = {};
    for (std::size_t i = count; i-- > 0;) items.at(i) = pop();
    hold(value, std::span(items).first(count));
    push(value);
}

void PickleMachine::push_object(Value* callee, Value* arguments) {
    Value* value = make(Kind::object);
    hold(value, std::array{callee, arguments});
    pickle_.objects_.push_back(value);
    push(value);
}

Value* PickleMachine::top() {
    if (stack_.empty() || (!marks_.empty() && marks_.back() == stack_.size())) damaged_pickle();
    return stack_.back();
}

Value* PickleMachine::pop() {
    Value* value = top();
    stack_.pop_back();
    return value;
}

std::span<Value* const> PickleMachine::above_mark() const {
    if (marks_.empty()) damaged_pickle();
    return std::span(stack_).subspan(marks_.back());
}

void PickleMachine::pop_mark() {
    if (marks_.empty()) damaged_pickle();
    stack_.resize(marks_.back());
    marks_.pop_back();
}

void PickleMachine::spend_items(std::size_t count) {
    items_ += count;
    if (items_ > most_items) throw Error("its pickle has longer lists than any model needs");
}

void PickleMachine::hold(Value* holder, std::span<Value* const> items) {
    spend_items(items.size());
    holder->items.insert(holder->items.end(), items.begin(), items.end());
}

void PickleMachine::append(Value* target, std::span<Value* const> items) {
    if (target->is(Kind::list) || target->is(Kind::set)) return hold(target, items);
    if (!target->is(Kind::object)) damaged_pickle();  // items of a list class of its own are left out
}

void PickleMachine::set_items(Value* target, std::span<Value* const> items) {
    if (items.size() % 2 != 0) damaged_pickle();
    if (target->is(Kind::dict)) return hold(target, items);
    if (!target->is(Kind::object)) damaged_pickle();
}

void PickleMachine::call(Value* callee, Value* arguments) {
    if (!callee->is(Kind::symbol)) {
        throw Error("it calls something that it has put together itself: refused, nothing was run");
    }
    if (!arguments->is(Kind::tuple)) damaged_pickle();
    switch (meaning_of_call(callee->text)) {
        case CallMeaning::dict:
            return make_dict(*arguments);
        case CallMeaning::set:
            return make_set(*arguments);
        case CallMeaning::bytes:
            return make_bytes(*arguments);
        case CallMeaning::object:
            return push_object(callee, arguments);
        case CallMeaning::refused:
            break;
    }
    throw Error(
        fmt::format("it calls '{}', which is not part of a model: refused, nothing was run", callee->text));
}

void PickleMachine::make_dict(const Value& arguments) {
    Value* dict = make(Kind::dict);
    push(dict);
    if (arguments.items.empty() || !arguments.items[0]->is(Kind::list)) return;
    for (const Value* pair : arguments.items[0]->items) {
        if (pair->items.size() != 2) damaged_pickle();
        spend_items(2);
        dict->items.insert(dict->items.end(), pair->items.begin(), pair->items.end());
    }
}

void PickleMachine::make_set(const Value& arguments) {
    Value* set = make(Kind::set);
    if (!arguments.items.empty()) {
        spend_items(arguments.items[0]->items.size());
        set->items = arguments.items[0]->items;
    }
    push(set);
}

void PickleMachine::make_bytes(const Value& arguments) {
    const std::string_view utf8 = arguments.items.empty() ? std::string_view{} : arguments.items[0]->text;
    spend_items(utf8.size() / sizeof(Value*));
    std::string latin1;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<std::uint8_t>(utf8[i]);
        if (lead >= 0x80 && ++i == utf8.size()) damaged_pickle();
        latin1.push_back(lead < 0x80
                             ? utf8[i]
                             : static_cast<char>(lead << 6U | (static_cast<std::uint8_t>(utf8[i]) & 0x3FU)));
    }
    Value* bytes = make(Kind::bytes);
    bytes->text = pickle_.names_.emplace_back(std::move(latin1));
    push(bytes);
}

void PickleMachine::build(Value* target, Value* state) {
    if (!target->is(Kind::object)) return;  // attributes of an OrderedDict and the like
    target->items.resize(2);
    target->items.push_back(state);
}

void PickleMachine::remember(std::uint64_t index) {
    if (index >= pickle_.bytes_.bytes.size())
        damaged_pickle();  // more entries than bytes that could have made them
    if (index >= memo_.size()) memo_.resize(static_cast<std::size_t>(index) + 1);
    memo_[static_cast<std::size_t>(index)] = top();
}

void PickleMachine::recall(std::uint64_t index) {
    if (index >= memo_.size() || memo_[static_cast<std::size_t>(index)] == nullptr) damaged_pickle();
    push(memo_[static_cast<std::size_t>(index)]);
}

}  // namespace yolo::checkpoint
