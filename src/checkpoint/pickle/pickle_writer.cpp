// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/pickle_writer.hpp"

#include <array>
#include <bit>
#include <limits>
#include <unordered_map>

#include <yolo/error.hpp>

#include "formats/bytes.hpp"

namespace yolo::checkpoint {

namespace {

using Kind = Value::Kind;

/// Opcodes by the names of the standard library's pickletools.
enum Opcode : char {
    op_proto = '\x80',
    op_stop = '.',
    op_mark = '(',
    op_none = 'N',
    op_true = '\x88',
    op_false = '\x89',
    op_binint = 'J',
    op_binint1 = 'K',
    op_binint2 = 'M',
    op_long1 = '\x8a',
    op_binfloat = 'G',
    op_binunicode = 'X',
    op_empty_tuple = ')',
    op_tuple1 = '\x85',
    op_tuple2 = '\x86',
    op_tuple3 = '\x87',
    op_tuple = 't',
    op_empty_list = ']',
    op_appends = 'e',
    op_empty_dict = '}',
    op_setitems = 'u',
    op_global = 'c',
    op_newobj = '\x81',
    op_reduce = 'R',
    op_build = 'b',
    op_binpersid = 'Q',
    op_binput = 'q',
    op_long_binput = 'r',
    op_binget = 'h',
    op_long_binget = 'j',
};

class Writer {
  public:
    explicit Writer(const Value& root) {
        count(root);
        put(op_proto);
        code_ += '\2';
        write(root);
        put(op_stop);
    }

    std::string take() { return std::move(code_); }

  private:
    std::string code_;

    void put(Opcode op) { code_ += static_cast<char>(op); }

    struct Shared {
        int uses = 0;
        int slot = -1;  // in the memo, once it was written
    };

    static bool may_be_shared(const Value& value) {
        return !value.items.empty() || value.is(Kind::text) || value.is(Kind::symbol);
    }

    void count(const Value& value) {
        if (!may_be_shared(value) || ++shared_[&value].uses > 1) return;
        for (const Value* item : value.items) count(*item);
    }

    void number(std::uint64_t value, std::size_t bytes) { formats::append_number(code_, value, bytes); }

    void write(const Value& value) {
        const auto found = shared_.find(&value);
        if (found == shared_.end() || found->second.uses < 2) return write_content(value);
        Shared& shared = found->second;
        if (shared.slot >= 0) return memo(op_binget, op_long_binget, shared.slot);
        write_content(value);
        shared.slot = slots_++;
        memo(op_binput, op_long_binput, shared.slot);
    }

    void memo(Opcode narrow, Opcode wide, int slot) {
        const bool fits = slot <= std::numeric_limits<std::uint8_t>::max();
        put(fits ? narrow : wide);
        number(static_cast<std::uint64_t>(slot), fits ? 1 : 4);
    }

    void write_content(const Value& value) {
        switch (value.kind) {
            case Kind::none:
                put(op_none);
                return;
            case Kind::boolean:
                put(value.integer != 0 ? op_true : op_false);
                return;
            case Kind::integer:
                return write_integer(value.integer);
            case Kind::real:
                return write_real(value.real);
            case Kind::text:
                put(op_binunicode);
                number(value.text.size(), 4);
                code_ += value.text;
                return;
            case Kind::tuple:
                return write_tuple(value);
            case Kind::list:
                return write_container(value, op_empty_list, op_appends);
            case Kind::dict:
                return write_container(value, op_empty_dict, op_setitems);
            case Kind::symbol:
                return write_symbol(value.text);
            case Kind::object:
                return write_object(value);
            case Kind::persistent:
                write(*value.items.at(0));
                put(op_binpersid);
                return;
            case Kind::bytes:
            case Kind::set:
            case Kind::mark:
                break;
        }
        throw Error("a value of this kind cannot be pickled");
    }

    void write_integer(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        if (value >= 0 && value <= std::numeric_limits<std::uint8_t>::max()) {
            put(op_binint1);
            number(bits, 1);
        } else if (value >= 0 && value <= std::numeric_limits<std::uint16_t>::max()) {
            put(op_binint2);
            number(bits, 2);
        } else if (value >= std::numeric_limits<std::int32_t>::min() &&
                   value <= std::numeric_limits<std::int32_t>::max()) {
            put(op_binint);
            number(bits, 4);
        } else {
            put(op_long1);
            number(sizeof bits, 1);
            number(bits, sizeof bits);
        }
    }

    void write_real(double value) {  // big-endian
        put(op_binfloat);
        const auto bits = std::bit_cast<std::uint64_t>(value);
        for (int shift = 56; shift >= 0; shift -= 8) code_ += static_cast<char>(bits >> shift & 0xFFU);
    }

    void write_tuple(const Value& value) {
        constexpr std::array short_forms = {op_empty_tuple, op_tuple1, op_tuple2, op_tuple3};
        const std::size_t size = value.items.size();
        if (size >= short_forms.size()) put(op_mark);
        for (const Value* item : value.items) write(*item);
        put(size < short_forms.size() ? short_forms.at(size) : op_tuple);
    }

    void write_container(const Value& value, Opcode empty, Opcode fill) {
        put(empty);
        if (value.items.empty()) return;
        put(op_mark);
        for (const Value* item : value.items) write(*item);
        put(fill);
    }

    void write_symbol(std::string_view name) {
        const std::size_t dot = name.rfind('.');
        if (dot == std::string_view::npos) throw Error("a symbol without a module cannot be pickled");
        put(op_global);
        code_ += name.substr(0, dot);
        code_ += '\n';
        code_ += name.substr(dot + 1);
        code_ += '\n';
    }

    /// A class without arguments whose state follows is made without its constructor, as modules must be.
    void write_object(const Value& value) {
        const bool has_state = value.items.size() > 2;
        write(*value.items.at(0));
        write(*value.items.at(1));
        put(has_state && value.arguments().empty() ? op_newobj : op_reduce);
        if (!has_state) return;
        write(*value.items[2]);
        put(op_build);
    }

    std::unordered_map<const Value*, Shared> shared_;
    int slots_ = 0;
};

}  // namespace

std::string write_pickle(const Value& root) {
    return Writer(root).take();
}

}  // namespace yolo::checkpoint
