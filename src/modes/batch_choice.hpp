// SPDX-License-Identifier: Apache-2.0
/// \file batch=-1 or a share below 1: as many pictures in a step as fit into memory.
#pragma once

#include <optional>
#include <string>

#include <yolo/config.hpp>

namespace yolo::modes {

/// The share of memory that a step may take (0.6 for batch=-1); nothing where batch is a number of pictures.
/// Throws UsageError for what is neither.
std::optional<double> memory_share(const Config& config);

/// The number of pictures, where memory_share() has none.
int batch_size(const Config& config);

/// The most memory that steps of two sizes took; of one only where there is no more than one picture.
struct BatchProbe {
    int pictures = 1;
    double bytes = 0;
};
struct BatchProbes {
    BatchProbe small, large;
    double usable = 0;  ///< bytes: what the process has and can have
    std::string where;  ///< "free on this machine"
    int most = 1;       ///< pictures that there are
};

/// A number of pictures and why.
struct BatchChoice {
    int pictures = 16;
    std::string reason;
};
/// On the straight line through both probes; from 1 to 1024 and not more than there are.
BatchChoice batch_that_fits(const BatchProbes& probes, double share);

/// Adds what batches that the loader has made, or makes, take beside the one that is worked on.
void add_waiting_batches(BatchProbes& probes, int side, int channels, int workers);

/// Whose memory it is: "free on this machine", "left of this container's limit", "free on cuda:0".
std::string memory_place(const std::string& device);

/// As many as the second probe has, unless the first one says that those do not fit.
int second_probe(int most, double held, double first_bytes, double free);

}  // namespace yolo::modes
