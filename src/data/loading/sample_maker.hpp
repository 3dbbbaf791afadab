// SPDX-License-Identifier: Apache-2.0
/// \file One maker of samples per kind of data set and use.
#pragma once

#include "data/sample_source.hpp"

namespace yolo::data {

/// For validation: letterboxed, never enlarged beyond its loaded size.
SampleMaker letterboxed_samples(SampleSource source);
/// For training.
SampleMaker augmented_samples(SampleSource source);

/// The maker for that data set and use.
SampleMaker make_sample_maker(SampleSource source);

}  // namespace yolo::data
