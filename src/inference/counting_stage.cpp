// SPDX-License-Identifier: Apache-2.0
#include "inference/counting_stage.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "inference/sequence.hpp"

namespace yolo::inference {

namespace {

class CountingStage final : public Stage {
  public:
    CountingStage(std::vector<Region> regions, LogSink log)
        : regions_(std::move(regions)), log_(std::move(log)), checked_(regions_) {}

    void process(std::vector<Prediction>& batch) override {
        for (Prediction& prediction : batch) {
            Stream& stream = stream_of(prediction.frame);
            ++stream.frames;
            prediction.regions = stream.counter.update(prediction.result, seconds(stream, prediction.frame));
            if (stream.frames == 1) say_outside(stream.counter, prediction.result.orig_shape);
        }
    }

  private:
    struct Stream {
        RegionCounter counter;
        Sequence sequence;
        int frames = 0;
    };

    Stream& stream_of(const sources::Frame& frame) {
        const Sequence sequence(frame);
        const auto place = streams_.find(sequence.stream);
        if (place == streams_.end())
            return streams_.emplace(sequence.stream, Stream{RegionCounter(regions_), sequence}).first->second;
        if (!(place->second.sequence == sequence)) {
            place->second.counter.reset();
            place->second = Stream{std::move(place->second.counter), sequence};
        }
        return place->second;
    }

    /// Of pictures a second for each.
    static double seconds(const Stream& stream, const sources::Frame& frame) {
        return stream.sequence.file == -1 ? stream.frames : frame.seconds;
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
};

}  // namespace

std::unique_ptr<Stage> counting_stage(const std::vector<Region>& regions, const LogSink& log) {
    return std::make_unique<CountingStage>(regions, log);
}

}  // namespace yolo::inference
