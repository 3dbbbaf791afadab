// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace yolo::modes {

/// Throws Error: nothing is written over a file of somebody else's.
[[noreturn]] void refuse_foreign_file(const std::filesystem::path& path);

}  // namespace yolo::modes
