// SPDX-License-Identifier: Apache-2.0
#include "inference/counting_stage.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "inference/frame_seconds.hpp"
#include "inference/sequence.hpp"
#include "track/region_geometry.hpp"

namespace yolo::inference {

namespace {

class CountingStage final : public Stage {
  public:
    CountingStage(std::vector<Region> regions, LogSink log)
        : regions_(std::move(regions)), log_(std::move(log)), checked_(regions_) {}

    void process(std::vector<Prediction>& batch) override {
        const auto start = std::chrono::steady_clock::now();
        for (Prediction& prediction : batch) {
            Stream& stream = stream_of(prediction.frame);
            ++stream.frames;
            prediction.regions = stream.counter.update(prediction.result, seconds_of(prediction.frame));
            const Size size = prediction.result.orig_shape;
            if (stream.frames > 1 && stream.size != size) say_other_size(stream.size, size);
            if (stream.size != size) say_outside(stream.counter, size);
            stream.size = size;
        }
        time_ += std::chrono::steady_clock::now() - start;
    }

    std::vector<StagePart> parts() const override { return {{"counting", time_}}; }

  private:
    struct Stream {
        RegionCounter counter;
        Sequence sequence;
        int frames = 0;
        Size size;  ///< of the last one
    };

    Stream& stream_of(const sources::Frame& frame) {
        const Sequence sequence(frame);
        const auto place = streams_.find(sequence.stream);
        if (place == streams_.end())
            return streams_.emplace(sequence.stream, Stream{RegionCounter(regions_), sequence, 0, {}})
                .first->second;
        if (!(place->second.sequence == sequence)) {
            place->second.counter.reset();
            place->second = Stream{std::move(place->second.counter), sequence, 0, {}};
        }
        return place->second;
    }

    /// A stream that was lost may come back with other pixels.
    void say_other_size(Size before, Size now) const {
        if (std::ranges::all_of(regions_,
                                [](const Region& region) { return track::are_shares(region.points); }))
            return;
        log_(LogLevel::warning,
             fmt::format("the picture has {}x{} pixels now, before {}x{}: regions in pixels stay where they "
                         "were; those in shares from 0 to 1 go along",
                         now.width, now.height, before.width, before.height));
    }

    void say_outside(const RegionCounter& counter, Size picture) const {
        for (const std::string& name : counter.outside()) {
            log_(LogLevel::warning,
                 fmt::format("region '{}' lies outside of the picture of {}x{} pixels, so that nothing is "
                             "counted there: give pixels of the source, or shares from 0 to 1",
                             name, picture.width, picture.height));
        }
    }

    const std::vector<Region> regions_;
    const LogSink log_;
    const RegionCounter checked_;  ///< says at once what is wrong
    std::map<int, Stream> streams_;
    std::chrono::nanoseconds time_{};
};

}  // namespace

std::unique_ptr<Stage> counting_stage(const std::vector<Region>& regions, const LogSink& log) {
    return std::make_unique<CountingStage>(regions, log);
}

}  // namespace yolo::inference
