// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "checkpoint/pickle/pickle.hpp"
#include "formats/byte_reader.hpp"

namespace yolo::checkpoint {

/// The stack machine that a pickle is a program for. It only ever builds Values.
class PickleMachine {
  public:
    explicit PickleMachine(Pickle& pickle);
    void run();

  private:
    // Each takes the opcodes of one family and says whether this was one of them.
    bool scalar(std::uint8_t opcode);
    bool text_or_bytes(std::uint8_t opcode);
    bool container(std::uint8_t opcode);
    bool object(std::uint8_t opcode);
    bool memo(std::uint8_t opcode);
    bool stack(std::uint8_t opcode);

    Value* make(Value::Kind kind);
    void push(Value* value) { stack_.push_back(value); }
    void push_integer(std::int64_t value);
    void push_long(std::uint64_t byte_count);
    void push_text(Value::Kind kind, std::uint64_t byte_count);
    void push_symbol(std::string_view module, std::string_view name);
    void push_tuple(std::size_t count);
    void push_object(Value* callee, Value* arguments);

    Value* pop();
    Value* top();
    /// The values above the last mark; pop_mark() then removes them and the mark.
    std::span<Value* const> above_mark() const;
    void pop_mark();

    void spend_items(std::size_t count);
    void hold(Value* holder, std::span<Value* const> items);
    void append(Value* target, std::span<Value* const> items);
    void set_items(Value* target, std::span<Value* const> items);
    void call(Value* callee, Value* arguments);
    void make_dict(const Value& arguments);
    void make_set(const Value& arguments);
    void make_bytes(const Value& arguments);
    void build(Value* target, Value* state);
    void remember(std::uint64_t index);
    void recall(std::uint64_t index);

    Pickle& pickle_;
    formats::ByteReader in_;
    std::vector<Value*> stack_, memo_;
    std::vector<std::size_t> marks_;  // stack heights
    std::size_t items_ = 0;           // references held by all containers
    Value* none_ = nullptr;
    Value* false_ = nullptr;
    Value* true_ = nullptr;
};

}  // namespace yolo::checkpoint
