// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engines/engine.hpp"
#include "modes/validation/validator.hpp"

namespace yolo::modes {

/// An engine as a validator calls it. `augment`: test-time augmentation (detect). The engine must live as
/// long.
RunNetwork engine_network(engines::Engine& engine, const ModelInfo& info, bool augment);

}  // namespace yolo::modes
