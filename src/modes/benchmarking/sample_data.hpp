// SPDX-License-Identifier: Apache-2.0
/// \file What a benchmark judges with where no data= is given: sample pictures, labelled with what the model
/// itself finds on them. A file whose outputs are the model's reaches the model's own figure.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <yolo/config.hpp>

#include "core/json.hpp"
#include "core/run_files.hpp"

namespace yolo::modes {

/// The pictures that ship with the product; where it is not installed whole, some are drawn into the folder.
std::vector<std::filesystem::path> sample_pictures(RunFiles& files);

/// Labels in the answer of label_job.
std::size_t label_count(const Json& labels);

/// The answer of label_job as a data set in the folder. Returns what data= is, and how classes match.
struct SampleData {
    std::string data;
    std::string match = "name";
};
SampleData write_sample_data(RunFiles& files, const std::vector<std::filesystem::path>& pictures,
                             const Json& labels);

}  // namespace yolo::modes
