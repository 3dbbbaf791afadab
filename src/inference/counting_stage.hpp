// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <yolo/counter.hpp>
#include <yolo/log.hpp>

#include "inference/stage.hpp"

namespace yolo::inference {

/// Gives each prediction what its stream has counted up to it; to be placed behind the tracking stage. Each
/// stream and each video counts for itself, all pictures together. `log` is told of regions that lie outside
/// a source's picture. Throws what RegionCounter throws.
std::unique_ptr<Stage> counting_stage(const std::vector<Region>& regions, const LogSink& log);

}  // namespace yolo::inference
