// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/config.hpp>
#include <yolo/log.hpp>

#include "inference/opened_model.hpp"

namespace yolo::modes {

/// Says what of the given options an exported file that suppresses by itself cannot follow, and in val what
/// that does to its figures.
void warn_of_suppression(const Config& given, const inference::OpenedModel& model, Mode mode,
                         const LogSink& log);

}  // namespace yolo::modes
