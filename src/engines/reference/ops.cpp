// SPDX-License-Identifier: Apache-2.0
#include "engines/reference/ops.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace yolo::engines::reference {

namespace {

/// A tensor as (N, C, H, W); missing trailing dimensions are 1.
struct Dims {
    std::int64_t n = 1, c = 1, h = 1, w = 1;
    explicit Dims(const Shape& shape) {
        std::int64_t* const sizes[] = {&n, &c, &h, &w};
        for (std::size_t i = 0; i < shape.size(); ++i) *sizes[i] = shape[i];
    }
    std::int64_t plane() const { return h * w; }
};

template <class F>
Tensor map_elements(const Tensor& x, F f) {
    Tensor y = Tensor::allocate(DType::f32, x.shape());
    const auto in = x.values<float>();
    std::transform(in.begin(), in.end(), y.mutable_values<float>().begin(), f);
    return y;
}

/// y[oy][ox] += weight * x[oy * stride + dy][ox * stride + dx], zero outside x.
void accumulate_tap(std::span<const float> x, Dims in, std::span<float> y, Dims out, int stride,
                    std::int64_t dy, std::int64_t dx, float weight) {
    for (std::int64_t oy = 0; oy < out.h; ++oy) {
        const std::int64_t iy = oy * stride + dy;
        if (iy < 0 || iy >= in.h) continue;
        for (std::int64_t ox = 0; ox < out.w; ++ox) {
            const std::int64_t ix = ox * stride + dx;
            if (ix < 0 || ix >= in.w) continue;
            y[static_cast<std::size_t>(oy * out.w + ox)] +=
                weight * x[static_cast<std::size_t>(iy * in.w + ix)];
        }
    }
}

std::span<const float> plane_of(const Tensor& x, std::int64_t n, std::int64_t c) {
    const Dims d(x.shape());
    return x.values<float>().subspan(static_cast<std::size_t>((n * d.c + c) * d.plane()),
                                     static_cast<std::size_t>(d.plane()));
}

std::span<float> plane_of(Tensor& x, std::int64_t n, std::int64_t c) {
    const Dims d(x.shape());
    return x.mutable_values<float>().subspan(static_cast<std::size_t>((n * d.c + c) * d.plane()),
                                             static_cast<std::size_t>(d.plane()));
}

}  // namespace

Tensor conv(const graph::Conv& op, const Tensor& x, const Tensor& weight, const Tensor& bias) {
    const Dims in(x.shape());
    const std::int64_t reach = static_cast<std::int64_t>(op.dilation) * (op.kernel - 1) + 1;
    Tensor y =
        Tensor::allocate(DType::f32, {in.n, op.out_channels, (in.h + 2 * op.padding - reach) / op.stride + 1,
                                      (in.w + 2 * op.padding - reach) / op.stride + 1});
    const Dims out(y.shape());
    const std::int64_t in_group = op.in_channels / op.groups, out_group = op.out_channels / op.groups;
    const auto w = weight.values<float>();
    for (std::int64_t n = 0; n < in.n; ++n) {
        for (std::int64_t oc = 0; oc < op.out_channels; ++oc) {
            const auto to = plane_of(y, n, oc);
            std::fill(to.begin(), to.end(),
                      bias.empty() ? 0.0f : bias.values<float>()[static_cast<std::size_t>(oc)]);
            for (std::int64_t ic = 0; ic < in_group; ++ic) {
                const auto from = plane_of(x, n, oc / out_group * in_group + ic);
                for (std::int64_t k = 0; k < op.kernel * op.kernel; ++k) {
                    const auto at =
                        static_cast<std::size_t>((oc * in_group + ic) * op.kernel * op.kernel + k);
                    accumulate_tap(from, in, to, out, op.stride, k / op.kernel * op.dilation - op.padding,
                                   k % op.kernel * op.dilation - op.padding, w[at]);
                }
            }
        }
    }
    return y;
}

Tensor conv_transpose(const graph::ConvTranspose& op, const Tensor& x, const Tensor& weight,
                      const Tensor& bias) {
    const Dims in(x.shape());
    Tensor y = Tensor::allocate(DType::f32, {in.n, op.out_channels, (in.h - 1) * op.stride + op.kernel,
                                             (in.w - 1) * op.stride + op.kernel});
    const Dims out(y.shape());
    const auto w = weight.values<float>();
    for (std::int64_t n = 0; n < in.n; ++n) {
        for (std::int64_t oc = 0; oc < out.c; ++oc) {
            const auto to = plane_of(y, n, oc);
            std::fill(to.begin(), to.end(),
                      bias.empty() ? 0.0f : bias.values<float>()[static_cast<std::size_t>(oc)]);
            for (std::int64_t ic = 0; ic < in.c; ++ic) {
                const auto from = plane_of(x, n, ic);
                for (std::int64_t i = 0; i < in.plane(); ++i) {
                    for (std::int64_t k = 0; k < op.kernel * op.kernel; ++k) {
                        const std::int64_t oy = i / in.w * op.stride + k / op.kernel;
                        const std::int64_t ox = i % in.w * op.stride + k % op.kernel;
                        to[static_cast<std::size_t>(oy * out.w + ox)] +=
                            from[static_cast<std::size_t>(i)] *
                            w[static_cast<std::size_t>((ic * out.c + oc) * op.kernel * op.kernel + k)];
                    }
                }
            }
        }
    }
    return y;
}

