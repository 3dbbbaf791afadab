// SPDX-License-Identifier: Apache-2.0
/// \file The other side: non-maximum suppression as it is commonly written (every candidate sorted, each
/// compared with every one that stays), e.g. cv::dnn::NMSBoxes.
#pragma once

#include <vector>

#include "tasks/nms.hpp"

namespace yolo::bench {

/// `stop_at_max_det`: ends at options.max_det detections, which NMSBoxes does not.
std::vector<tasks::Detection> plain_nms(const tasks::RawOutput& raw, const tasks::NmsOptions& options,
                                        bool stop_at_max_det);

}  // namespace yolo::bench
