// SPDX-License-Identifier: Apache-2.0
/// \file Convolutions of 3 x 3 taps, stride 1 and zero padding 1, by minimal filtering F(2 x 2, 3 x 3): 16
/// multiplications for four outputs instead of 36 (Lavin, Gray: Fast Algorithms for Convolutional Neural
/// Networks, CVPR 2016, section 4.1), and their gradients. float32, channels together.
///
/// A tile of 2 x 2 outputs reads 4 x 4 inputs d. With V = B^T d B, U = G g G^T and M = sum over input
/// channels of U V, each of the 16 places a matrix product over tiles and channels, the outputs are A^T M A.
/// By the weights the gradient is G^T (sum over tiles of V (A dy A^T)) G; by the input it is such a
/// convolution itself, of dy with the taps turned round.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/activation.hpp"

namespace yolo::kernels {

/// How a map lies in memory, in floats.
struct MapSteps {
    std::int64_t pixel = 0;  ///< from pixel to pixel, of all pictures
    /// From the channels that fill a register to the next ones, which lie together; 0: all of a pixel's do.
    std::int64_t group = 0;
};

struct WinogradShape {
    std::int64_t pictures = 0, height = 0, width = 0;
    std::int64_t in_channels = 0, out_channels = 0;
    MapSteps in = {}, out = {};  ///< of x; of y and dy
};

/// What becomes of the sums on their way out: activation(sum + bias) + addend.
struct WinogradOutput {
    const float* bias = nullptr;  ///< (out_channels), or null
    Activation activation = Activation::none;
    const float* addend = nullptr;  ///< a map like y, or null
    MapSteps addend_steps = {};
};

/// Where the taps of a kernel lie.
template <class Float>
struct Taps {
    Float* first = nullptr;
    std::int64_t out = 0, in = 0, rows = 0, columns = 0;  ///< floats from one to the next

    /// Tap 0 .. 8 of an output and an input channel.
    Float* at(std::int64_t o, std::int64_t i, std::int64_t tap) const {
        return first + o * out + i * in + tap / 3 * rows + tap % 3 * columns;
    }
};

/// Where the tiles lie. A tile's number counts along a row, then down, then from picture to picture.
struct WinogradTiles {
    WinogradShape shape;
    std::int64_t rows, columns, count;  ///< of a picture; of all
    std::int64_t block;                 ///< tiles that are worked on together, in twelves

    /// Floats between the 16 places of V and of M: not a multiple of 4096 bytes, which would send all 16 to
    /// the same lines of the first-level cache.
    std::int64_t v_step() const { return block * shape.in_channels + 16; }
    std::int64_t m_step() const { return block * shape.out_channels + 16; }
    /// Floats of V, M and two registers, in whole cache lines.
    std::int64_t scratch_size() const { return 16 * (v_step() + m_step() + 2); }
};

struct WinogradKernels;

class Winograd {
  public:
    /// Floats of the registers that this processor works with; 0 where there are no such instructions.
    static int lanes();
    /// The processor has the instructions, and the channels come in whole registers.
    static bool can_run(std::int64_t in_channels, std::int64_t out_channels);
    /// It is also faster than oneDNN's direct convolution.
    static bool pays(std::int64_t in_channels, std::int64_t out_channels);

    explicit Winograd(const WinogradShape& shape);

    /// Floats that each thread needs to work in, aligned to 64 bytes; those of several may lie in a row.
    std::size_t scratch_size() const { return static_cast<std::size_t>(tiles_.scratch_size()); }
    /// Floats of the transformed weights.
    std::size_t weights_size() const;
    /// Output channels [begin, end) of them.
    void transform(const Taps<const float>& taps, std::int64_t begin, std::int64_t end, float* weights) const;

    /// Pieces of some tiles each.
    std::int64_t blocks() const { return (tiles_.count + tiles_.block - 1) / tiles_.block; }
    /// Takes blocks until none is left: threads that share `next` (which starts at 0) share out the work, and
    /// whichever has done what, the result is the same.
    void convolve(std::atomic<std::int64_t>& next, const float* x, const float* weights,
                  const WinogradOutput& output, float* y, float* scratch) const;

    /// Floats of a sum of gradients; it starts with zeros.
    std::size_t sums_size() const { return weights_size(); }
    /// Adds the gradients of blocks [begin, end) by the transformed weights.
    void add_gradient(std::int64_t begin, std::int64_t end, const float* x, const float* dy, float* sums,
                      float* scratch) const;
    /// The gradient of the output channels [begin, end) by the taps: of some sums that lie one after the
    /// other.
    void write_gradient(std::span<const float> sums, std::int64_t begin, std::int64_t end,
                        const Taps<float>& gradient) const;

  private:
    WinogradTiles tiles_;
    const WinogradKernels* kernels_;
};

}  // namespace yolo::kernels
