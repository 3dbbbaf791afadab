// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "inference/sequence.hpp"
#include "inference/stage.hpp"
#include "modes/tracking/region_drawing.hpp"
#include "modes/tracking/trails.hpp"
#include "tasks/result_plot.hpp"

namespace yolo::modes {

/// What track adds to annotated pictures: regions, trails, and colours that stay. Each stream, each video and
/// each folder has its own; one that comes back in another size begins anew.
class TrackDrawing {
  public:
    explicit TrackDrawing(bool trails) : with_trails_(trails) {}

    /// To be called for each frame, in order, whether it is drawn or not.
    void note(const inference::Prediction& prediction);
    /// Of the stream's frame that was noted last. `prediction` and this object must outlive them.
    tasks::PlotLayers layers(const inference::Prediction& prediction, const PlotOptions& plot);

  private:
    struct Stream {
        inference::Sequence sequence;
        Size size;
        image::TrackColors colors = {};
        Trails trails = {};
        RegionLabels region_labels = {};
        image::LabelMemory label_memory = {};
    };

    Stream& stream_of(const inference::Prediction& prediction);

    bool with_trails_;
    std::map<int, Stream> streams_;
};

}  // namespace yolo::modes
