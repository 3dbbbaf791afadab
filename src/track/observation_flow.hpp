// SPDX-License-Identifier: Apache-2.0
/// \file OC-SORT and what stands on it.
#pragma once

#include "track/byte_flow.hpp"
#include "track/observations.hpp"

namespace yolo::track {

/// OC-SORT (Cao et al., arXiv:2203.14360): directions of motion in the cost, a second chance with the last
/// observation, a filter that is corrected afterwards along the gap.
class ObservationFlow : public ByteFlow<ObservedTrack> {
  public:
    explicit ObservationFlow(const Settings& settings)
        : ByteFlow(Measured::xyah, settings),
          delta_t_(settings.whole("delta_t")),
          inertia_(settings.score("inertia")),
          use_byte_(settings.flag("use_byte")) {}

  protected:
    // What Deep OC-SORT adds.

    /// The cost of a pair with what it looks like taken into account.
    virtual double with_looks(double cost, float /*overlap*/, const ObservedTrack&, const Detection&) const {
        return cost;
    }
    virtual void learn(ObservedTrack&, const Detection&) {}

  private:
    using Track = ObservedTrack;

    double cost(const Track& track, const Detection& detection, float overlap) const override;
    void recover(List& left, Seen& strong_left) override;
    bool uses_weak() const override { return use_byte_; }
    void born(Track& track, const Detection& detection) override;
    void found(Track& track, const Detection& detection) override;
    void found_again(Track& track, const Detection& detection) override;

    double turn_cost(const Track& track, const Detection& detection) const;
    Shape last_shape(const Track& track) const;
    void recover_some(const List& tracks, List& left, Seen& strong_left);

    int delta_t_;
    float inertia_;
    bool use_byte_;
    bool replaying_ = false;  // lost tracks are found again by their last observation
};

}  // namespace yolo::track
