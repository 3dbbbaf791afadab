// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/stored_tensor.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/core.h>

namespace yolo::checkpoint {

namespace {

constexpr std::size_t most_dimensions = 8;

struct StorageClass {
    std::string_view name;
    DType dtype;
};
constexpr std::array storage_classes = std::to_array<StorageClass>({{"HalfStorage", DType::f16},
                                                                    {"FloatStorage", DType::f32},
                                                                    {"LongStorage", DType::i64},
                                                                    {"DoubleStorage", DType::f64},
                                                                    {"BFloat16Storage", DType::bf16},
                                                                    {"IntStorage", DType::i32},
                                                                    {"ShortStorage", DType::i16},
                                                                    {"CharStorage", DType::i8},
                                                                    {"ByteStorage", DType::u8},
                                                                    {"BoolStorage", DType::boolean}});

[[noreturn]] void damaged_tensor() {
    throw Error("a tensor is described in a way that is not understood");
}

std::int64_t integer(const Value& value) {
    if (!value.is(Value::Kind::integer)) damaged_tensor();
    return value.integer;
}

/// A tuple, or a torch.Size made of one.
Shape integers(const Value& value) {
    const Value* list = &value;
    if (value.callee() == "torch.Size" && !value.arguments().empty()) list = value.arguments()[0];
    if (!list->is(Value::Kind::tuple) && !list->is(Value::Kind::list)) damaged_tensor();
    if (list->items.size() > most_dimensions) damaged_tensor();
    Shape shape;
    for (const Value* item : list->items) shape.push_back(integer(*item));
    return shape;
}

/// ('storage', class, key, location, element count)
void read_storage_id(const Value& persistent, StoredTensor& tensor) {
    if (!persistent.is(Value::Kind::persistent) || !persistent.items[0]->is(Value::Kind::tuple))
        damaged_tensor();
    const std::vector<const Value*>& id = persistent.items[0]->items;
    if (id.size() != 5 || !id[1]->is(Value::Kind::symbol) || !id[2]->is(Value::Kind::text)) damaged_tensor();
    const std::string_view name = last_name(id[1]->text);
    const auto found = std::find_if(storage_classes.begin(), storage_classes.end(),
                                    [name](const StorageClass& known) { return known.name == name; });
    if (found == storage_classes.end())
        throw Error(fmt::format("a tensor is stored as '{}', which is not known", name));
    tensor.dtype = found->dtype;
    tensor.storage = id[2]->text;
    tensor.storage_size = integer(*id[4]);
}

StoredTensor describe(const std::vector<const Value*>& arguments) {
    if (arguments.size() < 4) damaged_tensor();
    StoredTensor tensor;
    read_storage_id(*arguments[0], tensor);
    tensor.offset = integer(*arguments[1]);
    tensor.shape = integers(*arguments[2]);
    tensor.stride = integers(*arguments[3]);
    const auto negative = [](std::int64_t number) { return number < 0; };
    if (tensor.shape.size() != tensor.stride.size() || tensor.offset < 0 || tensor.storage_size < 0 ||
        std::any_of(tensor.shape.begin(), tensor.shape.end(), negative) ||
        std::any_of(tensor.stride.begin(), tensor.stride.end(), negative)) {
        damaged_tensor();
    }
    return tensor;
}

[[noreturn]] void outside(const StoredTensor& stored) {
    throw Error(fmt::format("it has a tensor of shape {} that lies outside of its storage '{}'",
                            to_string(stored.shape), stored.storage));
}

/// One past the last element that the view touches; 0 when it has none.
std::int64_t end_of(const StoredTensor& stored) {
    std::int64_t last = stored.offset;
    for (std::size_t i = 0; i < stored.shape.size(); ++i) {
        std::int64_t span = 0;
        if (stored.shape[i] == 0) return 0;
        if (__builtin_mul_overflow(stored.shape[i] - 1, stored.stride[i], &span) ||
            __builtin_add_overflow(last, span, &last)) {
            outside(stored);
        }
    }
    if (__builtin_add_overflow(last, 1, &last)) outside(stored);
    return last;
}

/// Copies a strided view, innermost dimension last.
Tensor gather(const StoredTensor& stored, const std::byte* from) {
    Tensor copy = Tensor::allocate(stored.dtype, stored.shape);
    const std::size_t size = size_of(stored.dtype), rank = stored.shape.size();
    auto* to = const_cast<std::byte*>(copy.raw());  // freshly allocated here
    std::array<std::int64_t, most_dimensions> index = {};
    std::int64_t position = stored.offset;
    for (std::int64_t i = 0; i < copy.elements(); ++i, to += size) {
        std::memcpy(to, from + static_cast<std::size_t>(position) * size, size);
        for (std::size_t axis = rank; axis-- > 0;) {  // count up like an odometer
            position += stored.stride[axis];
            if (++index.at(axis) < stored.shape[axis]) break;
            position -= stored.stride[axis] * stored.shape[axis];
            index.at(axis) = 0;
        }
    }
    return copy;
}

}  // namespace

bool StoredTensor::is_contiguous() const {
    std::int64_t expected = 1;
    for (std::size_t i = shape.size(); i-- > 0;) {
        if (shape[i] != 1 && stride[i] != expected) return false;
        if (__builtin_mul_overflow(expected, std::max<std::int64_t>(shape[i], 1), &expected)) return false;
    }
    return true;
}

std::optional<StoredTensor> as_tensor(const Value& value) {
    const std::string_view callee = value.callee();
    if (!callee.starts_with("torch._utils._rebuild_")) return std::nullopt;
    const std::string_view kind = last_name(callee);
    if (kind == "_rebuild_parameter" ||
        kind == "_rebuild_parameter_with_state") {  // (tensor, requires_grad, hooks)
        if (value.arguments().empty()) damaged_tensor();
        const Value& data = *value.arguments()[0];
        if (!last_name(data.callee()).starts_with("_rebuild_tensor")) damaged_tensor();
        return describe(data.arguments());
    }
    return describe(value.arguments());
}

std::string storage_class(DType dtype) {
    const auto found = std::find_if(storage_classes.begin(), storage_classes.end(),
                                    [dtype](const StorageClass& known) { return known.dtype == dtype; });
    return fmt::format("torch.{}", found->name);
}

Tensor read_tensor(const StoredTensor& stored, const StorageReader& storages, formats::Allowance& allowance) {
    const formats::SharedBytes storage = storages(stored.storage);
    const auto available = static_cast<std::int64_t>(storage.bytes.size() / size_of(stored.dtype));
    if (stored.storage_size > available) {
        throw Error(fmt::format("its storage '{}' should hold {} elements, but has {}", stored.storage,
                                stored.storage_size, available));
    }
    if (end_of(stored) > stored.storage_size) outside(stored);
    const std::int64_t elements = element_count(stored.shape);
    if (stored.is_contiguous()) {
        const std::byte* data = storage.bytes.data();
        if (elements > 0) data += static_cast<std::size_t>(stored.offset) * size_of(stored.dtype);
        return Tensor(stored.dtype, stored.shape, storage.owner, data);
    }
    if (elements > stored.storage_size) outside(stored);  // elements that repeat others
    allowance.spend(static_cast<std::uint64_t>(elements) * size_of(stored.dtype));
    return gather(stored, storage.bytes.data());
}

}  // namespace yolo::checkpoint
