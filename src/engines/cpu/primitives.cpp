// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/primitives.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/visit.hpp"

namespace yolo::engines::cpu {

namespace {

using dnnl::memory;
using Tag = memory::format_tag;

memory::data_type type_of(DType dtype) {
    return dtype == DType::bf16 ? memory::data_type::bf16 : memory::data_type::f32;
}

Tag tag_of(const Map& map) {
    switch (map.format) {
        case Format::channels_last:
            return Tag::nhwc;
        case Format::planar:
            return Tag::nchw;
        default:
            return map.block == 16 ? Tag::nChw16c : Tag::nChw8c;
    }
}

memory::desc desc_of(const Map& map) {
    return {{1, map.channels, map.height, map.width}, type_of(map.dtype), tag_of(map)};
}

dnnl::primitive_attr attributes() {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);  // run() may be called from several threads
    return attributes;
}

Primitive make_conv(const std::string& name, const ConvStep& step, const dnnl::engine& engine) {
    const graph::Conv& op = step.op;
    dnnl::post_ops post;
    if (step.activation == Activation::silu) post.append_eltwise(dnnl::algorithm::eltwise_swish, 1.0f, 0.0f);
    if (step.activation == Activation::relu) post.append_eltwise(dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
    const memory::desc source = desc_of(step.source), target = desc_of(step.target);
    if (step.residual) post.append_binary(dnnl::algorithm::binary_add, desc_of(*step.residual));
    dnnl::primitive_attr attr = attributes();
    attr.set_post_ops(post);

    const memory::dims plain_dims = {op.out_channels, op.in_channels / op.groups, op.kernel, op.kernel};
    const memory::dims grouped = {op.groups, op.out_channels / op.groups, op.in_channels / op.groups,
                                  op.kernel, op.kernel};
    const memory::desc plain = op.groups == 1 ? memory::desc(plain_dims, memory::data_type::f32, Tag::oihw)
                                              : memory::desc(grouped, memory::data_type::f32, Tag::goihw);
    const memory::desc any(plain.get_dims(), type_of(step.source.dtype), Tag::any);
    const memory::desc bias =
        op.bias ? memory::desc({op.out_channels}, memory::data_type::f32, Tag::x) : memory::desc();
    const memory::dims strides = {op.stride, op.stride}, padding = {op.padding, op.padding};
    const memory::dims dilation = {op.dilation - 1, op.dilation - 1};
    const dnnl::convolution_forward::primitive_desc desc(
        engine, dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source, any, bias,
        target, strides, dilation, padding, padding, attr);

    Primitive result{dnnl::convolution_forward(desc), {}, {}, desc.scratchpad_desc(), {}};
    result.maps = {{DNNL_ARG_SRC, step.source, source}, {DNNL_ARG_DST, step.target, target}};
    if (step.residual) {
        const int position = step.activation == Activation::none ? 0 : 1;
        result.maps.push_back(
            {DNNL_ARG_ATTR_MULTIPLE_POST_OP(position) | DNNL_ARG_SRC_1, *step.residual, target});
    }
    result.weights.push_back(
        {DNNL_ARG_WEIGHTS, name + ".weight", plain, desc.weights_desc(), step.weight_scale});
    if (op.bias) result.weights.push_back({DNNL_ARG_BIAS, name + ".bias", bias, bias, 1});
    return result;
}

Primitive make_deconv(const std::string& name, const DeconvStep& step, const dnnl::engine& engine) {
    const graph::ConvTranspose& op = step.op;
    const memory::desc source = desc_of(step.source), target = desc_of(step.target);
    // The file has (in, out, k, k); oneDNN's order is (out, in, k, k): the same memory seen as "iohw".
    const memory::dims dims = {op.out_channels, op.in_channels, op.kernel, op.kernel};
    const memory::desc plain(dims, memory::data_type::f32, Tag::iohw);
    const memory::desc any(dims, type_of(step.source.dtype), Tag::any);
    const memory::desc bias =
        op.bias ? memory::desc({op.out_channels}, memory::data_type::f32, Tag::x) : memory::desc();
    const memory::dims strides = {op.stride, op.stride}, none = {0, 0};
    const dnnl::deconvolution_forward::primitive_desc desc(engine, dnnl::prop_kind::forward_inference,
                                                           dnnl::algorithm::deconvolution_direct, source, any,
                                                           bias, target, strides, none, none, attributes());

    Primitive result{dnnl::deconvolution_forward(desc), {}, {}, desc.scratchpad_desc(), {}};
    result.maps = {{DNNL_ARG_SRC, step.source, source}, {DNNL_ARG_DST, step.target, target}};
    result.weights.push_back({DNNL_ARG_WEIGHTS, name + ".weight", plain, desc.weights_desc(), 1});
    if (op.bias) result.weights.push_back({DNNL_ARG_BIAS, name + ".bias", bias, bias, 1});
    return result;
}

Primitive make_pool(const PoolStep& step, const dnnl::engine& engine) {
    const graph::MaxPool& op = step.op;
    const memory::desc source = desc_of(step.source), target = desc_of(step.target);
    const memory::dims kernel = {op.kernel, op.kernel}, strides = {op.stride, op.stride};
    const memory::dims padding = {op.padding, op.padding}, dilation = {0, 0};
    // On the right, what makes the output's size come out.
    const auto right = [&op](int in, int out) { return (out - 1) * op.stride + op.kernel - in - op.padding; };
    const memory::dims end = {right(step.source.height, step.target.height),
                              right(step.source.width, step.target.width)};
    const dnnl::pooling_forward::primitive_desc desc(engine, dnnl::prop_kind::forward_inference,
                                                     dnnl::algorithm::pooling_max, source, target, strides,
                                                     kernel, dilation, padding, end, attributes());
    Primitive result{dnnl::pooling_forward(desc), {}, {}, desc.scratchpad_desc(), {}};
    result.maps = {{DNNL_ARG_SRC, step.source, source}, {DNNL_ARG_DST, step.target, target}};
    return result;
}

}  // namespace

std::optional<Primitive> make_primitive(const Step& step, const dnnl::engine& engine) {
    try {
        return std::visit(
            Overloaded{[&](const ConvStep& s) { return std::optional(make_conv(step.name, s, engine)); },
                       [&](const DeconvStep& s) { return std::optional(make_deconv(step.name, s, engine)); },
                       [&](const PoolStep& s) { return std::optional(make_pool(s, engine)); },
                       [](const OneOf<WinogradStep, CopyStep, ActivationStep, AddStep, AverageStep,
                                      LinearStep, SoftmaxStep, DecodeStep, DeliverStep> auto&) {
                           return std::optional<Primitive>();  // run_step() does it
                       }},
            step.kind);
    } catch (const dnnl::error& error) {
        throw Error(fmt::format("oneDNN cannot compute {}: {}", step.name, error.what()));
    }
}

void bind_weights(Primitive& primitive, WeightStore& store) {
    for (const auto& weight : primitive.weights)
        primitive.constants[weight.index] =
            store.prepare(weight.name, weight.plain, weight.wanted, weight.scale);
}

}  // namespace yolo::engines::cpu
