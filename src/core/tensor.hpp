// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace yolo {

enum class DType : std::uint8_t { f32, f16, bf16, f64, i64, i32, i16, i8, u8, boolean };

std::size_t size_of(DType dtype);    ///< bytes of one element
const char* to_string(DType dtype);  ///< "F32", "F16", ... as safetensors writes it

using Shape = std::vector<std::int64_t>;

std::int64_t element_count(
    const Shape& shape);  ///< product; 1 for a scalar. Throws Error on a negative size or overflow.
std::string to_string(const Shape& shape);  ///< "(1, 84, 8400)"

/// A dense, row-major array. Copies share the data; the data may lie in a mapped file, so it is read-only
/// unless this tensor was made by allocate().
class Tensor {
  public:
    Tensor() = default;
    /// Shares data that `owner` keeps alive. `data` need not be aligned: read elements with to_f32() or
    /// memcpy.
    Tensor(DType dtype, Shape shape, std::shared_ptr<const void> owner, const void* data);

    /// A new tensor on the heap, 64-byte aligned, not initialised.
    static Tensor allocate(DType dtype, Shape shape);
    /// A new float32 tensor with the given elements.
    static Tensor from(Shape shape, std::span<const float> values);

    DType dtype() const { return dtype_; }
    const Shape& shape() const { return shape_; }
    std::int64_t dim(std::size_t i) const { return shape_.at(i); }
    std::int64_t elements() const { return elements_; }
    std::size_t bytes() const { return static_cast<std::size_t>(elements_) * size_of(dtype_); }
    bool empty() const { return data_ == nullptr; }

    const std::byte* raw() const { return data_; }
    /// Elements of type T; T must have the size of the dtype (checked), the data must be aligned for T
    /// (checked).
    template <class T>
    std::span<const T> values() const {
        check_access(sizeof(T), alignof(T));
        return {reinterpret_cast<const T*>(data_), static_cast<std::size_t>(elements_)};
    }
    /// Writable elements; only for tensors made by allocate() or from().
    template <class T>
    std::span<T> mutable_values() {
        check_access(sizeof(T), alignof(T));
        check_writable();
        return {reinterpret_cast<T*>(const_cast<std::byte*>(data_)), static_cast<std::size_t>(elements_)};
    }

    /// All bytes, writable as above.
    std::byte* mutable_raw() {
        check_writable();
        return const_cast<std::byte*>(data_);
    }

    /// A float32 copy (or this tensor itself when it is aligned float32 already). From F16, BF16, F64,
    /// integers.
    Tensor to_f32() const;

  private:
    void check_access(std::size_t size, std::size_t alignment) const;
    void check_writable() const;

    DType dtype_ = DType::f32;
    Shape shape_;
    std::int64_t elements_ = 0;
    std::shared_ptr<const void> owner_;
    const std::byte* data_ = nullptr;
    bool writable_ = false;
};

/// Rows first .. first + count - 1 of the first dimension, where they lie. Throws Error when there are fewer.
Tensor rows_of(const Tensor& tensor, std::int64_t first, std::int64_t count);

}  // namespace yolo
