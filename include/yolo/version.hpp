// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo {

/// The library's version, "major.minor.patch".
inline constexpr const char* version = "0.1.0";

}  // namespace yolo
