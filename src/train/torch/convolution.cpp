// SPDX-License-Identifier: Apache-2.0
#include "train/torch/convolution.hpp"

#include "kernels/weight_gradient.hpp"
#include "kernels/winograd.hpp"
#include "train/torch/winograd_convolution.hpp"

namespace yolo::train {

namespace {

using kernels::ConvShape;
using kernels::WeightGradient;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

ConvShape shape_of(const at::Tensor& x, const at::Tensor& weight, std::int64_t stride, std::int64_t padding) {
    return {.pictures = x.size(0),
            .in_channels = x.size(1),
            .out_channels = weight.size(0),
            .in_height = x.size(2),
            .in_width = x.size(3),
            .kernel = weight.size(2),
            .stride = stride,
            .padding = padding};
}

/// Pieces are dealt out in equal runs, so that the result depends on the number of threads alone.
at::Tensor weight_gradient(const ConvShape& shape, const at::Tensor& x, const at::Tensor& dy,
                           const at::Tensor& weight) {
    const WeightGradient gradient(shape, x.const_data_ptr<float>(), dy.const_data_ptr<float>());
    const std::int64_t pieces = gradient.pieces();
    const std::int64_t runs = std::min<std::int64_t>(at::get_num_threads(), pieces);
    const auto size = static_cast<std::int64_t>(gradient.accumulator_size());
    at::Tensor accumulators = at::zeros({runs, size}, at::kFloat);
    auto* sums = accumulators.mutable_data_ptr<float>();
    at::parallel_for(0, runs, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t run = begin; run < end; ++run)
            gradient.add(pieces * run / runs, pieces * (run + 1) / runs, sums + run * size);
    });
    at::Tensor dw = at::empty(weight.sizes(), weight.options(), channels_last);
    auto* values = dw.mutable_data_ptr<float>();
    at::parallel_for(0, shape.out_channels, 8, [&](std::int64_t begin, std::int64_t end) {
        gradient.write({sums, static_cast<std::size_t>(runs * size)}, begin, end, values);
    });
    return dw;
}

class Convolution final : public torch::autograd::Function<Convolution> {
  public:
    static Variable forward(AutogradContext* context, const Variable& x, const Variable& weight,
                            std::int64_t stride, std::int64_t padding) {
        context->save_for_backward({x, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        return at::convolution(x, weight, {}, {stride, stride}, {padding, padding}, {1, 1}, false, {0, 0}, 1);
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &weight = saved[1];
        const std::int64_t stride = context->saved_data["stride"].toInt();
        const std::int64_t padding = context->saved_data["padding"].toInt();
        const at::Tensor dy = gradients[0].contiguous(channels_last);
        at::Tensor dx, dw;
        if (context->needs_input_grad(0)) {
            dx = std::get<0>(at::convolution_backward(dy, x, weight, {}, {stride, stride}, {padding, padding},
                                                      {1, 1}, false, {0, 0}, 1, {true, false, false}));
        }
        if (context->needs_input_grad(1)) {
            dw = weight_gradient(shape_of(x, weight, stride, padding), x, dy, weight);
        }
        return {dx, dw, {}, {}};
    }
};

bool is_winograd(const graph::Conv& op) {
    return op.kernel == 3 && op.stride == 1 && op.padding == 1 &&
           kernels::Winograd::pays(op.in_channels, op.out_channels);
}

}  // namespace

bool has_own_convolution(const graph::Conv& op, const at::Tensor& x, const at::Tensor& weight) {
    if (op.bias || op.groups != 1 || op.dilation != 1 || !x.device().is_cpu() ||
        x.scalar_type() != at::kFloat || weight.scalar_type() != at::kFloat)
        return false;
    if (is_winograd(op)) return true;
    return at::GradMode::is_enabled() && weight.requires_grad() &&
           WeightGradient::pays(shape_of(x, weight, op.stride, op.padding));
}

at::Tensor convolution(const graph::Conv& op, const at::Tensor& x, const at::Tensor& weight) {
    if (is_winograd(op)) return winograd_convolution(x, weight);
    return Convolution::apply(x.contiguous(channels_last), weight, std::int64_t{op.stride},
                              std::int64_t{op.padding});
}

}  // namespace yolo::train
