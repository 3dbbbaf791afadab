// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "engines/graph_maker.hpp"
#include "engines/registry.hpp"

namespace yolo::test {

inline engines::Batch random_batch(unsigned seed, std::int64_t count, std::int64_t height, std::int64_t width,
                                   std::int64_t channels = 3) {
    std::mt19937 random(seed);
    return {random_tensor(random, {count, channels, height, width}, 0, 1), engines::Batch::Layout::nchw_rgb};
}

/// Largest |a - b| / max(1, |b|).
inline double largest_error(const Tensor& a, const Tensor& b) {
    const auto left = a.values<float>(), right = b.values<float>();
    double worst = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const double error =
            std::abs(double{left[i]} - double{right[i]}) / std::max(1.0, std::abs(double{right[i]}));
        if (!(error <= worst)) worst = error;  // NaN counts
    }
    return worst;
}

/// Runs the network on both engines and expects equal outputs.
inline void expect_like_reference(const graph::Network& network, const engines::Batch& batch,
                                  double tolerance = 1e-4,
                                  engines::EngineOptions options = {2, Precision::fp32}) {
    const auto expected = engines::make_engine("reference", network, {})->run(batch);
    const auto actual = engines::make_engine("cpu", network, options)->run(batch);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        ASSERT_EQ(actual[i].shape(), expected[i].shape()) << "output " << i;
        EXPECT_LE(largest_error(actual[i], expected[i]), tolerance) << "output " << i;
    }
}

}  // namespace yolo::test
