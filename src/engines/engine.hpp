// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/precision.hpp"
#include "core/tensor.hpp"
#include "engines/profile.hpp"
#include "engines/report.hpp"
#include "engines/traits.hpp"

namespace yolo::engines {

struct EngineOptions {
    int threads = 1;                             ///< of one run()
    Precision precision = Precision::fp32;       ///< asked for; the traits say what is used
    std::string device = "cpu";                  ///< "cuda:0": of engines that compute on GPUs
    std::shared_ptr<LayerProfile> profile = {};  ///< of the engine cpu: takes the time of each layer
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

/// Runs one network. run() may be called from several threads at once. Networks are prepared once per input
/// size.
class Engine {
  public:
    virtual ~Engine() = default;
    /// Raw outputs output0, output1 ... as the official layouts have them, float32, dense; they stay valid as
    /// long as the tensors live. Throws Error when the input does not fit the network. An engine of a plug-in
    /// is given as many pictures as its traits say; that of make_engine() takes any number.
    virtual std::vector<Tensor> run(const Batch& batch) = 0;
    /// The same for every run: known when the engine is made.
    virtual EngineTraits traits() const = 0;
    /// What runs for one input size; prepares that size's network if run() did not yet.
    virtual EngineReport report(int height, int width) = 0;
};

}  // namespace yolo::engines
