// SPDX-License-Identifier: Apache-2.0
/// \file The network a training starts with: built for the data set's classes, its weights fresh or moved
/// from a trained model.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/checkpoint.hpp"

namespace yolo::train {

/// What the data set asks of the network.
struct NetworkRequest {
    std::vector<std::string> names;                    ///< class names
    std::optional<std::array<int, 2>> kpt_shape = {};  ///< pose
    std::optional<int> channels = {};                  ///< of the pictures; else the description's
    std::uint64_t seed = 0;                            ///< of the fresh weights
    bool remap_classes = true;                         ///< cls_remap
};

struct Transfer {
    checkpoint::Checkpoint model;  ///< training stage, float32 weights; spec.yaml has the new class count
    bool source = false;           ///< weights came from a trained model
    int moved = 0;                 ///< items (parameters and buffers) taken over whole
    int items = 0;                 ///< of the network
    int partly = 0;                ///< items of which some rows or channels were taken over
    /// "Transferred 349/355 items from pretrained weights", "" without a source.
    std::string message() const;
};

/// The network of `description` for the request, with the weights of `source` where name and shape agree
/// (nullptr: fresh ones). Beyond that
/// - a source with another number of classes lends its class branch's width, so that the branch's hidden
/// layers
///   fit too;
/// - rows of the class convolutions go to the classes of the same name (lower case, trimmed), when both
/// models
///   have real names;
/// - a first convolution of another number of channels takes what there is, summed for one channel.
Transfer start_network(const checkpoint::Checkpoint& description, const checkpoint::Checkpoint* source,
                       const NetworkRequest& request);

}  // namespace yolo::train
