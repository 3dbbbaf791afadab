// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engines/engine.hpp"

namespace yolo::engines {

/// An engine whose file computes a fixed number of pictures, for any number: larger batches are run in parts,
/// the last one filled up with black pictures. Engines that take any number come back as they are.
std::unique_ptr<Engine> for_any_batch(std::unique_ptr<Engine> engine);

}  // namespace yolo::engines
