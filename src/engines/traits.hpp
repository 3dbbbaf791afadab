// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/output_form.hpp"
#include "core/precision.hpp"

namespace yolo::engines {

/// How the network's input lies in memory. Engines take every Batch; this one needs no turning round.
enum class InputLayout { nchw, nhwc };

/// What everything downstream (pre-processing, batches, decoding, messages) asks of an engine, instead of
/// what kind of file it runs.
struct EngineTraits {
    int height = 0, width = 0;  ///< of the input, pixels; 0: any multiple of the model's stride
    int batch = 0;              ///< pictures that the file computes at once; 0: any number
    InputLayout layout = InputLayout::nchw;
    OutputForm output = OutputForm::decoded;  ///< of objects: what output0 is
    std::string device = "cpu";               ///< or "cuda:0"
    Precision precision = Precision::fp32;    ///< what really runs

    bool fixed_size() const { return height != 0 && width != 0; }
};

}  // namespace yolo::engines
