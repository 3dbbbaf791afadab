// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "sources/video.hpp"

namespace yolo::plugins {

/// The frames of an animated WebP, each as it is seen (FFmpeg passes over them). Throws Error with the bare
/// reason.
std::unique_ptr<sources::VideoReader> open_webp(const std::string& path);

}  // namespace yolo::plugins
