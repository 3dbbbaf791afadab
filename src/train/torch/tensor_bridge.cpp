// SPDX-License-Identifier: Apache-2.0
#include "train/torch/tensor_bridge.hpp"

#include <cstring>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::train {

namespace {

at::ScalarType scalar_type(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return at::kFloat;
        case DType::f16:
            return at::kHalf;
        case DType::bf16:
            return at::kBFloat16;
        case DType::f64:
            return at::kDouble;
        case DType::i64:
            return at::kLong;
        case DType::i32:
            return at::kInt;
        case DType::i16:
            return at::kShort;
        case DType::i8:
            return at::kChar;
        case DType::u8:
            return at::kByte;
        case DType::boolean:
            return at::kBool;
    }
    throw Error(fmt::format("LibTorch has no element type {}", to_string(dtype)));
}

}  // namespace

at::Tensor copy_to_torch(const Tensor& tensor) {
    at::Tensor same = at::empty(tensor.shape(), scalar_type(tensor.dtype()));
    std::memcpy(same.data_ptr(), tensor.raw(), tensor.bytes());  // the source need not be aligned
    return same.to(same.is_floating_point() ? at::kFloat : at::kLong);
}

at::Tensor view_as_torch(const Tensor& tensor) {
    auto* data = const_cast<std::byte*>(tensor.raw());
    return at::from_blob(
        data, tensor.shape(), [owner = tensor](void*) {},
        at::TensorOptions().dtype(scalar_type(tensor.dtype())));
}

Tensor from_torch(const at::Tensor& tensor) {
    auto dense = std::make_shared<at::Tensor>(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
    const void* data = dense->const_data_ptr();
    Shape shape(dense->sizes().begin(), dense->sizes().end());
    return {DType::f32, std::move(shape), std::shared_ptr<const void>(std::move(dense)), data};
}

}  // namespace yolo::train
