// SPDX-License-Identifier: Apache-2.0
#include "train/torch/batch_norm_silu.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/batch_norm.hpp"
#include "train/torch/pixel_step.hpp"

namespace yolo::train {

namespace {

using kernels::Rows;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// Elements worked on at a time: they fit the second-level cache, and make partial sums short enough for
/// float32.
constexpr std::int64_t block_elements = 1 << 14;

/// A channels_last map as (rows, channels), rows = N H W. With few channels several rows count as one long
/// row, so that the inner loop is long; per-channel arrays are then repeated `repeat` times.
struct Matrix {
    std::int64_t rows = 0, channels = 0, repeat = 1;

    explicit Matrix(const at::Tensor& x)
        : rows(x.size(0) * x.size(2) * x.size(3)),
          channels(x.size(1)),
          repeat(channels >= 128 ? 1 : 128 / channels) {}

    std::int64_t rows_per_block() const {
        const std::int64_t rows_wanted = std::max<std::int64_t>(1, block_elements / channels);
        return std::max(rows_wanted / repeat, std::int64_t{1}) * repeat;
    }
    std::int64_t blocks() const { return (rows + rows_per_block() - 1) / rows_per_block(); }
};

/// Calls `body` with the kernels' element type.
template <class Body>
void with_element(const at::Tensor& x, Body body) {
    if (x.scalar_type() == at::kBFloat16) {
        body(Bf16{});
    } else {
        body(float{});
    }
}

template <class T>
T* elements(const at::Tensor& x) {
    return static_cast<T*>(x.data_ptr());
}

std::vector<float> repeated(const std::vector<float>& values, std::int64_t times) {
    std::vector<float> all;
    all.reserve(values.size() * static_cast<std::size_t>(times));
    for (std::int64_t i = 0; i < times; ++i) all.insert(all.end(), values.begin(), values.end());
    return all;
}

/// The two parts of a block: whole groups of `repeat` rows, then what is left over.
template <class T, class Body>
void for_parts(const Matrix& m, std::int64_t block, Body body) {
    const std::int64_t begin = block * m.rows_per_block();
    const std::int64_t end = std::min(m.rows, begin + m.rows_per_block());
    const std::int64_t groups = (end - begin) / m.repeat, rest = begin + groups * m.repeat;
    if (groups > 0) body(begin, groups, m.repeat);
    if (rest < end) body(rest, end - rest, std::int64_t{1});
}

/// Adds up two sums per channel over all rows: `body(block, first, second)` adds those of one block to arrays
/// of channels * repeat. The result does not depend on the number of threads.
template <class Body>
void sum_blocks(const Matrix& m, std::vector<double>& first, std::vector<double>& second, Body body) {
    const auto channels = static_cast<std::size_t>(m.channels);
    const auto width = channels * static_cast<std::size_t>(m.repeat);
    std::vector<float> partial(static_cast<std::size_t>(m.blocks()) * 2 * channels);
    at::parallel_for(0, m.blocks(), 1, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> sums(2 * width);
        for (std::int64_t b = begin; b < end; ++b) {
            std::fill(sums.begin(), sums.end(), 0.0f);
            body(b, sums.data(), sums.data() + width);
            float* to = partial.data() + static_cast<std::size_t>(b) * 2 * channels;
            for (std::size_t i = 0; i < width; ++i) {
                to[i % channels] += sums[i];
                to[channels + i % channels] += sums[width + i];
            }
        }
    });
    first.assign(channels, 0);
    second.assign(channels, 0);
    for (std::size_t b = 0; b < static_cast<std::size_t>(m.blocks()); ++b) {
        for (std::size_t c = 0; c < channels; ++c) {
            first[c] += partial[b * 2 * channels + c];
            second[c] += partial[(b * 2 + 1) * channels + c];
        }
    }
}

struct Moments {
    std::vector<double> mean, variance;  ///< variance: of the population
};

Moments moments_of(const at::Tensor& x) {
    const Matrix m(x);
    Moments result;
    with_element(x, [&]<class T>(T) {
        const T* data = elements<const T>(x);
        // Differences to the first pixel keep the sum of squares from cancelling.
        const at::Tensor first = x.select(0, 0).select(1, 0).select(1, 0).to(at::kFloat).contiguous();
        const float* values = first.const_data_ptr<float>();
        const std::vector<float> shift(values, values + m.channels), shifts = repeated(shift, m.repeat);
        sum_blocks(m, result.mean, result.variance, [&](std::int64_t block, float* sum, float* square_sum) {
            for_parts<T>(m, block, [&](std::int64_t row, std::int64_t count, std::int64_t repeat) {
                const std::int64_t width = m.channels * repeat;
                kernels::add_moments(Rows<const T>{data + row * m.channels, count, width}, width,
                                     shifts.data(), sum, square_sum);
            });
        });
        for (std::size_t c = 0; c < shift.size(); ++c) {
            const double difference = result.mean[c] / static_cast<double>(m.rows);
            result.mean[c] = shift[c] + difference;
            result.variance[c] =
                std::max(0.0, result.variance[c] / static_cast<double>(m.rows) - difference * difference);
        }
    });
    return result;
}

Moments running_moments(const BatchNormState& state) {
    const auto copy = [](const at::Tensor& t) {
        const float* values = t.const_data_ptr<float>();
        return std::vector<double>(values, values + t.numel());
    };
    return {copy(state.running_mean), copy(state.running_var)};
}

/// running = (1 - momentum) running + momentum batch, with the unbiased variance.
void move_running(BatchNormState& state, const Moments& moments, std::int64_t rows) {
    const auto n = static_cast<double>(rows);
    float* mean = state.running_mean.data_ptr<float>();
    float* variance = state.running_var.data_ptr<float>();
    for (std::size_t c = 0; c < moments.mean.size(); ++c) {
        const double unbiased = moments.variance[c] * n / std::max(1.0, n - 1);
        mean[c] = static_cast<float>((1 - state.momentum) * mean[c] + state.momentum * moments.mean[c]);
        variance[c] = static_cast<float>((1 - state.momentum) * variance[c] + state.momentum * unbiased);
    }
}

at::Tensor forward_pass(const at::Tensor& x, const std::vector<float>& scale,
                        const std::vector<float>& offset) {
    const Matrix m(x);
    at::Tensor y = at::empty_like(x);
    const std::vector<float> scales = repeated(scale, m.repeat), offsets = repeated(offset, m.repeat);
    with_element(x, [&]<class T>(T) {
        const T* from = elements<const T>(x);
        T* to = elements<T>(y);
        at::parallel_for(0, m.blocks(), 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t b = begin; b < end; ++b) {
                for_parts<T>(m, b, [&](std::int64_t row, std::int64_t count, std::int64_t repeat) {
                    const std::int64_t width = m.channels * repeat, at = row * m.channels;
                    kernels::scale_silu(Rows<const T>{from + at, count, width}, width, scales.data(),
                                        offsets.data(), Rows<T>{to + at, count, width});
                });
            }
        });
    });
    return y;
}

