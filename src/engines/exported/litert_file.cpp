// SPDX-License-Identifier: Apache-2.0
// FlatBuffers: https://flatbuffers.dev/internals; field numbers: the public schema
// (tensorflow/compiler/mlir/lite/schema/schema.fbs).
#include "engines/exported/litert_file.hpp"

#include <cstring>
#include <vector>

#include <yolo/error.hpp>

namespace yolo::engines {

namespace {

/// Tables and vectors by their places in the file; every step is checked.
class FlatReader {
  public:
    explicit FlatReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    template <class T>
    T number(std::uint64_t at) const {
        if (at + sizeof(T) > bytes_.size()) throw Error("its network is cut off");
        T value;
        std::memcpy(&value, bytes_.data() + at, sizeof value);
        return value;
    }

    /// Where an offset that stands at `at` points to.
    std::uint64_t target(std::uint64_t at) const { return at + number<std::uint32_t>(at); }

    /// Where the field of a table lies; 0: it has none.
    std::uint64_t field(std::uint64_t table, unsigned number_of_field) const {
        const std::int64_t fields = static_cast<std::int64_t>(table) - number<std::int32_t>(table);
        if (fields < 0) throw Error("its network is cut off");
        const auto list = static_cast<std::uint64_t>(fields);
        const unsigned slot = 4 + 2 * number_of_field;
        const unsigned offset =
            slot + 2 <= number<std::uint16_t>(list) ? number<std::uint16_t>(list + slot) : 0U;
        return offset == 0 ? 0 : table + offset;
    }

    /// Calls visit(table) for each table of the vector in a field.
    template <class Visit>
    void tables(std::uint64_t table, unsigned number_of_field, Visit visit) const {
        const std::uint64_t place = field(table, number_of_field);
        if (place == 0) return;
        const std::uint64_t vector = target(place);
        const std::uint32_t count = number<std::uint32_t>(vector);
        if (count > bytes_.size() / 4) throw Error("its network is cut off");
        for (std::uint64_t i = 0; i < count; ++i) visit(target(vector + 4 + 4 * i));
    }

  private:
    std::span<const std::byte> bytes_;
};

}  // namespace

std::map<int, std::uint64_t> litert_bytes_by_type(std::span<const std::byte> model) {
    constexpr unsigned graphs_field = 2, buffers_field = 4, content_field = 0, tensors_field = 0,
                       type_field = 1, buffer_field = 2;
    const FlatReader file(model);
    const std::uint64_t root = file.target(0);
    std::vector<std::uint64_t> sizes;
    file.tables(root, buffers_field, [&](std::uint64_t buffer) {
        const std::uint64_t content = file.field(buffer, content_field);
        sizes.push_back(content == 0 ? 0 : file.number<std::uint32_t>(file.target(content)));
    });
    std::map<int, std::uint64_t> bytes;
    file.tables(root, graphs_field, [&](std::uint64_t graph) {
        file.tables(graph, tensors_field, [&](std::uint64_t tensor) {
            const std::uint64_t type = file.field(tensor, type_field),
                                buffer = file.field(tensor, buffer_field);
            const std::uint32_t index = buffer == 0 ? 0 : file.number<std::uint32_t>(buffer);
            if (index < sizes.size() && sizes[index] > 0)
                bytes[type == 0 ? 0 : file.number<std::int8_t>(type)] += sizes[index];
        });
    });
    return bytes;
}

}  // namespace yolo::engines
