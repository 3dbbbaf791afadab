// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "checkpoint/pickle/pickle.hpp"
#include "checkpoint/pickle/torch_archive.hpp"
#include "core/tensor.hpp"

namespace yolo::checkpoint {

/// A tensor as a pickle describes it: a strided view of a storage.
struct StoredTensor {
    DType dtype = DType::f32;
    Shape shape, stride;            ///< stride in elements
    std::int64_t offset = 0;        ///< in elements
    std::string_view storage;       ///< its key
    std::int64_t storage_size = 0;  ///< elements, as the pickle says

    bool is_contiguous() const;
};

/// The tensor or parameter that a value stands for; nothing when it is another kind of object.
/// Throws Error when it is a tensor whose description makes no sense.
std::optional<StoredTensor> as_tensor(const Value& value);

/// The class of PyTorch that stores such elements: "torch.HalfStorage".
std::string storage_class(DType dtype);

/// The elements: a view of the storage when they are contiguous, else a copy taken from `allowance`.
/// Throws Error when some lie outside of the storage.
Tensor read_tensor(const StoredTensor& stored, const StorageReader& storages, formats::Allowance& allowance);

}  // namespace yolo::checkpoint
