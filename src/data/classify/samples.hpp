// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "data/sample_source.hpp"

namespace yolo::data {

/// Pictures of class folders: for training transformed at random, else resized with the middle cut out.
SampleMaker classify_samples(SampleSource source);

}  // namespace yolo::data
