// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checkpoint/pickle/pickle.hpp"
#include "core/json.hpp"

namespace yolo::checkpoint {

/// Makes the objects of a pickle that is to be written; they live as long as this. Texts and symbols of the
/// same content are one object, as are none, true and false; containers and objects are always new ones.
class PickleValues {
  public:
    using List = std::vector<const Value*>;
    using Entries = std::vector<std::pair<std::string_view, const Value*>>;

    PickleValues();
    PickleValues(const PickleValues&) = delete;
    PickleValues& operator=(const PickleValues&) = delete;

    const Value* none() const { return none_; }
    const Value* boolean(bool value) const { return value ? true_ : false_; }
    const Value* integer(std::int64_t value);
    const Value* real(double value);
    const Value* text(std::string_view text);  ///< UTF-8; what is not becomes U+FFFD
    const Value* symbol(std::string_view name);
    const Value* tuple(List items);
    const Value* list(List items);
    const Value* dict(const Entries& entries);
    const Value* dict_of(List keys_and_values);
    /// A call, or an instance made without arguments that gets a state.
    const Value* object(std::string_view callee, List arguments, const Value* state = nullptr);
    const Value* persistent(const Value* id);

    const Value* integers(const std::vector<std::int64_t>& values);  ///< a tuple
    const Value* ordered_dict();                                     ///< an empty one
    /// Plain data: lists and dicts with text keys. Throws Error for a number that no int64 holds.
    const Value* plain(const Json& json);

  private:
    Value* make(Value::Kind kind);
    const Value* interned(Value::Kind kind, std::string text);

    std::deque<Value> values_;
    std::set<std::string, std::less<>> texts_;
    std::map<std::pair<Value::Kind, std::string_view>, const Value*> interned_;
    const Value *none_ = nullptr, *true_ = nullptr, *false_ = nullptr;
};

}  // namespace yolo::checkpoint
