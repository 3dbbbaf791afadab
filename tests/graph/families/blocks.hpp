// SPDX-License-Identifier: Apache-2.0
/// \file Blocks of two later families, YOLOv10 (Wang et al. 2024, arXiv:2405.14458) and YOLO11: they show
/// that a family is new blocks on the same ops and the same head. They are no part of the product: nothing
/// reads, trains or writes their checkpoints yet.
#pragma once

#include <span>
#include <string>

#include "graph/blocks/table.hpp"

namespace yolo::test {

/// C3k2, C2PSA, DepthwiseDetect; SCDown, PSA, C2fCIB, v10Detect.
std::span<const graph::BlockType> later_blocks();

/// tests/graph/families/FILE of that scale, in its training stage.
graph::Graph build_later(const std::string& file, const std::string& scale);

}  // namespace yolo::test
