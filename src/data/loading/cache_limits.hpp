// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "data/dataset.hpp"
#include "data/loader.hpp"

namespace yolo::data {

/// Empty when options.cache fits: in memory twice the resized pictures (classify: the original ones), on the
/// disk 1.1 times the original ones of which no cache is there yet, in folders that can be written to. Else
/// the sentence that says why it is not used.
std::string cache_refusal(const Dataset& dataset, const LoaderOptions& options);

/// Bytes that this process may still take: what the system has available, limited by its cgroup.
double available_memory();

/// Bytes that a cgroup may still take, together with what it holds of files and gives up when asked; infinite
/// without a limit ("max", or no such folder).
double cgroup_memory(const std::filesystem::path& cgroup = "/sys/fs/cgroup");

}  // namespace yolo::data
