// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/storages.hpp"

#include <fmt/core.h>

#include "checkpoint/pickle/stored_tensor.hpp"
#include "formats/half.hpp"

namespace yolo::checkpoint {

const Value* Storages::describe(const Tensor& tensor, DType dtype) {
    const std::string key = std::to_string(storages_.size());
    const Value* id =
        values_.tuple({values_.text("storage"), values_.symbol(storage_class(dtype)), values_.text(key),
                       values_.text("cpu"), values_.integer(tensor.elements())});
    Shape stride(tensor.shape().size(), 1);
    for (std::size_t i = stride.size(); i-- > 1;) stride[i - 1] = stride[i] * tensor.shape()[i];
    return values_.object("torch._utils._rebuild_tensor_v2",
                          {values_.persistent(id), values_.integer(0), values_.integers(tensor.shape()),
                           values_.integers(stride), values_.boolean(false), values_.ordered_dict()});
}

const Value* Storages::tensor(const Tensor& tensor) {
    const Value* described = describe(tensor, tensor.dtype());
    storages_.push_back({tensor, false});
    return described;
}

const Value* Storages::half_tensor(const Tensor& tensor) {
    const Value* described = describe(tensor, DType::f16);
    storages_.push_back({tensor, true});
    return described;
}

const Value* Storages::parameter(const Value* tensor) {
    return values_.object("torch._utils._rebuild_parameter",
                          {tensor, values_.boolean(false), values_.ordered_dict()});
}

void Storages::write(formats::ZipStream& zip, const std::string& root) const {
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        const Tensor content =
            storages_[i].as_half ? formats::to_half(storages_[i].tensor) : storages_[i].tensor;
        zip.add(fmt::format("{}/data/{}", root, i), {content.raw(), content.bytes()});
    }
}

}  // namespace yolo::checkpoint
