// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/output_form.hpp"
#include "core/precision.hpp"
#include "core/tensor.hpp"
#include "graph/passes.hpp"

namespace yolo::engines {

struct EngineOptions {
    int threads = 1;                        ///< of one run()
    Precision precision = Precision::fp32;  ///< asked for; report() says what was used
    std::string device = "cpu";             ///< "cuda:0": of the engine torch alone
};

/// Pictures for the network; values are divided by 255 on the way in when they are uint8.
struct Batch {
    enum class Layout {
        nchw_rgb,  ///< (N, 3, H, W), uint8 or float32 0..1
        nhwc_bgr   ///< (N, H, W, 3), uint8: OpenCV's letterboxed picture as it is
    };
    Tensor images;
    Layout layout = Layout::nchw_rgb;
};

/// What an engine tells about itself for one input size.
struct EngineReport {
    std::string engine;            ///< "cpu"
    std::string precision;         ///< "fp32", "bf16", "fp16": what really runs
    std::string instructions;      ///< "avx512_core_bf16", ..., or the GPU
    std::size_t arena_bytes = 0;   ///< activations of one picture
    std::size_t weight_bytes = 0;  ///< prepared weights
};

/// Runs one network. run() may be called from several threads at once. Networks are prepared once per input
/// size.
class Engine {
  public:
    virtual ~Engine() = default;
    /// Raw outputs output0, output1 ... as the official layouts have them, float32, dense; they stay valid as
    /// long as the tensors live. Throws Error when the input does not fit the network.
    virtual std::vector<Tensor> run(const Batch& batch) = 0;
    /// What runs for one input size; prepares that size's network if run() did not yet.
    virtual EngineReport report(int height, int width) = 0;
    /// Of objects: what output0 is. A Graph's head is decoded, nothing is suppressed in it.
    virtual OutputForm output_form() const { return OutputForm::decoded; }
};

/// An engine by name ("cpu"). Throws UsageError that lists the engines there are.
std::unique_ptr<Engine> make_engine(const std::string& name, graph::Network network,
                                    const EngineOptions& options);

}  // namespace yolo::engines
