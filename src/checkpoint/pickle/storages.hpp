// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "checkpoint/pickle/pickle_values.hpp"
#include "core/tensor.hpp"
#include "formats/zip/zip_stream.hpp"

namespace yolo::checkpoint {

/// The arrays of a .pt file that is being written: described in the pickle first, then written one by one.
/// Tensors are shared, not copied.
class Storages {
  public:
    explicit Storages(PickleValues& values) : values_(values) {}

    /// The tensor as a pickle describes it, with a storage of its own.
    const Value* tensor(const Tensor& tensor);
    /// The same in half precision (converted when it is written).
    const Value* half_tensor(const Tensor& tensor);
    /// A torch.nn.Parameter of a tensor, without gradient.
    const Value* parameter(const Value* tensor);

    /// Adds ROOT/data/0, ROOT/data/1, ... in the order of description.
    void write(formats::ZipStream& zip, const std::string& root) const;

  private:
    struct Storage {
        Tensor tensor;
        bool as_half = false;
    };
    const Value* describe(const Tensor& tensor, DType dtype);

    PickleValues& values_;
    std::vector<Storage> storages_;
};

}  // namespace yolo::checkpoint
