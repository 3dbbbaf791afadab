// SPDX-License-Identifier: Apache-2.0
#include "train/torch/learner_torch.hpp"

#include <chrono>
#include <cmath>

#include <fmt/core.h>
#include <torch/headeronly/version.h>

#include <yolo/error.hpp>

#include "core/cuda_driver.hpp"
#include "core/memory.hpp"
#include "core/mix.hpp"
#include "train/batch_part.hpp"
#include "train/learner_agreement.hpp"
#include "train/torch/device_memory.hpp"
#include "train/torch/ema.hpp"
#include "train/torch/part_clock.hpp"
#include "train/torch/picture_input.hpp"
#include "train/torch/tensor_bridge.hpp"
#include "train/torch/unchanged_state.hpp"

namespace yolo::train {

namespace {

constexpr double largest_gradient_norm = 10;

at::Device device_of(const std::string& name) {
    at::Device device = at::kCPU;
    try {
        device = at::Device(name);
    } catch (const c10::Error&) {
        throw UsageError(fmt::format("device={}: LibTorch knows no such device", name));
    }
    if (device.is_cuda() && !at::hasCUDA()) {
        throw UsageError(fmt::format("device={}: this LibTorch finds no CUDA device: use device=cpu", name));
    }
    return device;
}

void check_precision(Precision precision, const at::Device& device) {
    if (precision == Precision::fp16 && device.is_cpu()) {
        throw UsageError("amp=fp16: processors compute in fp32 or bf16 only");
    }
}

/// Over the numbers seen so far.
std::uint64_t mix(std::uint64_t seed, std::uint64_t number) {
    return mix_bits(seed + mix_step * (number + 1));
}

Size size_of(const at::Tensor& images) {
    const std::int64_t first = images.is_floating_point() ? 2 : 1;  // (N, 3, H, W), else (N, H, W, 3)
    return {.height = static_cast<int>(images.size(first)),
            .width = static_cast<int>(images.size(first + 1))};
}

/// multi_scale: bilinear between pixel centres, as pictures (N, 3, H, W) RGB 0..1.
at::Tensor resized(const at::Tensor& images, Size size) {
    const at::NoGradGuard no_gradients;
    return at::upsample_bilinear2d(network_input(images, at::kFloat), {size.height, size.width}, false);
}

/// As many pictures as give a processor enough to do for its speed to show.
int telling_pictures(const data::Batch& batch) {
    constexpr int pixels = 4 * 640 * 640;
    return std::clamp(pixels / (batch.height() * batch.width()), 1, batch.size());
}

}  // namespace

TorchLearner::TorchLearner(const checkpoint::Checkpoint& model, const LearnerOptions& options)
    : graph_(model.graph),
      options_(options),
      device_(device_of(options.device)),
      network_(model.graph, model.weights, options.frozen, options.dropout),
      average_(model.graph, model.weights, {""}, 0),  // every name holds "": no gradients
      criterion_(make_criterion(graph_, options)) {
    check_precision(options.precision, device_);
    at::set_num_threads(std::max(options.threads, 1));
    if (!device_.is_cpu()) {
        at::globalContext().setDeterministicCuDNN(true);
        network_.to(options.device);
        average_.to(options.device);
    }
    const std::string branch = graph_.head ? graph_.head->cls.path + "." : "";
    optimizer_ = std::make_unique<Optimizer>(OptimizerOptions{options.optimizer, options.learning_rate,
                                                              options.momentum, options.weight_decay, branch},
                                             network_.parameters());
}

std::string TorchLearner::description() const {
    const std::string processor = device_.is_cpu() ? at::get_cpu_capability() : device_text(device_.str());
    return fmt::format("torch {}, channels_last, {}, {}, {} threads", TORCH_VERSION,
                       to_string(options_.precision), processor, at::get_num_threads());
}

at::Tensor TorchLearner::to_device(const data::Batch& batch) const {
    return view_as_torch(batch.images).to(device_);
}

/// What is dropped follows from the seed and the batch alone, so that nothing of it has to be saved.
void TorchLearner::seed_dropout(const data::Batch& batch) const {
    if (options_.dropout <= 0) return;
    std::uint64_t seed = mix(options_.seed, static_cast<std::uint64_t>(updates_));
    seed = mix(seed, static_cast<std::uint64_t>(batch.number));
    for (const data::BatchPicture& picture : batch.pictures) seed = mix(seed, picture.index);
    at::manual_seed(seed);
}

Losses TorchLearner::accumulate(const data::Batch& batch, Size size) {
    const at::AutoGradMode gradients(true);
    PartClock clock(times_, device_);
    seed_dropout(batch);
    at::Tensor images = to_device(batch);
    const bool other_size = size.width > 0 && (size.width != batch.width() || size.height != batch.height());
    if (other_size) images = resized(images, size);
    const HeadMaps maps = network_.forward(images, options_.precision, true);
    clock.end(&StepTimes::forward);
    const LossValues losses = (*criterion_)(maps, batch, size_of(images));
    clock.end(&StepTimes::losses);
    const double scale = options_.precision == Precision::fp16 ? scaler_.scale() : 1;
    torch::autograd::backward({scale == 1 ? losses.total : losses.total * scale}, {});
    const double total = losses.total.item<double>();
    clock.end(&StepTimes::backward);
    return {losses.items, total};
}

void TorchLearner::step(std::span<const GroupRate> rates) {
    PartClock clock(times_, device_);
    const bool scaled = options_.precision == Precision::fp16;
    const double scale = scaled ? scaler_.scale() : 1;
    const double norm = gradient_norm(network_.parameters()) / scale;
    const bool overflowed = scaled && !std::isfinite(norm);
    if (!overflowed) {
        const double clip = std::min(largest_gradient_norm / (norm + 1e-6), 1.0);
        optimizer_->step(rates, clip / scale);
    }
    if (scaled) scaler_.update(overflowed);
    clear_gradients();
    clock.end(&StepTimes::optimizer);
    update_average_network();
    clock.end(&StepTimes::average);
}

void TorchLearner::clear_gradients() {
    for (auto& [name, tensor] : network_.parameters()) tensor.mutable_grad().reset();
}

void TorchLearner::update_average_network() {
    const double decay = ema_decay(++updates_);
    update_average(average_.parameters(), network_.parameters(), decay);
    update_average(average_.buffers(), network_.buffers(), decay);
}

Evaluation TorchLearner::evaluate(const data::Batch& batch) {
    const at::NoGradGuard no_gradients;
    const at::Tensor images = to_device(batch);
    const HeadMaps maps = average_.forward(images, options_.precision, false);
    const LossValues losses = (*criterion_)(maps, batch, size_of(images));
    return {{losses.items, losses.total.item<double>()}, decode_outputs(graph_, maps, size_of(images))};
}

bool TorchLearner::precision_agrees(const data::Batch& batch) {
    if (options_.precision == Precision::fp32) return true;
    const at::NoGradGuard no_gradients;
    const at::Tensor images = to_device(batch);
    const auto outputs = [&](Precision precision) {
        return decode_outputs(graph_, network_.forward(images, precision, false), size_of(images));
    };
    return compare_outputs(graph_, outputs(Precision::fp32), outputs(options_.precision)).is_harmless();
}

/// A training step but for what the optimiser does, which is the same in every precision.
void TorchLearner::rehearse(const data::Batch& batch) {
    accumulate(batch, {});
    gradient_norm(network_.parameters());  // a GPU has done its work when this number is there
    clear_gradients();
}

double TorchLearner::precision_speedup(const data::Batch& batch) {
    const Precision mixed = options_.precision;
    if (mixed == Precision::fp32) return 1;
    const UnchangedState unchanged(network_, device_);
    const data::Batch part =
        batch_part(batch, device_.is_cpu() ? telling_pictures(batch) : batch.size(), options_.overlap_mask);
    const auto seconds = [&](Precision precision) {
        const auto start = std::chrono::steady_clock::now();
        options_.precision = precision;
        rehearse(part);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const double speedup = measured_speedup(seconds, mixed);
    options_.precision = mixed;
    return speedup;
}

DeviceMemory TorchLearner::memory() const {
    if (device_.is_cpu())
        return {static_cast<double>(resident_memory()), static_cast<double>(memory_room().bytes)};
    return {reserved_bytes(device_, false), free_bytes(device_)};
}

std::optional<double> TorchLearner::peak_memory(const data::Batch& batch, Size size) {
    if (device_.is_cpu()) {
        if (!peak_memory_restarted()) return std::nullopt;
    } else {
        restart_peak(device_);
    }
    accumulate(batch, size);
    std::vector<GroupRate> rates;
    for (const ParameterGroup& group : groups()) rates.push_back({group.initial_lr, options_.momentum});
    step(rates);
    return device_.is_cpu() ? static_cast<double>(yolo::peak_memory()) : reserved_bytes(device_, true);
}

void TorchLearner::set_precision(Precision precision) {
    check_precision(precision, device_);
    options_.precision = precision;
}

graph::Weights TorchLearner::ema_weights() const {
    graph::Weights weights;
    add_snapshots(average_.parameters(), weights);
    add_snapshots(average_.buffers(), weights);
    return weights;
}

checkpoint::TrainingState TorchLearner::state() const {
    checkpoint::TrainingState state;
    add_snapshots(network_.parameters(), state.model);
    add_snapshots(network_.buffers(), state.model);
    state.ema = ema_weights();
    state.updates = updates_;
    state.optimizer = optimizer_->state();
    for (const auto& [name, tensor] : network_.parameters()) {
        if (tensor.grad().defined()) state.gradients.emplace(name, snapshot(tensor.grad()));
    }
    state.scaler = options_.precision == Precision::fp16 ? scaler_.state() : Json::object();
    return state;
}

void TorchLearner::restore(const checkpoint::TrainingState& state) {
    const graph::Weights& model = state.model.empty() ? state.ema : state.model;
    assign_all(network_.parameters(), model, "model");
    assign_all(network_.buffers(), model, "model");
    assign_all(average_.parameters(), state.ema, "moving average");
    assign_all(average_.buffers(), state.ema, "moving average");
    updates_ = state.updates;
    optimizer_->restore(state.optimizer);
    scaler_.restore(state.scaler);
    clear_gradients();
    for (auto& [name, tensor] : network_.parameters()) {
        const auto found = state.gradients.find(name);
        if (found == state.gradients.end()) continue;
        at::Tensor gradient = at::empty_like(tensor.detach());
        assign(gradient, found->second, fmt::format("the gradient of '{}'", name));
        tensor.mutable_grad() = gradient;
    }
}

}  // namespace yolo::train
