// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/write/module_maker.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "formats/half.hpp"

namespace yolo::checkpoint {

namespace {

Tensor as_count(const Tensor& tensor) {
    if (tensor.dtype() == DType::i64) return tensor;
    Tensor count = Tensor::allocate(DType::i64, {});
    const Tensor number = tensor.to_f32();
    count.mutable_values<std::int64_t>()[0] = static_cast<std::int64_t>(number.values<float>()[0]);
    return count;
}

}  // namespace

ModuleMaker::ModuleMaker(PickleValues& values, Storages& storages, const graph::Graph& graph,
                         const graph::Weights& weights, const graph::Weights* replacements)
    : values_(values), storages_(storages), graph_(graph), weights_(weights), replacements_(replacements) {
    for (const graph::Node& node : graph.nodes) nodes_.emplace(node.name, &node);
}

const graph::Node* ModuleMaker::find(const std::string& path) const {
    const auto found = nodes_.find(path);
    return found != nodes_.end() ? found->second : nullptr;
}

bool ModuleMaker::has_below(const std::string& path) const {
    const std::string start = path + ".";
    const auto found = nodes_.lower_bound(start);
    return found != nodes_.end() && found->first.starts_with(start);
}

void ModuleMaker::missing(const std::string& path) {
    throw Error(fmt::format(
        "the network has no '{}': a .pt file holds whole networks whose BatchNorms are not folded", path));
}

const Value* ModuleMaker::module(const std::string& class_name, const Parts& parts) const {
    const auto dict = [this](const Named& named) { return values_.dict({named.begin(), named.end()}); };
    PickleValues::Entries state = {
        {"training", values_.boolean(parts.training)},
        {"_parameters", dict(parts.parameters)},
        {"_buffers", dict(parts.buffers)},
        {"_non_persistent_buffers_set", values_.object("__builtin__.set", {values_.list({})})}};
    const auto add_hooks = [&](std::initializer_list<std::string_view> tables) {
        for (const std::string_view table : tables) state.emplace_back(table, values_.ordered_dict());
    };
    add_hooks({"_backward_pre_hooks", "_backward_hooks"});
    state.emplace_back("_is_full_backward_hook", values_.none());
    add_hooks({"_forward_hooks", "_forward_hooks_with_kwargs", "_forward_hooks_always_called",
               "_forward_pre_hooks", "_forward_pre_hooks_with_kwargs", "_state_dict_hooks",
               "_state_dict_pre_hooks", "_load_state_dict_pre_hooks", "_load_state_dict_post_hooks"});
    state.emplace_back("_modules", dict(parts.modules));
    state.insert(state.end(), parts.attributes.begin(), parts.attributes.end());
    return values_.object(class_name, {}, values_.dict(state));
}

namespace {

ModuleMaker::Named numbered(const std::vector<const Value*>& modules) {
    ModuleMaker::Named named;
    for (const Value* module : modules) named.emplace_back(std::to_string(named.size()), module);
    return named;
}

}  // namespace

const Value* ModuleMaker::list(const std::vector<const Value*>& modules) const {
    return module("torch.nn.modules.container.ModuleList", {.modules = numbered(modules)});
}

const Value* ModuleMaker::sequence(const std::vector<const Value*>& modules) const {
    return module("torch.nn.modules.container.Sequential", {.modules = numbered(modules)});
}

const Value* ModuleMaker::identity() const {
    return module("torch.nn.modules.linear.Identity", {});
}

const Value* ModuleMaker::pair(int number) const {
    return values_.integers({number, number});
}

const Tensor& ModuleMaker::weight(const std::string& name) const {
    const auto found = weights_.find(name);
    if (found == weights_.end()) throw Error(fmt::format("the weights lack '{}'", name));
    if (replacements_ == nullptr || formats::is_finite(found->second)) return found->second;
    const auto other = replacements_->find(name);
    return other != replacements_->end() && formats::is_finite(other->second) ? other->second : found->second;
}

const Value* ModuleMaker::parameter(const std::string& name) const {
    return storages_.parameter(storages_.half_tensor(weight(name)));
}

const Value* ModuleMaker::buffer(const std::string& name) const {
    return storages_.half_tensor(weight(name));
}

ModuleMaker::Named ModuleMaker::conv_attributes(int in, int out, int kernel, int stride, int padding,
                                                int dilation, int groups, bool transposed) const {
    return {{"in_channels", values_.integer(in)},
            {"out_channels", values_.integer(out)},
            {"kernel_size", pair(kernel)},
            {"stride", pair(stride)},
            {"padding", pair(padding)},
            {"dilation", pair(dilation)},
            {"transposed", values_.boolean(transposed)},
            {"output_padding", pair(0)},
            {"groups", values_.integer(groups)},
            {"padding_mode", values_.text("zeros")},
            {"_reversed_padding_repeated_twice", values_.integers({padding, padding, padding, padding})}};
}

const Value* ModuleMaker::conv2d(const std::string& path) const {
    return conv2d(path, op<graph::Conv>(path));
}

const Value* ModuleMaker::conv2d(const std::string& path, const graph::Conv& conv) const {
    return module(
        "torch.nn.modules.conv.Conv2d",
        {.attributes = conv_attributes(conv.in_channels, conv.out_channels, conv.kernel, conv.stride,
                                       conv.padding, conv.dilation, conv.groups, false),
         .parameters = {{"weight", parameter(path + ".weight")},
                        {"bias", conv.bias ? parameter(path + ".bias") : values_.none()}}});
}

const Value* ModuleMaker::conv_transpose2d(const std::string& path) const {
    const auto& conv = op<graph::ConvTranspose>(path);
    return module("torch.nn.modules.conv.ConvTranspose2d",
                  {.attributes = conv_attributes(conv.in_channels, conv.out_channels, conv.kernel,
                                                 conv.stride, 0, 1, 1, true),
                   .parameters = {{"weight", parameter(path + ".weight")},
                                  {"bias", conv.bias ? parameter(path + ".bias") : values_.none()}}});
}

const Value* ModuleMaker::batch_norm2d(const std::string& path) const {
    const auto& norm = op<graph::BatchNorm>(path);
    const Value* count = storages_.tensor(as_count(weight(path + ".num_batches_tracked")));
    return module(
        "torch.nn.modules.batchnorm.BatchNorm2d",
        {.attributes = {{"num_features", values_.integer(norm.channels)},
                        {"eps", values_.real(norm.eps)},
                        {"momentum", values_.real(norm.momentum)},
                        {"affine", values_.boolean(true)},
                        {"track_running_stats", values_.boolean(true)}},
         .parameters = {{"weight", parameter(path + ".weight")}, {"bias", parameter(path + ".bias")}},
         .buffers = {{"running_mean", buffer(path + ".running_mean")},
                     {"running_var", buffer(path + ".running_var")},
                     {"num_batches_tracked", count}}});
}

const Value* ModuleMaker::linear(const std::string& path) const {
    const auto& linear = op<graph::Linear>(path);
    return module(
        "torch.nn.modules.linear.Linear",
        {.attributes = {{"in_features", values_.integer(linear.in_features)},
                        {"out_features", values_.integer(linear.out_features)}},
         .parameters = {{"weight", parameter(path + ".weight")}, {"bias", parameter(path + ".bias")}}});
}

const Value* ModuleMaker::max_pool2d(const graph::MaxPool& pool) const {
    return module("torch.nn.modules.pooling.MaxPool2d",
                  {.attributes = {{"kernel_size", values_.integer(pool.kernel)},
                                  {"stride", values_.integer(pool.stride)},
                                  {"padding", values_.integer(pool.padding)},
                                  {"dilation", values_.integer(1)},
                                  {"return_indices", values_.boolean(false)},
                                  {"ceil_mode", values_.boolean(false)}}});
}

const Value* ModuleMaker::global_average_pool() const {
    return module("torch.nn.modules.pooling.AdaptiveAvgPool2d",
                  {.attributes = {{"output_size", values_.integer(1)}}});
}

const Value* ModuleMaker::dropout(const graph::Dropout& dropout) const {
    return module(
        "torch.nn.modules.dropout.Dropout",
        {.attributes = {{"p", values_.real(dropout.probability)}, {"inplace", values_.boolean(true)}}});
}

const Value* ModuleMaker::activation(const std::string& path) {
    const graph::Node* node = find(path);
    if (node == nullptr) return identity();
    if (shared_activation_ == nullptr) {
        const bool relu = std::holds_alternative<graph::Relu>(node->op);
        shared_activation_ =
            module(relu ? "torch.nn.modules.activation.ReLU" : "torch.nn.modules.activation.SiLU",
                   {.attributes = {{"inplace", values_.boolean(false)}}});
    }
    return shared_activation_;
}

}  // namespace yolo::checkpoint
