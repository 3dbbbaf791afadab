// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "engines/cpu/fusion.hpp"
#include "engines/cpu/machine.hpp"
#include "engines/cpu/map.hpp"

namespace yolo::engines::cpu {

/// Decides in which layout and type each value of one picture lies, and which values lie inside another: the
/// parts of a Concat are written in place into its buffer where the layout allows it, a Slice is a view.
class Placement {
  public:
    /// `shapes`: of every value, for one picture.
    Placement(const FusedGraph& graph, const std::vector<Shape>& shapes, const Machine& machine,
              Precision precision);

    Map map(graph::ValueId value) const;
    /// A map in a buffer of its own.
    Map new_map(graph::ValueId value, Format format, DType dtype);
    Format format(graph::ValueId value) const { return formats_[static_cast<std::size_t>(value)]; }
    int buffer_count() const { return buffer_count_; }

  private:
    struct Part {  ///< a value that is channels [offset, ...) of another
        graph::ValueId whole = -1;
        int offset = 0;
    };

    void choose_dtypes(Precision precision);
    void choose_formats(const Machine& machine);
    void choose_head_formats();
    void find_slices();
    void place_concats();
    void place_parts(const Operation& concat);
    bool fits(graph::ValueId part, graph::ValueId whole, int offset) const;
    bool writes_anywhere(graph::ValueId value) const;
    int channels(graph::ValueId value) const;
    Part root(graph::ValueId value) const;

    const FusedGraph& graph_;
    const std::vector<Shape>& shapes_;
    std::vector<std::vector<std::size_t>> readers_;
    std::vector<std::optional<std::size_t>> producer_;  // index of the operation, by value
    std::vector<Format> formats_;
    std::vector<DType> dtypes_;
    std::vector<std::optional<Part>> part_of_;
    std::vector<int> buffers_;  // by value
    int block_;
    int buffer_count_ = 0;
};

}  // namespace yolo::engines::cpu
