// SPDX-License-Identifier: Apache-2.0
/// \file Objects pasted along their outlines (Ghiasi et al., arXiv:2012.07177).
#pragma once

#include <vector>

#include "data/sample.hpp"

namespace yolo::data {

/// Objects of `second` that may be pasted on `first`: none of the boxes there is covered by 0.3 or more of
/// its area. Those that cover least come first; round(share * candidates) of them.
std::vector<std::size_t> choose_pasted(const Instances& first, const Instances& second, double share);

/// Copies the pixels inside the outlines of `pasted` objects of `second`, a sample of the same size, and
/// appends the objects. The picture of `sample` is changed in place.
void paste_objects(Sample& sample, const Sample& second, const std::vector<std::size_t>& pasted);

/// The sample seen in a mirror (left and right exchanged).
Sample mirrored(const Sample& sample);

}  // namespace yolo::data
