// SPDX-License-Identifier: Apache-2.0
#include "train/torch/ema.hpp"

#include <cmath>

#include "kernels/optimizer.hpp"
#include "train/torch/parameter_pieces.hpp"

namespace yolo::train {

double ema_decay(int updates, double limit, double updates_to_rise) {
    return limit * (1 - std::exp(-updates / updates_to_rise));
}

void update_average(NamedTensors& average, const NamedTensors& model, double decay) {
    const at::NoGradGuard no_gradients;
    struct Pair {
        float* average;
        const float* model;
    };
    std::vector<Pair> pairs;
    std::vector<std::int64_t> sizes;
    for (std::size_t i = 0; i < average.size(); ++i) {
        at::Tensor& to = average[i].second;
        const at::Tensor& from = model[i].second;
        if (!to.is_floating_point()) continue;
        const bool flat = to.is_cpu() && to.scalar_type() == at::kFloat && to.strides() == from.strides() &&
                          to.is_non_overlapping_and_dense();
        if (!flat) {
            to.mul_(decay).add_(from, 1 - decay);
            continue;
        }
        pairs.push_back({to.mutable_data_ptr<float>(), from.const_data_ptr<float>()});
        sizes.push_back(to.numel());
    }
    for_each_piece(sizes, [&](std::size_t i, std::int64_t begin, std::int64_t end) {
        kernels::average_loop(pairs[i].average + begin, pairs[i].model + begin, end - begin,
                              static_cast<float>(decay));
    });
}

}  // namespace yolo::train