class BatchNormSilu final : public Function<BatchNormSilu> {
  public:
    static Variable forward(AutogradContext* context, const Variable& input, const Variable& weight,
                            const Variable& bias, BatchNormState* state, bool batch_statistics) {
        const at::Tensor x = input.contiguous(channels_last);
        const Moments moments = batch_statistics ? moments_of(x) : running_moments(*state);
        if (batch_statistics) {
            move_running(*state, moments, Matrix(x).rows);
            state->batches_tracked.add_(1);
        }
        const auto channels = static_cast<std::size_t>(x.size(1));
        // Rows: scale, offset, mean, 1 / deviation.
        at::Tensor kept = at::empty({4, x.size(1)}, at::kFloat);
        float* k = kept.data_ptr<float>();
        std::vector<float> scale(channels), offset(channels);
        for (std::size_t c = 0; c < channels; ++c) {
            const double inverse = 1 / std::sqrt(moments.variance[c] + state->eps);
            const double s = weight.const_data_ptr<float>()[c] * inverse;
            k[c] = scale[c] = static_cast<float>(s);
            k[channels + c] = offset[c] =
                static_cast<float>(bias.const_data_ptr<float>()[c] - s * moments.mean[c]);
            k[2 * channels + c] = static_cast<float>(moments.mean[c]);
            k[3 * channels + c] = static_cast<float>(inverse);
        }
        context->save_for_backward({x, kept});
        context->saved_data["batch_statistics"] = batch_statistics;
        return forward_pass(x, scale, offset);
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &kept = saved[1];
        at::Tensor dy = gradients[0].to(x.scalar_type());
        if (pixel_step(dy) == 0) dy = dy.contiguous(channels_last);
        at::Tensor d_weight = at::empty({x.size(1)}, at::kFloat), d_bias = at::empty({x.size(1)}, at::kFloat);
        at::Tensor dx;
        with_element(x, [&]<class T>(T) {
            dx = gradient<T>(x, dy, kept, context->saved_data["batch_statistics"].toBool(), d_weight, d_bias);
        });
        return {dx, d_weight, d_bias, {}, {}};
    }

