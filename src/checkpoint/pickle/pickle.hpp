// SPDX-License-Identifier: Apache-2.0
/// \file Python pickles as data (PEP 307, PEP 3154; opcodes as in the standard library's pickletools).
/// Nothing is ever imported, made or called: a global is its name, a call is the pair of that name and its
/// arguments.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "formats/bytes.hpp"

namespace yolo::checkpoint {

/// One object of a pickle. Objects that are referred to several times are shared, and may contain themselves.
struct Value {
    enum class Kind : std::uint8_t {
        none,
        boolean,     ///< integer
        integer,     ///< integer
        real,        ///< real
        text,        ///< text, UTF-8 as the file has it
        bytes,       ///< text
        tuple,       ///< items
        list,        ///< items
        set,         ///< items
        dict,        ///< items: key, value, key, value ...
        symbol,      ///< text: "torch.nn.modules.conv.Conv2d"
        object,      ///< items: callee or class, arguments (a tuple), and the state if one was attached
        persistent,  ///< items: the id
        mark,        ///< never outside of the parser
    };

    Kind kind = Kind::none;
    union {
        std::int64_t integer = 0;
        double real;
    };
    std::string_view text;
    std::vector<const Value*> items;

    bool is(Kind wanted) const { return kind == wanted; }

    /// dict: the value of a text key, or null. An attribute of an object: the same in its state.
    const Value* find(std::string_view key) const;
    /// object: what was called or whose instance this is, when that is a plain symbol; else "".
    std::string_view callee() const;
    /// object: the arguments; empty for anything else.
    const std::vector<const Value*>& arguments() const;
    /// object: the attached state (for a pair of dict and slots its dict), or null.
    const Value* state() const;
};

/// The last part of a dotted name: "Conv2d" of "torch.nn.modules.conv.Conv2d".
std::string_view last_name(std::string_view symbol);

/// The objects of one pickle; they live as long as this. Texts are views of the pickle's bytes.
class Pickle {
  public:
    /// Throws Error (without the file's name) for anything that is not a whole pickle, that calls something
    /// which has no place in a model, or that is larger than any model needs.
    static Pickle parse(formats::SharedBytes bytes);

    const Value& root() const { return *root_; }
    /// Every object of a class, every call: for a look at the names that occur.
    const std::vector<const Value*>& objects() const { return objects_; }
    /// Every name that occurs.
    const std::vector<const Value*>& symbols() const { return symbols_; }

  private:
    friend class PickleMachine;
    formats::SharedBytes bytes_;
    std::deque<Value> values_;
    std::deque<std::string> names_;
    std::vector<const Value*> objects_, symbols_;
    const Value* root_ = nullptr;
};

}  // namespace yolo::checkpoint
