// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "metrics/run_length.hpp"

namespace yolo::metrics {

/// Appends pixels, column by column, to coded runs. finish() must be called after the last ones.
class RunWriter {
  public:
    explicit RunWriter(RunLength& runs) : runs_(runs) {}

    void add(bool set, std::int64_t count) {
        if (count == 0) return;
        if (set != set_) {
            finish();
            set_ = set;
        }
        length_ += static_cast<std::uint32_t>(count);
    }
    void finish() {
        runs_.counts.push_back(length_);
        length_ = 0;
    }

  private:
    RunLength& runs_;
    bool set_ = false;
    std::uint32_t length_ = 0;
};

}  // namespace yolo::metrics
