// SPDX-License-Identifier: Apache-2.0
#include "core/tensor.hpp"

#include <cstdlib>
#include <cstring>
#include <limits>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

namespace yolo {

std::size_t size_of(DType dtype) {
    switch (dtype) {
        case DType::f64:
        case DType::i64:
            return 8;
        case DType::f32:
        case DType::i32:
            return 4;
        case DType::f16:
        case DType::bf16:
        case DType::i16:
            return 2;
        default:
            return 1;
    }
}

const char* to_string(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return "F32";
        case DType::f16:
            return "F16";
        case DType::bf16:
            return "BF16";
        case DType::f64:
            return "F64";
        case DType::i64:
            return "I64";
        case DType::i32:
            return "I32";
        case DType::i16:
            return "I16";
        case DType::i8:
            return "I8";
        case DType::u8:
            return "U8";
        default:
            return "BOOL";
    }
}

std::int64_t element_count(const Shape& shape) {
    std::int64_t count = 1;
    for (const std::int64_t size : shape) {
        if (size < 0 || __builtin_mul_overflow(count, size, &count)) {
            throw Error(fmt::format("the shape {} is not possible", to_string(shape)));
        }
    }
    return count;
}

std::string to_string(const Shape& shape) {
    return fmt::format("({})", fmt::join(shape, ", "));
}

Tensor::Tensor(DType dtype, Shape shape, std::shared_ptr<const void> owner, const void* data)
    : dtype_(dtype),
      shape_(std::move(shape)),
      elements_(element_count(shape_)),
      owner_(std::move(owner)),
      data_(static_cast<const std::byte*>(data)) {}

Tensor Tensor::allocate(DType dtype, Shape shape) {
    constexpr std::size_t alignment = 64;
    const auto elements = static_cast<std::size_t>(element_count(shape));
    if (elements > std::numeric_limits<std::size_t>::max() / 2 / size_of(dtype)) {
        throw Error(fmt::format("a tensor of shape {} does not fit into memory", to_string(shape)));
    }
    const std::size_t bytes = (elements * size_of(dtype) + alignment) / alignment * alignment;
    std::shared_ptr<void> memory(std::aligned_alloc(alignment, bytes), std::free);
    if (!memory) throw Error(fmt::format("no memory for a tensor of shape {}", to_string(shape)));
    void* data = memory.get();
    Tensor tensor(dtype, std::move(shape), std::move(memory), data);
    tensor.writable_ = true;
    return tensor;
}

Tensor Tensor::from(Shape shape, std::span<const float> values) {
    Tensor tensor = allocate(DType::f32, std::move(shape));
    if (static_cast<std::size_t>(tensor.elements()) != values.size()) {
        throw Error(fmt::format("{} values do not make a tensor of shape {}", values.size(),
                                to_string(tensor.shape())));
    }
    if (!values.empty())
        std::memcpy(tensor.mutable_values<float>().data(), values.data(), values.size_bytes());
    return tensor;
}

void Tensor::check_access(std::size_t size, std::size_t alignment) const {
    if (size != size_of(dtype_)) {
        throw Error(fmt::format("a {} tensor was read as elements of {} bytes", to_string(dtype_), size));
    }
    if (reinterpret_cast<std::uintptr_t>(data_) % alignment != 0)
        throw Error("a tensor was read at an unaligned address");
}

void Tensor::check_writable() const {
    if (!writable_) throw Error("a shared tensor cannot be written");
}

namespace {

float half_to_float(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
    const std::uint32_t exponent = (half >> 10U) & 0x1FU;
    std::uint32_t mantissa = half & 0x3FFU;
    std::uint32_t bits = 0;
    if (exponent == 0x1FU) {
        bits = sign | 0x7F800000U | (mantissa << 13U);
    } else if (exponent != 0) {
        bits = sign | ((exponent + 112U) << 23U) | (mantissa << 13U);
    } else if (mantissa != 0) {  // subnormal: shift until the leading one is implicit
        std::uint32_t shifted = 113;
        while ((mantissa & 0x400U) == 0) {
            mantissa <<= 1U;
            --shifted;
        }
        bits = sign | (shifted << 23U) | ((mantissa & 0x3FFU) << 13U);
    } else {
        bits = sign;
    }
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

float bfloat_to_float(std::uint16_t bfloat) {
    const std::uint32_t bits = static_cast<std::uint32_t>(bfloat) << 16U;
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

template <class T, class Convert>
void convert(const std::byte* from, std::span<float> to, Convert one) {
    for (std::size_t i = 0; i < to.size(); ++i) {
        T value;
        std::memcpy(&value, from + i * sizeof(T), sizeof(T));  // the source may be unaligned
        to[i] = one(value);
    }
}

}  // namespace

Tensor Tensor::to_f32() const {
    if (dtype_ == DType::f32 && reinterpret_cast<std::uintptr_t>(data_) % alignof(float) == 0) return *this;
    Tensor result = allocate(DType::f32, shape_);
    const std::span<float> out = result.mutable_values<float>();
    const auto plain = [](auto value) { return static_cast<float>(value); };
    switch (dtype_) {
        case DType::f32:
            convert<float>(data_, out, plain);
            break;
        case DType::f16:
            convert<std::uint16_t>(data_, out, half_to_float);
            break;
        case DType::bf16:
            convert<std::uint16_t>(data_, out, bfloat_to_float);
            break;
        case DType::f64:
            convert<double>(data_, out, plain);
            break;
        case DType::i64:
            convert<std::int64_t>(data_, out, plain);
            break;
        case DType::i32:
            convert<std::int32_t>(data_, out, plain);
            break;
        case DType::i16:
            convert<std::int16_t>(data_, out, plain);
            break;
        case DType::i8:
            convert<std::int8_t>(data_, out, plain);
            break;
        default:
            convert<std::uint8_t>(data_, out, plain);
            break;
    }
    return result;
}

Tensor rows_of(const Tensor& tensor, std::int64_t first, std::int64_t count) {
    Shape shape = tensor.shape();
    if (shape.empty() || first < 0 || count < 0 || first + count > shape[0])
        throw Error(fmt::format("a tensor of shape {} has no rows {} to {}", to_string(shape), first,
                                first + count - 1));
    const std::size_t row = shape[0] == 0 ? 0 : tensor.bytes() / static_cast<std::size_t>(shape[0]);
    shape[0] = count;
    return Tensor(tensor.dtype(), std::move(shape), std::make_shared<Tensor>(tensor),
                  tensor.raw() + static_cast<std::size_t>(first) * row);
}

}  // namespace yolo
