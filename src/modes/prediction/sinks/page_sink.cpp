// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <deque>
#include <map>

#include <fmt/format.h>

#include "core/json.hpp"
#include "modes/prediction/sinks/sink.hpp"
#include "modes/tracking/region_text.hpp"
#include "serve/page.hpp"

namespace yolo::modes {

namespace {

using Clock = std::chrono::steady_clock;

double rounded(double value, double steps) {
    return std::round(value * steps) / steps;
}

/// Frames a second, over the last seconds.
class Rate {
  public:
    double next(Clock::time_point now) {
        constexpr auto window = std::chrono::seconds(3);
        times_.push_back(now);
        while (times_.size() > 2 && now - times_.front() > window) times_.pop_front();
        const double seconds = std::chrono::duration<double>(now - times_.front()).count();
        return seconds > 0 ? static_cast<double>(times_.size() - 1) / seconds : 0;
    }

  private:
    std::deque<Clock::time_point> times_;
};

/// A frame without its picture.
struct Look {
    int index = 0, frame = 0, dropped = 0;
    bool live = false;
    std::string name;
    double fps = 0, latency_ms = 0;
    Result result;
    std::vector<RegionCounts> regions;

    Json json() const;
};

template <class AnyBox>
Json object_json(const AnyBox& box, const Result& result, Json place) {
    Json json = Json::object();
    if (box.track_id > 0) json["id"] = box.track_id;
    json["name"] = result.name(box.class_id);
    json["class"] = box.class_id;
    json["confidence"] = rounded(static_cast<double>(box.confidence), 1000);
    json["box"] = std::move(place);
    return json;
}

double tenth(float value) {
    return rounded(static_cast<double>(value), 10);
}

Json Look::json() const {
    Json classes = Json::object(), objects = Json::array();
    const auto add = [&](const auto& box, Json place) {
        Json object = object_json(box, result, std::move(place));
        Json& count = classes[object["name"].get<std::string>()];
        count = count.is_null() ? 1 : count.get<int>() + 1;
        objects.push_back(std::move(object));
    };
    for (const Box& box : result.boxes)
        add(box, {tenth(box.x1), tenth(box.y1), tenth(box.x2), tenth(box.y2)});
    for (const RotatedBox& box : result.obb) {
        add(box, {tenth(box.cx), tenth(box.cy), tenth(box.width), tenth(box.height),
                  rounded(static_cast<double>(box.angle), 1000)});
    }
    Json json = {{"index", index},
                 {"name", name},
                 {"frame", frame},
                 {"shape", {result.orig_shape.height, result.orig_shape.width}},
                 {"fps", rounded(fps, 10)},
                 {"latency_ms", rounded(latency_ms, 10)},
                 {"classes", std::move(classes)},
                 {"objects", std::move(objects)}};
    if (live) json["dropped"] = dropped;
    if (!result.probs.empty()) {
        Json top = Json::array();
        for (const int i : result.top(5))
            top.push_back({{"name", result.name(i)},
                           {"confidence",
                            rounded(static_cast<double>(result.probs[static_cast<std::size_t>(i)]), 1000)}});
        json["top"] = std::move(top);
    }
    if (!regions.empty()) json["regions"] = regions_json(regions, result.names);
    return json;
}

/// The web page of serve=.
class PageSink final : public Sink {
  public:
    PageSink(const PageRequest& request, const LogSink& log)
        : board_(std::make_shared<serve::Board>(
              Json{{"mode", request.mode}, {"model", request.model}, {"task", request.task}})),
          page_(std::make_unique<serve::Page>(serve::parse_address(request.address, request.token), board_)),
          log_(log) {
        log(LogLevel::info, fmt::format("page: {}{}", page_->url(),
                                        request.token.empty() ? "" : "?token=... (that of serve_token)"));
    }

    void write(const Output& output) override {
        const inference::Prediction& prediction = output.prediction;
        const sources::Frame& frame = prediction.frame;
        const bool stream = frame.kind == sources::SourceKind::stream;
        Look look{.index = stream ? frame.source_index : 0,
                  .frame = frame.frame_number,
                  .name = output.name,
                  .result = shown(prediction.result),
                  .regions = prediction.regions};
        look.fps = rates_[look.index].next(Clock::now());
        const Speed& speed = prediction.result.speed;
        look.live = stream;
        look.latency_ms = stream ? speed.latency : speed.preprocess + speed.inference + speed.postprocess;
        look.dropped = dropped_[look.index] += frame.dropped;
        const int index = look.index;
        const cv::Mat picture = board_->watched(index) ? output.drawn().clone() : cv::Mat();
        board_->publish(
            index, [look = std::move(look)] { return look.json(); }, picture);
    }

    void finish() override {
        const std::string url = page_->url();
        page_.reset();
        log_(LogLevel::info, fmt::format("the page {} has ended with the run", url));
    }

  private:
    /// What the page does not show is not kept.
    static Result shown(const Result& result) {
        Result kept;
        kept.names = result.names;
        kept.orig_shape = result.orig_shape;
        kept.boxes = result.boxes;
        kept.obb = result.obb;
        kept.probs = result.probs;
        return kept;
    }

    const std::shared_ptr<serve::Board> board_;
    std::unique_ptr<serve::Page> page_;
    const LogSink log_;
    std::map<int, Rate> rates_;
    std::map<int, int> dropped_;
};

}  // namespace

std::unique_ptr<Sink> page_sink(const PageRequest& request, const LogSink& log) {
    return std::make_unique<PageSink>(request, log);
}

}  // namespace yolo::modes
