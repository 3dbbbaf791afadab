// SPDX-License-Identifier: Apache-2.0
#include "train/torch/optimizer_fused.hpp"

#include <cmath>

#include "train/torch/parameter_pieces.hpp"

namespace yolo::train {

bool is_flat(const at::Tensor& tensor) {
    return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_non_overlapping_and_dense();
}

void FusedPass::add_sgd(at::Tensor& value, at::Tensor gradient, at::Tensor& buffer, const Rate& rate,
                        double factor) {
    const kernels::SgdNumbers numbers{static_cast<float>(rate.lr), static_cast<float>(rate.momentum),
                                      static_cast<float>(rate.weight_decay), static_cast<float>(factor)};
    const Item item{value.mutable_data_ptr<float>(),
                    gradient.const_data_ptr<float>(),
                    buffer.mutable_data_ptr<float>(),
                    nullptr,
                    numbers,
                    {}};
    add(item, std::move(gradient));
}

void FusedPass::add_adam(at::Tensor& value, at::Tensor gradient, Slots& slots, const Rate& rate,
                         double factor, bool decoupled) {
    kernels::AdamNumbers numbers;
    numbers.step_size = static_cast<float>(rate.lr / (1 - std::pow(rate.momentum, slots.step)));
    numbers.root_correction = static_cast<float>(std::sqrt(1 - std::pow(adam_beta2, slots.step)));
    numbers.beta1 = static_cast<float>(rate.momentum);
    numbers.beta2 = static_cast<float>(adam_beta2);
    numbers.eps = static_cast<float>(optimizer_eps);
    numbers.shrink = decoupled ? static_cast<float>(1 - rate.lr * rate.weight_decay) : 1;
    numbers.decay = decoupled ? 0 : static_cast<float>(rate.weight_decay);
    numbers.factor = static_cast<float>(factor);
    const Item item{value.mutable_data_ptr<float>(),
                    gradient.const_data_ptr<float>(),
                    slots.tensor("exp_avg", value).mutable_data_ptr<float>(),
                    slots.tensor("exp_avg_sq", value).mutable_data_ptr<float>(),
                    {},
                    numbers};
    add(item, std::move(gradient));
}

void FusedPass::run() const {
    for_each_piece(sizes_, [this](std::size_t i, std::int64_t begin, std::int64_t end) {
        const Item& item = items_[i];
        float* value = item.value + begin;
        const float* gradient = item.gradient + begin;
        if (item.second == nullptr) {
            kernels::sgd_loop(value, gradient, item.first + begin, end - begin, item.sgd);
        } else {
            kernels::adam_loop(value, gradient, item.first + begin, item.second + begin, end - begin,
                               item.adam);
        }
    });
}

void FusedPass::add(const Item& item, at::Tensor gradient) {
    items_.push_back(item);
    sizes_.push_back(gradient.numel());
    gradients_.push_back(std::move(gradient));
}

}  // namespace yolo::train
