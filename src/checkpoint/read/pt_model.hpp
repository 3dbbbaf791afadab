// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/pickle/pickle.hpp"
#include "checkpoint/pickle/torch_archive.hpp"

namespace yolo::checkpoint {

/// The model in a parsed checkpoint of the reference. Throws Error without the file's name.
Checkpoint read_pt_model(const Pickle& pickle, const StorageReader& storages, formats::Allowance& allowance,
                         const LogSink& log);

}  // namespace yolo::checkpoint
