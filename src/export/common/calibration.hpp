// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "export/common/observers.hpp"
#include "export/common/quantization.hpp"
#include "export/common/quantization_scope.hpp"
#include "graph/passes.hpp"

namespace yolo::exports {

struct CalibrationOptions {
    Observer observer = Observer::percentile;
    bool correct_biases = true;
    bool wide = false;  ///< maps in 16 bits
};

/// From what a network computes on pictures to its plan: somebody runs it and shows the values.
class Calibration {
  public:
    /// The network must be in its inference stage and live as long.
    Calibration(const graph::Network& network, CalibrationOptions options);

    /// The values that are to be shown.
    const std::vector<graph::ValueId>& values() const { return values_; }
    /// Value values()[i] on one picture: (1, C, ...). Two values may be shown at the same time. Throws Error
    /// when it is not finite.
    void see(std::size_t i, const Tensor& map);

    /// Of what was seen. Throws Error when nothing was.
    QuantizationPlan plan() const;

  private:
    struct Seen {
        std::optional<Histogram> histogram = {};  // of values that a group's range comes from
        bool wants_means = false;                 // of the inputs of layers
        std::vector<double> means = {};           // sums over pictures, by channel
        std::size_t pictures = 0;
    };
    Range range_of(const ValueGroup& group) const;
    std::optional<Range> range_of(const std::vector<graph::ValueId>& values) const;
    Tensor corrected_bias(const graph::Node& node, const QuantizedLayer& layer) const;

    const graph::Network& network_;
    const CalibrationOptions options_;
    const QuantizationScope scope_;
    const std::vector<graph::ValueId> coefficients_, prototypes_;  // of segment
    std::vector<graph::ValueId> values_;
    std::vector<Seen> seen_;                         // by place in values_
    std::vector<std::optional<std::size_t>> place_;  // by value: its place in values_
};

}  // namespace yolo::exports
