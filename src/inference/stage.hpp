// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <yolo/counter.hpp>
#include <yolo/result.hpp>
#include <yolo/tracker.hpp>

#include "core/tensor.hpp"
#include "sources/source.hpp"

namespace yolo::inference {

/// A frame and what was found in it.
struct Prediction {
    sources::Frame frame;
    Result result;
    std::map<int, Tensor> maps = {};  ///< by layer, those that a stage asked for: (1, C, H, W) float32
    std::vector<int> anchors = {};    ///< of the detections: the column of the network's output, or its row
    Detections loose = {};            ///< boxes or obb of a suppression at IoU 0.95 (Stage::loose_conf)
    std::vector<RegionCounts> regions = {};  ///< what the stream has counted so far (counting_stage)
};

/// What a stage has spent on a part of its work so far.
struct StagePart {
    std::string_view name;  ///< "tracking", "looks"
    std::chrono::nanoseconds time{};
};

/// What happens to predictions between the network and those who read them: tracking, counting. One that
/// keeps something of a stream keeps it by Frame::source_index.
class Stage {
  public:
    virtual ~Stage() = default;
    /// Layers of the network whose maps it needs beside the results; asked once, before the first batch.
    virtual std::vector<int> layers() const { return {}; }
    /// The confidence above which it needs Prediction::loose, if it does; asked once.
    virtual std::optional<float> loose_conf() const { return std::nullopt; }
    /// Every batch, in the order of the source, on the one thread that reads the pipeline. It may change
    /// results; what it throws, the reader of the pipeline gets.
    virtual void process(std::vector<Prediction>& batch) = 0;
    /// In the order of their work; on the thread that reads the pipeline.
    virtual std::vector<StagePart> parts() const { return {}; }
};
using Stages = std::vector<std::unique_ptr<Stage>>;

}  // namespace yolo::inference
