// SPDX-License-Identifier: Apache-2.0
/// \file What a network computes inside, on the pictures of a data set.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "data/dataset.hpp"
#include "data/loader.hpp"
#include "graph/passes.hpp"

namespace yolo::inference {

struct ValuePass {
    std::vector<graph::ValueId> values;  ///< that are wanted, of a network in its inference stage
    /// Value `values[i]` of the next picture, (1, C, ...), valid during the call. From several threads: two
    /// values at the same time, the pictures of one value one after the other.
    std::function<void(std::size_t i, const Tensor& map)> see;
    std::function<void(std::size_t done, std::size_t pictures)> progress = {};
    std::function<bool()> cancelled = {};  ///< true: ends with Cancelled
    std::size_t most_pictures = 0;         ///< 0: all
    int threads = 1;
};

/// Runs the network in 32 bits on picture after picture, as val loads them. Memory does not grow with the
/// number of pictures nor, by much, with that of the values: they are asked for in parts. Returns the number
/// of pictures. Throws Error when none can be read, Cancelled.
std::size_t show_values(const graph::Network& network, std::shared_ptr<const data::Dataset> dataset,
                        const data::LoaderOptions& options, const ValuePass& pass);

}  // namespace yolo::inference
