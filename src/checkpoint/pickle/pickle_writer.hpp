// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "checkpoint/pickle/pickle.hpp"

namespace yolo::checkpoint {

/// A pickle (protocol 2, as torch.save writes it) of `root` and what it holds; Pickle::parse() is the way
/// back. What is referred to several times is written once. Values must not contain themselves.
std::string write_pickle(const Value& root);

}  // namespace yolo::checkpoint