  private:
    /// With N rows: d_bias = sum dz, d_weight = sum dz xhat,
    /// dx = scale (dz - d_bias / N - xhat d_weight / N), or scale dz for given statistics.
    template <class T>
    static at::Tensor gradient(const at::Tensor& x, const at::Tensor& dy, const at::Tensor& kept,
                               bool batch_statistics, at::Tensor& d_weight, at::Tensor& d_bias) {
        const std::int64_t dy_stride = pixel_step(dy);
        Matrix m(x);
        if (dy_stride != m.channels) m.repeat = 1;
        const auto channels = static_cast<std::size_t>(m.channels);
        const float* k = kept.const_data_ptr<float>();
        const std::vector<float> scale(k, k + channels), offset(k + channels, k + 2 * channels),
            mean(k + 2 * channels, k + 3 * channels), inverse(k + 3 * channels, k + 4 * channels);
        const std::vector<float> scales = repeated(scale, m.repeat), offsets = repeated(offset, m.repeat),
                                 means = repeated(mean, m.repeat);
        const T *from = elements<const T>(x), *dy_from = elements<const T>(dy);

        std::vector<double> sum, product_sum;
        sum_blocks(m, sum, product_sum, [&](std::int64_t block, float* first, float* second) {
            for_parts<T>(m, block, [&](std::int64_t row, std::int64_t count, std::int64_t repeat) {
                const std::int64_t width = m.channels * repeat;
                kernels::add_gradient_sums(
                    Rows<const T>{from + row * m.channels, count, width},
                    Rows<const T>{dy_from + row * dy_stride, count, dy_stride * repeat}, width, scales.data(),
                    offsets.data(), means.data(), first, second);
            });
        });

        std::vector<float> slope(channels), constant(channels);
        for (std::size_t c = 0; c < channels; ++c) {
            const double with_xhat = product_sum[c] * inverse[c], n = static_cast<double>(m.rows);
            d_bias.data_ptr<float>()[c] = static_cast<float>(sum[c]);
            d_weight.data_ptr<float>()[c] = static_cast<float>(with_xhat);
            if (!batch_statistics) continue;
            const double s = -scale[c] * with_xhat / n * inverse[c];
            slope[c] = static_cast<float>(s);
            constant[c] = static_cast<float>(-scale[c] * sum[c] / n - s * mean[c]);
        }

        at::Tensor dx = at::empty_like(x);
        T* to = elements<T>(dx);
        const std::vector<float> slopes = repeated(slope, m.repeat), constants = repeated(constant, m.repeat);
        at::parallel_for(0, m.blocks(), 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t b = begin; b < end; ++b) {
                for_parts<T>(m, b, [&](std::int64_t row, std::int64_t count, std::int64_t repeat) {
                    const std::int64_t width = m.channels * repeat, at = row * m.channels;
                    kernels::input_gradient(
                        Rows<const T>{from + at, count, width},
                        Rows<const T>{dy_from + row * dy_stride, count, dy_stride * repeat}, width,
                        scales.data(), offsets.data(), slopes.data(), constants.data(),
                        Rows<T>{to + at, count, width});
                });
            }
        });
        return dx;
    }
};

bool has_kernels(const at::Tensor& x) {
    return x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

}  // namespace

at::Tensor batch_norm(const at::Tensor& x, BatchNormState& state, bool batch_statistics) {
    if (batch_statistics) state.batches_tracked.add_(1);
    return at::batch_norm(x, state.weight, state.bias, state.running_mean, state.running_var,
                          batch_statistics, state.momentum, state.eps, true);
}

at::Tensor batch_norm_silu(const at::Tensor& x, BatchNormState& state, bool batch_statistics) {
    if (!has_kernels(x)) return at::silu(batch_norm(x, state, batch_statistics));
    return BatchNormSilu::apply(x, state.weight, state.bias, &state, batch_statistics);
}

}  // namespace yolo::train