Tensor silu(const Tensor& x) {
    return map_elements(x, [](float v) { return v / (1.0f + std::exp(-v)); });
}

Tensor relu(const Tensor& x) {
    return map_elements(x, [](float v) { return std::max(v, 0.0f); });
}

Tensor batch_norm(const graph::BatchNorm& op, const Tensor& x, const BatchNormParameters& parameters) {
    Tensor y = Tensor::allocate(DType::f32, x.shape());
    const Dims d(x.shape());
    for (std::int64_t n = 0; n < d.n; ++n) {
        for (std::int64_t c = 0; c < d.c; ++c) {
            const auto at = static_cast<std::size_t>(c);
            const double scale = parameters.weight.values<float>()[at] /
                                 std::sqrt(double{parameters.variance.values<float>()[at]} + op.eps);
            const double mean = parameters.mean.values<float>()[at],
                         bias = parameters.bias.values<float>()[at];
            const auto from = plane_of(x, n, c);
            std::transform(from.begin(), from.end(), plane_of(y, n, c).begin(),
                           [&](float v) { return static_cast<float>((v - mean) * scale + bias); });
        }
    }
    return y;
}

Tensor sigmoid(const Tensor& x) {
    return map_elements(x, [](float v) { return 1.0f / (1.0f + std::exp(-v)); });
}

Tensor sine(const Tensor& x) {
    return map_elements(x, [](float v) { return std::sin(v); });
}

Tensor cosine(const Tensor& x) {
    return map_elements(x, [](float v) { return std::cos(v); });
}

Tensor scale(const graph::Scale& op, const Tensor& x) {
    return map_elements(x, [&op](float v) { return static_cast<float>(op.factor * v + op.offset); });
}

Tensor max_pool(const graph::MaxPool& op, const Tensor& x) {
    const Dims in(x.shape());
    Tensor y = Tensor::allocate(DType::f32, {in.n, in.c, (in.h + 2 * op.padding - op.kernel) / op.stride + 1,
                                             (in.w + 2 * op.padding - op.kernel) / op.stride + 1});
    const Dims out(y.shape());
    for (std::int64_t nc = 0; nc < in.n * in.c; ++nc) {
        const auto from = plane_of(x, 0, nc);
        const auto to = plane_of(y, 0, nc);
        for (std::int64_t o = 0; o < out.plane(); ++o) {
            const std::int64_t top = o / out.w * op.stride - op.padding,
                               left = o % out.w * op.stride - op.padding;
            float best = -std::numeric_limits<float>::infinity();
            for (std::int64_t iy = std::max<std::int64_t>(top, 0); iy < std::min(top + op.kernel, in.h);
                 ++iy) {
                for (std::int64_t ix = std::max<std::int64_t>(left, 0); ix < std::min(left + op.kernel, in.w);
                     ++ix)
                    best = std::max(best, from[static_cast<std::size_t>(iy * in.w + ix)]);
            }
            to[static_cast<std::size_t>(o)] = best;
        }
    }
    return y;
}

Tensor upsample(const graph::Upsample& op, const Tensor& x) {
    const Dims in(x.shape());
    Tensor y = Tensor::allocate(DType::f32, {in.n, in.c, in.h * op.scale, in.w * op.scale});
    const Dims out(y.shape());
    for (std::int64_t nc = 0; nc < in.n * in.c; ++nc) {
        const auto from = plane_of(x, 0, nc);
        const auto to = plane_of(y, 0, nc);
        for (std::int64_t o = 0; o < out.plane(); ++o) {
            const std::int64_t iy = o / out.w / op.scale, ix = o % out.w / op.scale;
            to[static_cast<std::size_t>(o)] = from[static_cast<std::size_t>(iy * in.w + ix)];
        }
    }
    return y;
}

Tensor global_average_pool(const Tensor& x) {
    const Dims in(x.shape());
    Tensor y = Tensor::allocate(DType::f32, {in.n, in.c});
    for (std::int64_t nc = 0; nc < in.n * in.c; ++nc) {
        double sum = 0;
        for (const float value : plane_of(x, 0, nc)) sum += value;
        y.mutable_values<float>()[static_cast<std::size_t>(nc)] =
            static_cast<float>(sum / static_cast<double>(in.plane()));
    }
    return y;
}

Tensor linear(const graph::Linear& op, const Tensor& x, const Tensor& weight, const Tensor& bias) {
    Tensor y = Tensor::allocate(DType::f32, {x.dim(0), op.out_features});
    const auto in = static_cast<std::size_t>(op.in_features), out = static_cast<std::size_t>(op.out_features);
    for (std::size_t i = 0; i < static_cast<std::size_t>(y.elements()); ++i) {
        const std::size_t n = i / out, o = i % out;
        double sum = bias.empty() ? 0.0 : double{bias.values<float>()[o]};
        for (std::size_t k = 0; k < in; ++k)
            sum += double{x.values<float>()[n * in + k]} * double{weight.values<float>()[o * in + k]};
        y.mutable_values<float>()[i] = static_cast<float>(sum);
    }
    return y;
}

}  // namespace yolo::engines::reference
