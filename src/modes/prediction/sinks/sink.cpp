// SPDX-License-Identifier: Apache-2.0
#include "modes/prediction/sinks/sink.hpp"

#include <fmt/core.h>

namespace yolo::modes {

std::string Output::frame_name() const {
    const sources::Frame& frame = prediction.frame;
    const bool moving = frame.kind == sources::SourceKind::video || frame.kind == sources::SourceKind::stream;
    return moving ? fmt::format("{}_{}", name, frame.frame_number) : name;
}

}  // namespace yolo::modes
