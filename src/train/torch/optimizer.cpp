// SPDX-License-Identifier: Apache-2.0
#include "train/torch/optimizer.hpp"

#include <cmath>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "train/optimizer_choice.hpp"
#include "train/torch/optimizer_fused.hpp"
#include "train/torch/parameter_pieces.hpp"

namespace yolo::train {

namespace {

constexpr const char* second_buffer = "momentum_buffer_sgd";  // of MuSGD's muon groups
constexpr double class_branch_share = 3;

bool is_muon(const std::string& kind) {
    return kind == "muon";
}

/// The first rule that fits. One-dimensional weights are those of normalisations.
const char* group_kind(const std::string& name, const at::Tensor& tensor, bool muon) {
    if (muon && (tensor.dim() == 2 || tensor.dim() == 4)) return "muon";
    if (name.find("bias") != std::string::npos) return "bias";
    return tensor.dim() == 1 ? "bn" : "weight";
}

/// The gradient in the parameter's own layout.
at::Tensor gradient_like(const at::Tensor& value) {
    const at::Tensor gradient = value.grad();
    if (gradient.strides() == value.strides() && gradient.scalar_type() == value.scalar_type())
        return gradient;
    return at::empty_like(value).copy_(gradient);
}

Tensor scalar(double value) {
    const auto number = static_cast<float>(value);
    return Tensor::from({}, {&number, 1});
}

double number(const Tensor& tensor) {
    return tensor.to_f32().values<float>().front();
}

}  // namespace

Optimizer::Optimizer(const OptimizerOptions& options, const NamedTensors& parameters)
    : options_(options), kind_(&find_optimizer_kind(options.name)) {
    add_groups(parameters);
    for (const ParameterGroup& group : groups_) last_rates_.push_back({group.initial_lr, options.momentum});
}

void Optimizer::add_groups(const NamedTensors& parameters) {
    const bool muon = options_.name == "MuSGD";
    std::vector<std::string> kinds{"weight", "bn", "bias"};
    if (muon) kinds.emplace_back("muon");
    for (const std::string& kind : kinds) {
        // MuSGD halves each group: the class branch first, then the rest.
        for (const bool in_branch : muon ? std::vector{true, false} : std::vector{false}) {
            std::vector<Entry> entries;
            for (const auto& [name, tensor] : parameters) {
                if (kind != group_kind(name, tensor, muon)) continue;
                const bool of_branch =
                    !options_.class_branch.empty() && name.starts_with(options_.class_branch);
                if (!muon || of_branch == in_branch) entries.push_back({name, tensor, {}});
            }
            const double rate = options_.learning_rate * (in_branch ? class_branch_share : 1);
            groups_.push_back({kind, rate, has_momentum(options_.name), entries.size()});
            group_decay_.push_back(kind == "weight" || is_muon(kind) ? options_.weight_decay : 0);
            entries_.push_back(std::move(entries));
        }
    }
}

void Optimizer::step(std::span<const GroupRate> rates, double factor) {
    if (rates.size() != groups_.size()) {
        throw Error(
            fmt::format("the optimiser has {} groups, but got rates for {}", groups_.size(), rates.size()));
    }
    const at::NoGradGuard no_gradients;
    FusedPass fused;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        const double momentum = has_momentum(options_.name) ? rates[g].momentum : options_.momentum;
        const Rate rate{rates[g].lr, momentum, group_decay_[g]};
        last_rates_[g] = {rates[g].lr, momentum};
        for (Entry& entry : entries_[g]) {
            if (entry.value.grad().defined()) step_entry(entry, g, rate, factor, fused);
        }
    }
    fused.run();
}

void Optimizer::step_entry(Entry& entry, std::size_t group, const Rate& rate, double factor,
                           FusedPass& fused) {
    Slots& slots = entry.slots;
    at::Tensor gradient = gradient_like(entry.value);
    if (kind_->counts_steps) slots.step += 1;
    const bool muon = is_muon(groups_[group].kind);
    if (muon) muon_update(entry.value, factor == 1 ? gradient : gradient * factor, slots, rate);

    const bool sgd = options_.name == "SGD" || options_.name == "MuSGD", adamw = options_.name == "AdamW";
    at::Tensor* buffer = sgd ? &slots.tensor(muon ? second_buffer : "momentum_buffer", entry.value) : nullptr;
    if (is_flat(entry.value) && sgd) {
        fused.add_sgd(entry.value, std::move(gradient), *buffer, rate, factor);
    } else if (is_flat(entry.value) && (adamw || options_.name == "Adam")) {
        fused.add_adam(entry.value, std::move(gradient), slots, rate, factor, adamw);
    } else {
        at::Tensor scaled = gradient * factor;
        if (sgd) {
            nesterov_update(entry.value, scaled, *buffer, rate);
        } else {
            kind_->update(entry.value, scaled, slots, rate);
        }
    }
}

