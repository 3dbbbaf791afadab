// SPDX-License-Identifier: Apache-2.0
#include "train/torch/optimizer_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::train {

namespace {

void add_decay(at::Tensor& gradient, const at::Tensor& value, const Rate& rate) {
    if (rate.weight_decay != 0) gradient.add_(value, rate.weight_decay);
}

void update_sgd(at::Tensor& value, at::Tensor& gradient, Slots& slots, const Rate& rate) {
    nesterov_update(value, gradient, slots.tensor("momentum_buffer", value), rate);
}

/// Both running means of the Adam kinds.
void move_means(const at::Tensor& gradient, Slots& slots, double beta1) {
    slots.tensor("exp_avg", gradient).lerp_(gradient, 1 - beta1);
    slots.tensor("exp_avg_sq", gradient).mul_(adam_beta2).addcmul_(gradient, gradient, 1 - adam_beta2);
}

void step_adam(at::Tensor& value, const at::Tensor& gradient, Slots& slots, const Rate& rate) {
    move_means(gradient, slots, rate.momentum);
    const double correction1 = 1 - std::pow(rate.momentum, slots.step);
    const double correction2 = 1 - std::pow(adam_beta2, slots.step);
    const at::Tensor root =
        slots.tensors["exp_avg_sq"].sqrt().div_(std::sqrt(correction2)).add_(optimizer_eps);
    value.addcdiv_(slots.tensors["exp_avg"], root, -rate.lr / correction1);
}

void update_adam(at::Tensor& value, at::Tensor& gradient, Slots& slots, const Rate& rate) {
    add_decay(gradient, value, rate);
    step_adam(value, gradient, slots, rate);
}

void update_adamw(at::Tensor& value, at::Tensor& gradient, Slots& slots, const Rate& rate) {
    value.mul_(1 - rate.lr * rate.weight_decay);
    step_adam(value, gradient, slots, rate);
}

/// Kingma, Ba (2015), algorithm 2.
void update_adamax(at::Tensor& value, at::Tensor& gradient, Slots& slots, const Rate& rate) {
    add_decay(gradient, value, rate);
    slots.tensor("exp_avg", value).lerp_(gradient, 1 - rate.momentum);
    at::Tensor& largest = slots.tensor("exp_inf", value);
    largest.copy_(at::maximum(largest * adam_beta2, gradient.abs().add_(optimizer_eps)));
    value.addcdiv_(slots.tensors["exp_avg"], largest, -rate.lr / (1 - std::pow(rate.momentum, slots.step)));
}

/// Dozat: Incorporating Nesterov Momentum into Adam (2016), with its momentum schedule.
void update_nadam(at::Tensor& value, at::Tensor& gradient, Slots& slots, const Rate& rate) {
    add_decay(gradient, value, rate);
    move_means(gradient, slots, rate.momentum);
    const auto momentum_at = [&](double step) {
        return rate.momentum * (1 - 0.5 * std::pow(0.96, step * nadam_decay));
    };
    const double now = momentum_at(slots.step), next = momentum_at(slots.step + 1);
    slots.mu_product = static_cast<float>(slots.mu_product * now);  // float32 in checkpoints, so here too
    const double correction = 1 - std::pow(adam_beta2, slots.step);
    const at::Tensor root = slots.tensors["exp_avg_sq"].div(correction).sqrt_().add_(optimizer_eps);
    value.addcdiv_(gradient, root, -rate.lr * (1 - now) / (1 - slots.mu_product));
    value.addcdiv_(slots.tensors["exp_avg"], root, -rate.lr * next / (1 - slots.mu_product * next));
}

/// Liu et al.: On the Variance of the Adaptive Learning Rate and Beyond (2020), algorithm 2.
void update_radam(at::Tensor& value, at::Tensor& gradient, Slots& slots, const Rate& rate) {
    add_decay(gradient, value, rate);
    move_means(gradient, slots, rate.momentum);
    const double power = std::pow(adam_beta2, slots.step), correction2 = 1 - power;
    const at::Tensor mean = slots.tensors["exp_avg"] / (1 - std::pow(rate.momentum, slots.step));
    const double longest = 2 / (1 - adam_beta2) - 1;
    const double length = longest - 2 * slots.step * power / correction2;
    if (length <= 5) {  // too few steps for a variance
        value.add_(mean, -rate.lr);
        return;
    }
    const double rectified =
        std::sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
    const at::Tensor root = slots.tensors["exp_avg_sq"].sqrt().add_(optimizer_eps);
    value.addcdiv_(mean, root, -rate.lr * rectified * std::sqrt(correction2));
}

/// Tieleman, Hinton: Lecture 6.5 (2012), with momentum.
void update_rmsprop(at::Tensor& value, at::Tensor& gradient, Slots& slots, const Rate& rate) {
    add_decay(gradient, value, rate);
    at::Tensor& square = slots.tensor("square_avg", value);
    square.mul_(rmsprop_alpha).addcmul_(gradient, gradient, 1 - rmsprop_alpha);
    at::Tensor& buffer = slots.tensor("momentum_buffer", value);
    buffer.mul_(rate.momentum).addcdiv_(gradient, square.sqrt().add_(optimizer_eps));
    value.add_(buffer, -rate.lr);
}

constexpr std::array kinds = std::to_array<OptimizerKind>({{"SGD", false, update_sgd},
                                                           {"MuSGD", false, update_sgd},
                                                           {"Adam", true, update_adam},
                                                           {"Adamax", true, update_adamax},
                                                           {"AdamW", true, update_adamw},
                                                           {"NAdam", true, update_nadam},
                                                           {"RAdam", true, update_radam},
                                                           {"RMSProp", true, update_rmsprop}});

}  // namespace

