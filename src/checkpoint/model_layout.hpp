// SPDX-License-Identifier: Apache-2.0
/// \file Our own file of a model: safetensors with the official names, and its description as JSON texts in
/// the header (docs/checkpoints.md).
#pragma once

#include "checkpoint/checkpoint.hpp"
#include "formats/safetensors.hpp"

namespace yolo::checkpoint {

/// Whether the header is of this layout, of whatever version.
bool describes_model(const formats::Safetensors& content);
/// Throws Error without the file's name.
Checkpoint read_model_layout(const formats::Safetensors& content);
formats::Safetensors write_model_layout(const Checkpoint& checkpoint);

}  // namespace yolo::checkpoint
