// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace yolo::data {

/// Pictures of a data set that could not be read so far: what is told of them, never what decides about other
/// pictures. Safe from several threads.
class UnreadablePictures {
  public:
    explicit UnreadablePictures(std::size_t pictures) : pictures_(pictures) {}

    /// `reason`: a sentence that names the file. The first one of a picture is kept.
    void add(std::size_t index, std::string reason);
    std::vector<std::size_t> indices() const;  ///< ascending
    /// A sentence about those that came since it was last asked, or "".
    std::string news();
    /// Throws Error: there is none that can be read.
    [[noreturn]] void refuse_all() const;

  private:
    const std::size_t pictures_;
    mutable std::mutex mutex_;
    std::map<std::size_t, std::string> reasons_;
    std::map<std::size_t, std::string> untold_;
};

}  // namespace yolo::data
