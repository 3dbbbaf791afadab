// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/peak.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

#include <omp.h>

#include "core/tensor.hpp"

namespace yolo::engines::cpu {

namespace {

using dnnl::memory;
using Clock = std::chrono::steady_clock;

constexpr auto enough = std::chrono::milliseconds(80);
constexpr int fewest = 3;

/// So that each thread has 256 x 256 numbers of the product to compute: a short time, in which other work on
/// the machine seldom comes between.
std::int64_t side_for(int threads) {
    return 256 * static_cast<std::int64_t>(std::ceil(std::sqrt(threads)));
}

/// In a layout of oneDNN's choice, each number 0.01.
class Matrix {
  public:
    Matrix(const memory::desc& desc, const dnnl::engine& engine)
        : bytes_(Tensor::allocate(DType::u8, {static_cast<std::int64_t>(desc.get_size())})),
          memory_(desc, engine, bytes_.mutable_raw()) {
        std::memset(bytes_.mutable_raw(), 0x3c, bytes_.bytes());
    }
    const memory& get() const { return memory_; }

  private:
    Tensor bytes_;
    memory memory_;
};

}  // namespace

double measured_peak(const dnnl::engine& engine, Precision precision) {
    const auto type = precision == Precision::bf16 ? memory::data_type::bf16 : memory::data_type::f32;
    const std::int64_t side = side_for(omp_get_max_threads());
    const memory::desc any({side, side}, type, memory::format_tag::any);
    const dnnl::matmul::primitive_desc desc(engine, any, any, any);
    const dnnl::matmul product(desc);
    const Matrix a(desc.src_desc(), engine), b(desc.weights_desc(), engine), c(desc.dst_desc(), engine);
    dnnl::stream stream(engine);
    const auto begin = Clock::now();
    Clock::duration best = Clock::duration::max();
    for (int i = 0; i < fewest || Clock::now() - begin < enough; ++i) {
        const auto start = Clock::now();
        product.execute(stream,
                        {{DNNL_ARG_SRC, a.get()}, {DNNL_ARG_WEIGHTS, b.get()}, {DNNL_ARG_DST, c.get()}});
        stream.wait();
        best = std::min(best, Clock::now() - start);
    }
    return 2 * std::pow(static_cast<double>(side), 3) / std::chrono::duration<double>(best).count();
}

}  // namespace yolo::engines::cpu
