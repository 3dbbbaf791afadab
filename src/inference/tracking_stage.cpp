// SPDX-License-Identifier: Apache-2.0
#include "inference/tracking_stage.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <yolo/error.hpp>

#include "image/box_forms.hpp"
#include "inference/number_setting.hpp"
#include "track/overlaps.hpp"

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

image::Box4 upright(const Box& box) {
    return {box.x1, box.y1, box.x2, box.y2};
}

/// The angle does not count here, as in the costs of TrackTrack.
image::Box4 upright(const RotatedBox& box) {
    return image::xywh_to_xyxy({box.cx, box.cy, box.width, box.height});
}

/// What the usual suppression took away.
template <class AnyBox>
std::vector<AnyBox> recovered(const std::vector<AnyBox>& loose, const std::vector<AnyBox>& usual) {
    constexpr float same = 0.97F;
    std::vector<AnyBox> others;
    if (usual.empty()) return others;
    for (const AnyBox& box : loose) {
        const bool kept = std::any_of(usual.begin(), usual.end(), [&](const AnyBox& other) {
            return track::box_overlap(upright(box), upright(other)) >= same;
        });
        if (!kept) others.push_back(box);
    }
    return others;
}

class TrackingStage final : public Stage {
  public:
    TrackingStage(std::shared_ptr<StreamTrackers> trackers, TrackingAids aids)
        : trackers_(std::move(trackers)),
          aids_(std::move(aids)),
          strong_(number_setting(trackers_->settings(), "track_high_thresh", 1)) {}

    std::vector<int> layers() const override {
        return aids_.appearance ? aids_.appearance->layers() : std::vector<int>();
    }
    std::optional<float> loose_conf() const override {
        return aids_.recovers ? std::optional(strong_) : std::nullopt;
    }

    void process(std::vector<Prediction>& batch) override {
        const auto start = Clock::now();
        for (Prediction& prediction : batch) follow(prediction);
        all_ += Clock::now() - start;
    }

    std::vector<StagePart> parts() const override {
        std::vector<StagePart> parts;
        if (aids_.appearance) parts.push_back({"looks", looks_});
        parts.push_back({"tracking", all_ - looks_});
        return parts;
    }

  private:
    using Clock = std::chrono::steady_clock;

    std::vector<std::vector<float>> looks_of(const Prediction& prediction) {
        const auto start = Clock::now();
        std::vector<std::vector<float>> features = aids_.appearance->of(prediction);
        looks_ += Clock::now() - start;
        return features;
    }

    void follow(Prediction& prediction) {
        Tracker& tracker = trackers_->of(prediction.frame);
        // Tracks age by frames, also by those that nobody has a picture of.
        for (int n = 1; n <= trackers_->skipped(); ++n)
            tracker.update({.seconds = trackers_->seconds_of_skipped(n)});
        if (trackers_->misses_time() && aids_.log) {
            aids_.log(
                LogLevel::warning,
                "track_buffer_s has no effect on pictures, whose times are not known: track_buffer counts");
        }
        Result& result = prediction.result;
        Detections detections{.boxes = result.boxes, .obb = result.obb, .seconds = trackers_->seconds()};
        if (aids_.appearance) detections.features = looks_of(prediction);
        if (aids_.recovers) {
            detections.recovered = recovered(prediction.loose.boxes, result.boxes);
            detections.recovered_obb = recovered(prediction.loose.obb, result.obb);
        }
        const Tracks tracks = tracker.update(detections, result.image.view());
        trackers_->tally().add(detections, tracks);
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
    const TrackingAids aids_;
    const float strong_;
    std::chrono::nanoseconds all_{}, looks_{};
};

}  // namespace

TrackingAids tracking_aids(const StreamTrackers& trackers, const Session& session,
                           const PredictOptions& options, const std::string& engine, const LogSink& log) {
    const Task task = session.info().task;
    if (task == Task::classify)
        throw UsageError("track follows objects, and a model of the task classify finds none: use predict");
    if (!options.embed.empty())
        throw UsageError(
            "embed= gives vectors instead of detections, and track follows detections: use predict");
    return {
        .recovers = trackers.settings().type() == "tracktrack" && (task == Task::detect || task == Task::obb),
        .appearance = make_appearance(trackers.settings(), session, options, engine, log),
        .log = log};
}

std::unique_ptr<Stage> tracking_stage(std::shared_ptr<StreamTrackers> trackers, TrackingAids aids) {
    return std::make_unique<TrackingStage>(std::move(trackers), std::move(aids));
}

Stages tracking_stages(std::shared_ptr<StreamTrackers> trackers, const Session& session,
                       const PredictOptions& options, const std::string& engine, const LogSink& log) {
    TrackingAids aids = tracking_aids(*trackers, session, options, engine, log);
    Stages stages;
    stages.push_back(tracking_stage(std::move(trackers), std::move(aids)));
    return stages;
}

}  // namespace yolo::inference
