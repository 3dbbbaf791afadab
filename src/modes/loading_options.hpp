// SPDX-License-Identifier: Apache-2.0
/// \file Keys that train and val share: how pictures are loaded.
#pragma once

#include <functional>
#include <string>

#include <yolo/commands.hpp>
#include <yolo/config.hpp>
#include <yolo/log.hpp>
#include <yolo/model_info.hpp>
#include <yolo/settings.hpp>

#include "core/json.hpp"
#include "data/archive.hpp"
#include "data/dataset.hpp"
#include "data/dataset_spec.hpp"
#include "data/loader.hpp"

namespace yolo::modes {

/// Network inputs are multiples of it, also where the network needs less.
constexpr int smallest_stride = 32;

/// The options with what the model remembers of its training where nothing is given: imgsz, data, single_cls.
Config with_remembered(Config config, const ModelInfo& info, const Json& metadata);

/// For a data set that comes as an archive.
data::UnpackOptions unpack_options(const Settings& settings, const CommandContext& context);

/// The data set that `data` names. Where the model remembers it (`remembered`) an error says so.
data::DatasetSpec load_data(const Config& config, Task task, const Settings& settings, bool remembered,
                            const CommandContext& context);

/// imgsz raised to a multiple of the stride, with a warning; of a list the largest.
int input_side(const Config& config, int stride, const LogSink& log);

/// How many threads compute: `threads`, or as many as there are processors.
int threads_of(const Config& config);

/// A split's pictures and labels; `training`: with those that only a training can use.
data::DatasetOptions dataset_options(const Config& config, const std::string& split, bool training,
                                     const CommandContext& context);
/// Throws UsageError: no data set is given.
[[noreturn]] void refuse_without_data();

data::PictureCache picture_cache(const Config& config);
/// Share or count of a split: fraction may be a list for train, val, test.
double split_fraction(const Config& config, const std::string& split);

/// Shows how far the verification of a split is.
std::function<void(std::size_t done, std::size_t total)> scan_progress(const CommandContext& context,
                                                                       const std::string& split);

bool is_false(const Value& value);     ///< False in any of the ways it is written, or nothing
double as_number(const Value& value);  ///< throws UsageError

}  // namespace yolo::modes
