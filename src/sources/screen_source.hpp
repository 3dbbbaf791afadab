// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/source.hpp"

namespace yolo::sources {

/// "screen", "screen N", "screen LEFT TOP WIDTH HEIGHT", "screen N LEFT TOP WIDTH HEIGHT".
bool is_screen(const std::string& text);

/// What the X screen (or that part of it) shows, again and again, through the plug-in libyolo_screen.so.
/// Throws Error when there is none.
std::unique_ptr<Source> screen_source(const std::string& text);

}  // namespace yolo::sources
