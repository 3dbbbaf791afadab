// SPDX-License-Identifier: Apache-2.0
/// \file Generated pictures with exact labels, for every task: something to train on for seconds, without a
/// download.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include <yolo/log.hpp>
#include <yolo/model_info.hpp>

namespace yolo::data {

struct ShapesOptions {
    Task task = Task::detect;
    int pictures = 500;  ///< four fifths for training, one fifth for validation; at least 2
    int size = 320;      ///< width; heights vary between two thirds of it and all of it
    std::uint64_t seed = 0;
    LogSink log = {};
    std::function<bool()> cancelled = {};  ///< asked between pictures: true ends with Cancelled
};

/// Writes a data set in the usual layout: FOLDER/images/{train,val}, FOLDER/labels/{train,val} and
/// FOLDER/shapes.yaml; classify: FOLDER/{train,val}/CLASS. Picture k depends on (seed, k) only. Throws Error
/// when the folder holds something already or cannot be written, Cancelled; nothing is left in it then.
void write_shapes(const std::filesystem::path& folder, const ShapesOptions& options);

}  // namespace yolo::data
