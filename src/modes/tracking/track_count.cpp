// SPDX-License-Identifier: Apache-2.0
#include "modes/tracking/track_count.hpp"

#include <utility>

#include <fmt/core.h>

namespace yolo::modes {

namespace {

/// How many numbers are not among those seen, which they join.
template <class AnyBox>
int newcomers(const std::vector<AnyBox>& boxes, std::vector<bool>& seen) {
    int count = 0;
    for (const AnyBox& box : boxes) {
        if (box.track_id < 0) continue;
        const auto id = static_cast<std::size_t>(box.track_id);
        if (id >= seen.size()) seen.resize(id + 1);
        if (!seen[id]) ++count;
        seen[id] = true;
    }
    return count;
}

class TrackCountStage final : public inference::Stage {
  public:
    explicit TrackCountStage(std::shared_ptr<TrackCount> count) : count_(std::move(count)) {}

    void process(std::vector<inference::Prediction>& batch) override {
        for (const inference::Prediction& prediction : batch) count_->add(prediction);
    }

  private:
    const std::shared_ptr<TrackCount> count_;
};

}  // namespace

void TrackCount::add(const inference::Prediction& prediction) {
    const inference::Sequence sequence(prediction.frame);
    Stream& stream = streams_.try_emplace(sequence.stream, Stream{sequence, {}}).first->second;
    if (!(stream.sequence == sequence)) stream = {sequence, {}};
    tracks_ +=
        newcomers(prediction.result.boxes, stream.seen) + newcomers(prediction.result.obb, stream.seen);
    ++frames_;
}

std::string TrackCount::text() const {
    return fmt::format("{} track{} in {} frame{}", tracks_, tracks_ == 1 ? "" : "s", frames_,
                       frames_ == 1 ? "" : "s");
}

std::unique_ptr<inference::Stage> track_count_stage(std::shared_ptr<TrackCount> count) {
    return std::make_unique<TrackCountStage>(std::move(count));
}

}  // namespace yolo::modes
