// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/winograd_conv.hpp"

#include <atomic>

#include <omp.h>

namespace yolo::engines::cpu {

namespace {

using kernels::MapSteps;
using kernels::WinogradOutput;

MapSteps steps_of(const Map& map) {
    MapSteps steps = {.pixel = map.block, .group = 0};
    if (map.format == Format::blocked) steps.group = static_cast<std::int64_t>(map.pixels()) * map.block;
    return steps;
}

kernels::WinogradShape shape_of(const ConvStep& step) {
    return {.pictures = 1,
            .height = step.source.height,
            .width = step.source.width,
            .in_channels = step.op.in_channels,
            .out_channels = step.op.out_channels,
            .in = steps_of(step.source),
            .out = steps_of(step.target)};
}

}  // namespace

bool winograd_pays(const ConvStep& step) {
    const graph::Conv& op = step.op;
    const bool fits =
        op.kernel == 3 && op.stride == 1 && op.padding == 1 && op.dilation == 1 && op.groups == 1;
    const auto readable = [](const Map& map) {
        return map.dtype == DType::f32 && map.format != Format::planar && map.dense();
    };
    return fits && readable(step.source) && readable(step.target) &&
           (!step.residual || readable(*step.residual)) &&
           kernels::Winograd::pays(op.in_channels, op.out_channels);
}

WinogradConv::WinogradConv(const std::string& name, const ConvStep& step, WeightStore& store)
    : winograd_(shape_of(step)),
      weights_(store.prepare_winograd(name + ".weight", step.op, winograd_, step.weight_scale)) {
    output_.activation = step.activation;
    if (step.op.bias) output_.bias = store.values(name + ".bias").data();
    if (step.residual) output_.addend_steps = steps_of(*step.residual);
}

std::size_t WinogradConv::scratch_bytes() const {
    return static_cast<std::size_t>(omp_get_max_threads()) * winograd_.scratch_size() * sizeof(float);
}

void WinogradConv::run(const View& source, const View& target, const View* residual,
                       std::byte* scratch) const {
    WinogradOutput output = output_;
    if (residual != nullptr) output.addend = residual->channel<float>(0);
    const auto* const x = source.channel<float>(0);
    auto* const y = target.channel<float>(0);
    auto* const memory = reinterpret_cast<float*>(scratch);
    std::atomic<std::int64_t> next = 0;
#pragma omp parallel
    winograd_.convolve(next, x, weights_.data(), output, y,
                       memory + static_cast<std::size_t>(omp_get_thread_num()) * winograd_.scratch_size());
}

}  // namespace yolo::engines::cpu
