// SPDX-License-Identifier: Apache-2.0
#include "inference/tracking_stage.hpp"

#include <algorithm>
#include <utility>

namespace yolo::inference {

namespace {

float inside(float value, int side) {
    return std::clamp(value, 0.0F, static_cast<float>(side));
}

/// Those of `list` that the tracks belong to, in the order of the tracks.
template <class T>
void keep(std::vector<T>& list, const std::vector<int>& indices) {
    if (list.empty()) return;
    std::vector<T> kept;
    for (const int index : indices) kept.push_back(std::move(list.at(static_cast<std::size_t>(index))));
    list = std::move(kept);
}

class TrackingStage final : public Stage {
  public:
    explicit TrackingStage(std::shared_ptr<StreamTrackers> trackers) : trackers_(std::move(trackers)) {}

    void process(std::vector<Prediction>& batch) override {
        for (Prediction& prediction : batch) follow(prediction);
    }

  private:
    void follow(Prediction& prediction) {
        Tracker& tracker = trackers_->of(prediction.frame);
        Result& result = prediction.result;
        const Detections detections{
            .boxes = result.boxes, .obb = result.obb, .seconds = trackers_->seconds()};
        const Tracks tracks = tracker.update(detections, result.image.view());
        if (tracks.size() > 0 || tracks.unconfirmed) take(tracks, result);
    }

    static void take(const Tracks& tracks, Result& result) {
        keep(result.masks, tracks.indices);
        keep(result.keypoints, tracks.indices);
        result.boxes = tracks.boxes;
        result.obb = tracks.obb;
        for (Box& box : result.boxes) {
            box.x1 = inside(box.x1, result.orig_shape.width);
            box.x2 = inside(box.x2, result.orig_shape.width);
            box.y1 = inside(box.y1, result.orig_shape.height);
            box.y2 = inside(box.y2, result.orig_shape.height);
        }
    }

    const std::shared_ptr<StreamTrackers> trackers_;
};

}  // namespace

std::unique_ptr<Stage> tracking_stage(std::shared_ptr<StreamTrackers> trackers) {
    return std::make_unique<TrackingStage>(std::move(trackers));
}

}  // namespace yolo::inference
