// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "data/dataset.hpp"

namespace yolo::evaluation {

/// A name for each picture in one folder of results: its path under the folder that all pictures share, with
/// `_` for `/`. Pictures of one folder keep their names.
class PictureNames {
  public:
    /// The data set must outlive this.
    explicit PictureNames(const data::Dataset& dataset);

    std::string of(std::size_t picture) const;

  private:
    const data::Dataset& dataset_;
    std::filesystem::path root_;
};

}  // namespace yolo::evaluation
