// SPDX-License-Identifier: Apache-2.0
/// \file A tracker: what the public Tracker runs.
#pragma once

#include <cstddef>
#include <vector>

#include "track/track.hpp"

namespace yolo::track {

class Method {
  public:
    Method() = default;
    Method(const Method&) = delete;
    Method& operator=(const Method&) = delete;
    virtual ~Method() = default;

    /// The tracks to show, in order; valid until the next call. All frames are upright, or all are rotated.
    virtual std::vector<const Track*> update(const Frame& frame) = 0;
    virtual Measured measured() const = 0;
    /// Tracks that may still be found, shown or not.
    virtual std::size_t kept() const = 0;
    /// There are tracks that are not visible yet.
    virtual bool has_unconfirmed() const = 0;
};

}  // namespace yolo::track