Json Optimizer::group_options(std::size_t group) const {
    Json options{{"lr", last_rates_[group].lr}};
    const std::string& name = options_.name;
    if (has_momentum(name)) options["momentum"] = last_rates_[group].momentum;
    if (name == "SGD") options["dampening"] = 0;
    if (name == "RMSProp") options["alpha"] = rmsprop_alpha;
    if (!has_momentum(name)) options["betas"] = {options_.momentum, adam_beta2};
    options["weight_decay"] = group_decay_[group];
    if (name == "SGD" || name == "MuSGD") options["nesterov"] = true;
    if (name == "MuSGD") options["use_muon"] = is_muon(groups_[group].kind);
    options["param_group"] = groups_[group].kind;
    if (kind_->counts_steps) options["eps"] = optimizer_eps;
    if (name == "NAdam") options["momentum_decay"] = nadam_decay;
    if (name == "RMSProp") options["centered"] = false;
    if (name == "Adam" || name == "AdamW") options["amsgrad"] = false;
    options["maximize"] = false;
    options["foreach"] = nullptr;
    if (kind_->counts_steps) options["capturable"] = false;
    options["differentiable"] = false;
    if (name == "SGD" || name == "Adam" || name == "AdamW") options["fused"] = nullptr;
    if (name == "Adam" || name == "AdamW" || name == "NAdam" || name == "RAdam") {
        options["decoupled_weight_decay"] = name == "AdamW";
    }
    options["initial_lr"] = groups_[group].initial_lr;
    return options;
}

checkpoint::OptimizerState Optimizer::state() const {
    checkpoint::OptimizerState state;
    state.name = options_.name;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        checkpoint::OptimizerState::Group group{group_options(g), {}};
        for (const Entry& entry : entries_[g]) {
            group.parameters.push_back(entry.name);
            const Slots& slots = entry.slots;
            if (slots.tensors.empty()) continue;
            auto& saved = state.slots[entry.name];
            if (kind_->counts_steps) saved["step"] = scalar(slots.step);
            if (options_.name == "NAdam") saved["mu_product"] = scalar(slots.mu_product);
            for (const auto& [name, tensor] : slots.tensors) saved[name] = snapshot(tensor);
        }
        state.groups.push_back(std::move(group));
    }
    return state;
}

void Optimizer::restore(const checkpoint::OptimizerState& state) {
    if (!state.name.empty() && optimizer_name(state.name) != options_.name) {  // the reference's have no name
        throw Error(fmt::format("the saved training was made with the optimiser {}, not with {}", state.name,
                                options_.name));
    }
    std::size_t used = 0;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        for (Entry& entry : entries_[g]) {
            entry.slots = {};
            const auto found = state.slots.find(entry.name);
            if (found == state.slots.end()) continue;
            ++used;
            for (const auto& [name, tensor] : found->second) {
                if (name == "step") {
                    entry.slots.step = number(tensor);
                } else if (name == "mu_product") {
                    entry.slots.mu_product = number(tensor);
                } else {
                    assign(entry.slots.tensor(name, entry.value), tensor,
                           fmt::format("{} of '{}'", name, entry.name));
                }
            }
        }
    }
    if (used != state.slots.size()) {
        throw Error(
            "the saved training does not fit the network: its optimiser has parameters that the network has "
            "not");
    }
    for (std::size_t g = 0; g < std::min(state.groups.size(), groups_.size()); ++g) {
        const Json& options = state.groups[g].options;
        last_rates_[g] = {options.value("lr", last_rates_[g].lr),
                          options.value("momentum", last_rates_[g].momentum)};
    }
}

double gradient_norm(const NamedTensors& parameters) {
    const at::NoGradGuard no_gradients;
    std::vector<at::Tensor> gradients;
    std::vector<std::int64_t> sizes;
    std::vector<at::Tensor> norms;  // of the others
    for (const auto& [name, tensor] : parameters) {
        const at::Tensor& gradient = tensor.grad();
        if (!gradient.defined()) continue;
        if (is_flat(gradient)) {
            gradients.push_back(gradient);
            sizes.push_back(gradient.numel());
        } else {
            norms.push_back(gradient.norm());
        }
    }
    // At once: reading a number from a GPU waits for it.
    double sum = norms.empty() ? 0 : at::stack(norms).to(at::kDouble).square().sum().item<double>();
    // Piece by piece in a fixed order, so that the sum does not depend on the number of threads.
    std::vector<std::vector<double>> parts(sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i)
        parts[i].resize(static_cast<std::size_t>(sizes[i] / piece_length + 1));
    for_each_piece(sizes, [&](std::size_t i, std::int64_t begin, std::int64_t end) {
        parts[i][static_cast<std::size_t>(begin / piece_length)] =
            kernels::sum_of_squares(gradients[i].const_data_ptr<float>() + begin, end - begin);
    });
    for (const auto& part : parts) {
        for (const double square : part) sum += square;
    }
    return std::sqrt(sum);
}

}  // namespace yolo::train
