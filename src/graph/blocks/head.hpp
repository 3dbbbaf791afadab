// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "graph/blocks/conv.hpp"

namespace yolo::graph {

/// Mask prototypes at a quarter of the input's size.
class Proto {
  public:
    Proto(const Scope& scope, int c1, int hidden, int c2);
    ValueId operator()(ValueId x) const;

  private:
    ConvBlock cv1_;
    UpConv upsample_;
    ConvBlock cv2_, cv3_;
};

struct HeadOptions {
    int class_count = 80;
    int reg_max = 16;
    std::optional<int> class_width = {};  ///< see BuildOptions
    HeadExtra extra = HeadExtra::none;
    int extra_channels = 0;
    std::array<int, 2> kpt_shape = {};
    int proto_channels = 0;  ///< hidden channels of Proto; 0: no prototypes
    /// Class branches of a depthwise and a pointwise convolution, twice (YOLOv10, YOLO11), instead of two 3
    /// x 3.
    bool depthwise_classes = false;
    bool one_to_one = false;  ///< also a twin of the branches, see Head::one_to_one
};

/// Detect, Segment, Pose and OBB: for each level a box branch cv2, a class branch cv3 and, with an extra, a
/// branch cv4. Fills the graph's head and outputs; strides are not known yet.
void build_head(const Scope& scope, const std::vector<ValueId>& inputs, const HeadOptions& options);

/// Convolution, mean, dropout, linear. Returns the logits (N, classes).
ValueId build_classify(const Scope& scope, ValueId x, int class_count, double dropout);

}  // namespace yolo::graph
