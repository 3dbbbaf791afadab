// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/file_list.hpp"
#include "sources/source.hpp"

namespace yolo::sources {

/// Pictures, then videos, frame by frame. What cannot be read is skipped with a warning and counted.
std::unique_ptr<Source> file_source(MediaFiles files, const SourceOptions& options);

}  // namespace yolo::sources
