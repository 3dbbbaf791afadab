// SPDX-License-Identifier: Apache-2.0
/// \file What a file holds that is called a picture and is none.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace yolo::image {

/// By its first bytes: MP4 and MOV, AVI, Matroska, MPEG, ASF.
bool holds_video(std::span<const std::byte> bytes);

/// "a web page", "JSON text", "a zip archive" ...; "" when it is none of what is known. `bytes` is no
/// picture.
std::string foreign_content(std::span<const std::byte> bytes);

}  // namespace yolo::image
