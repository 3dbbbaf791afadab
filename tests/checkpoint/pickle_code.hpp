// SPDX-License-Identifier: Apache-2.0
/// \file Pickles of protocol 2 as text, for files that no pickler would write. Each function gives the
/// opcodes that leave one object on the stack.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yolo::test::pickle {

using Code = std::string;

inline Code little_endian(std::uint64_t value, int bytes) {
    Code code;
    for (int i = 0; i < bytes; ++i) code.push_back(static_cast<char>(value >> (8 * i) & 0xFFU));
    return code;
}

/// The whole pickle of one object.
inline std::string whole(const Code& object) {
    return "\x80\x02" + object + ".";
}

inline Code none() {
    return "N";
}
inline Code boolean(bool value) {
    return value ? "\x88" : "\x89";
}
inline Code integer(std::int32_t value) {
    return "J" + little_endian(static_cast<std::uint32_t>(value), 4);
}
inline Code real(double value) {
    return "G" + little_endian(__builtin_bswap64(std::bit_cast<std::uint64_t>(value)), 8);
}
inline Code text(std::string_view value) {
    return "X" + little_endian(value.size(), 4) + Code(value);
}

inline Code join(const std::vector<Code>& items) {
    Code code;
    for (const Code& item : items) code += item;
    return code;
}
inline Code tuple(const std::vector<Code>& items) {
    return "(" + join(items) + "t";
}
inline Code list(const std::vector<Code>& items) {
    return "](" + join(items) + "e";
}
inline Code dict(const std::vector<std::pair<Code, Code>>& items) {
    Code code = "}(";
    for (const auto& [key, value] : items) code += key + value;
    return code + "u";
}
/// A dict with text keys.
inline Code named(const std::vector<std::pair<std::string, Code>>& items) {
    std::vector<std::pair<Code, Code>> coded;
    for (const auto& [key, value] : items) coded.emplace_back(text(key), value);
    return dict(coded);
}

inline Code global(std::string_view module, std::string_view name) {
    return "c" + Code(module) + "\n" + Code(name) + "\n";
}
inline Code call(const Code& callee, const std::vector<Code>& arguments) {
    return callee + tuple(arguments) + "R";
}
/// An instance of a class with a state.
inline Code instance(const Code& type, const Code& state) {
    return type + ")\x81" + state + "b";
}
inline Code ordered_dict() {
    return call(global("collections", "OrderedDict"), {});
}

inline Code integers(const std::vector<int>& values) {
    std::vector<Code> items;
    for (const int value : values) items.push_back(integer(value));
    return tuple(items);
}

/// A tensor on storage KEY, as torch._utils rebuilds it.
inline Code tensor(std::string_view storage_class, std::string_view key, int storage_size,
                   const std::vector<int>& shape, const std::vector<int>& stride, int offset = 0) {
    const Code id = tuple(
        {text("storage"), global("torch", storage_class), text(key), text("cpu"), integer(storage_size)});
    return call(
        global("torch._utils", "_rebuild_tensor_v2"),
        {id + "Q", integer(offset), integers(shape), integers(stride), boolean(false), ordered_dict()});
}

/// A contiguous one that fills its storage.
inline Code tensor(std::string_view storage_class, std::string_view key, const std::vector<int>& shape) {
    std::vector<int> stride(shape.size());
    int elements = 1;
    for (std::size_t i = shape.size(); i-- > 0;) {
        stride[i] = elements;
        elements *= shape[i];
    }
    return tensor(storage_class, key, elements, shape, stride);
}

}  // namespace yolo::test::pickle
