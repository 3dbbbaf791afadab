// SPDX-License-Identifier: Apache-2.0
#include "inference/tracking_stage.hpp"

#include <algorithm>
#include <map>

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
    explicit TrackingStage(TrackingOptions options) : options_(std::move(options)) {
        Tracker checked(options_.tracker);  // says at once what is wrong with the file
    }

    void process(std::vector<Prediction>& batch) override {
        for (Prediction& prediction : batch) follow(prediction);
    }

  private:
    struct Stream {
        Tracker tracker;
        std::string path = {};
    };

    /// Files come one after the other: they share a tracker, which begins anew with each.
    Stream& stream_of(const sources::Frame& frame) {
        const int key = frame.kind == sources::SourceKind::stream ? frame.source_index : 0;
        const auto [place, made] = streams_.try_emplace(key, Stream{Tracker(options_.tracker)});
        Stream& stream = place->second;
        const bool video = frame.kind == sources::SourceKind::video;
        if (video && !made && !options_.persist && stream.path != frame.path) stream.tracker.reset();
        stream.path = frame.path;
        return stream;
    }

    void follow(Prediction& prediction) {
        Stream& stream = stream_of(prediction.frame);
        Result& result = prediction.result;
        Detections detections{.boxes = result.boxes, .obb = result.obb};
        if (prediction.frame.fps > 0)
            detections.seconds = prediction.frame.frame_number / prediction.frame.fps;
        const Tracks tracks = stream.tracker.update(detections, result.image.view());
        if (tracks.size() == 0 && !tracks.unconfirmed) return;  // detections without a track stay as they are
        take(tracks, result);
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

    const TrackingOptions options_;
    std::map<int, Stream> streams_;
};

}  // namespace

std::unique_ptr<Stage> tracking_stage(const TrackingOptions& options) {
    return std::make_unique<TrackingStage>(options);
}

}  // namespace yolo::inference
