// SPDX-License-Identifier: Apache-2.0
/// \file What detections look like, so that a tracker knows them again (the key with_reid).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <yolo/log.hpp>
#include <yolo/model.hpp>
#include <yolo/tracker.hpp>

#include "inference/session.hpp"
#include "inference/stage.hpp"

namespace yolo::inference {

/// Tells the looks of a prediction's detections.
class Appearance {
  public:
    virtual ~Appearance() = default;
    /// Layers whose maps it needs (Stage::layers).
    virtual std::vector<int> layers() const { return {}; }
    /// One vector for each detection, all of one length; an empty one says nothing.
    virtual std::vector<std::vector<float>> of(const Prediction& prediction) = 0;
};

/// What the key `model` of a tracker asks for: `auto`, the detector's own maps; else a model that turns
/// cut-outs into vectors. Null when the tracker looks at no features, or, with a warning, when the detector
/// has no maps to look at. Throws what open_model() throws.
std::unique_ptr<Appearance> make_appearance(const Tracker& tracker, const Session& session,
                                            const PredictOptions& options, const std::string& engine,
                                            const LogSink& log);

/// The vectors of these anchors in the maps that enter a detection head, level by level: in each map the
/// channels are averaged in as many groups as the narrowest map has channels. The channels of each must be a
/// multiple of these.
std::vector<std::vector<float>> map_features(std::span<const Tensor> maps, std::span<const int> anchors);

}  // namespace yolo::inference
