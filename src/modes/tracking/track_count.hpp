// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "inference/sequence.hpp"
#include "inference/stage.hpp"

namespace yolo::modes {

/// How many tracks a run has shown, over all of its sequences.
class TrackCount {
  public:
    void add(const inference::Prediction& prediction);
    /// "3 tracks in 28 frames".
    std::string text() const;

  private:
    struct Stream {
        inference::Sequence sequence;
        std::vector<bool> seen;  ///< by number: a bit for each, since a stream may never end
    };

    std::map<int, Stream> streams_;
    std::int64_t tracks_ = 0, frames_ = 0;
};

/// Adds what comes from the stages before it.
std::unique_ptr<inference::Stage> track_count_stage(std::shared_ptr<TrackCount> count);

}  // namespace yolo::modes
