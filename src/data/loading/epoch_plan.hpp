// SPDX-License-Identifier: Apache-2.0
/// \file In which order an epoch goes through a data set, and from which places partners are drawn.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <yolo/image.hpp>

#include "data/loader.hpp"
#include "data/random.hpp"

namespace yolo::data {

/// What is the same in every epoch.
struct LoadOrder {
    std::size_t pictures = 0;
    int batch = 1;                     ///< pictures in one, except perhaps the last
    std::vector<std::uint32_t> fixed;  ///< picture at each place; empty: shuffled anew each epoch
    std::vector<Size> shapes;          ///< of each batch
    std::size_t window = 1;            ///< places from which partners are drawn: this one and those before
    bool window_opens = false;         ///< it is small in the first batches
    std::size_t kept_window = 1;       ///< places whose pictures are kept where no cache keeps them all

    int batches() const { return static_cast<int>(shapes.size()); }
    Size shape_of(std::size_t place) const { return shapes[place / static_cast<std::size_t>(batch)]; }
};

/// `picture_sizes` are read for rect only.
LoadOrder make_load_order(std::size_t pictures, std::span<const Size> picture_sizes,
                          const LoaderOptions& options);

/// A place in the order of an epoch: of this one, or of the one before.
struct Turn {
    std::size_t place = 0;
    bool before = false;  ///< in the epoch before
};

/// One epoch.
class EpochPlan {
  public:
    EpochPlan(const LoadOrder& order, std::uint64_t seed, int epoch);

    std::size_t pictures() const { return current_.size(); }
    std::size_t picture(Turn turn) const { return order_of(turn)[turn.place]; }
    /// Whose picture takes its place when its own cannot be read: the next one of that epoch's order, round.
    Turn after(Turn turn) const { return {(turn.place + 1) % order_of(turn).size(), turn.before}; }
    /// A picture for a sample at `place` to be combined with: of the last window_at(place) places, across the
    /// start of the epoch. So few pictures are in use at a time.
    Turn partner(std::size_t place, Random& random) const;
    /// A window that opens grows as the pictures at hand of the reference's workers do: eight of them, each
    /// with every eighth batch, know at first what they have loaded themselves. One that is open from the
    /// start reaches, where nothing was before, the first places of the epoch.
    std::size_t window_at(std::size_t place) const;

  private:
    const std::vector<std::uint32_t>& order_of(Turn turn) const { return turn.before ? previous_ : current_; }

    std::size_t window_, batch_, first_batch_;
    bool window_opens_;
    std::vector<std::uint32_t> current_, previous_;  ///< previous: empty in the first epoch
};

}  // namespace yolo::data
