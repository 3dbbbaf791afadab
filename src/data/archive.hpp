// SPDX-License-Identifier: Apache-2.0
/// \file Data sets that come as one file: .zip, .tar, .tar.gz, .tgz, .tar.bz2, .tar.xz, .tar.zst ...
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <yolo/log.hpp>

namespace yolo::data {

struct UnpackOptions {
    std::filesystem::path datasets_dir;    ///< where archives without a path are, and what they hold goes
    std::function<bool()> cancelled = {};  ///< asked several times a second
    /// A line that replaces the one before it; empty = take it away.
    std::function<void(std::string_view)> progress = {};
    LogSink log = {};
};

/// By its name.
bool is_archive(const std::filesystem::path& path);

/// `data`, or, where it names an archive, the folder of what is in it: DATASETS_DIR/NAME, into which it is
/// unpacked unless it was before. A folder that holds all the rest is left out (balls.zip: balls/data.yaml
/// becomes DATASETS_DIR/balls/data.yaml). Unpacked whole or not at all; links and entries that lead out of
/// the folder are not followed. What was unpacked has a mark of the archive: one that has changed since, or
/// another one of that name, is unpacked into NAME-2 (NAME-3 ...), and nothing that is there is touched. A
/// folder NAME without a mark, there or beside the archive, is its owner's and taken as it is. Throws Error,
/// Cancelled.
std::string unpacked_dataset(const std::string& data, const UnpackOptions& options);

}  // namespace yolo::data