at::Tensor& Slots::tensor(const std::string& name, const at::Tensor& like) {
    at::Tensor& found = tensors[name];
    if (!found.defined()) found = at::zeros_like(like);
    return found;
}

const OptimizerKind& find_optimizer_kind(std::string_view name) {
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [name](const auto& kind) { return kind.name == name; });
    if (found == kinds.end()) throw Error(fmt::format("there is no optimiser '{}'", name));
    return *found;
}

at::Tensor orthogonalised(const at::Tensor& update) {
    at::Tensor x = update.reshape({update.size(0), -1}).to(at::kBFloat16);
    x = x / (x.norm() + 1e-7);
    const bool tall = x.size(0) > x.size(1);
    if (tall) x = x.t();
    for (int i = 0; i < 5; ++i) {
        const at::Tensor a = at::mm(x, x.t());
        const at::Tensor b = at::addmm(a, a, a, -4.7750, 2.0315);  // -4.7750 a + 2.0315 a a
        x = at::addmm(x, b, x, 3.4445, 1);
    }
    if (tall) x = x.t();
    const auto rows = static_cast<double>(update.size(-2)), columns = static_cast<double>(update.size(-1));
    return x.to(update.scalar_type()).mul_(std::sqrt(std::max(1.0, rows / columns))).reshape(update.sizes());
}

void nesterov_update(at::Tensor& value, at::Tensor& gradient, at::Tensor& buffer, const Rate& rate) {
    add_decay(gradient, value, rate);
    buffer.mul_(rate.momentum).add_(gradient);
    value.add_(gradient.add_(buffer, rate.momentum), -rate.lr);
}

void muon_update(at::Tensor& value, const at::Tensor& gradient, Slots& slots, const Rate& rate) {
    at::Tensor& buffer = slots.tensor("momentum_buffer", value);
    buffer.lerp_(gradient, 1 - rate.momentum);
    const at::Tensor ahead = buffer * rate.momentum + gradient * (1 - rate.momentum);
    constexpr double share = 0.2;
    value.add_(orthogonalised(ahead), -share * rate.lr);
}

}  // namespace yolo::train
