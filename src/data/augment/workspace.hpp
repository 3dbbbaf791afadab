// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

namespace yolo::data {

/// Memory for the pictures between the steps of one sample, kept for the next: taking a megabyte from the
/// system for each costs as much as warping it.
class Workspace {
  public:
    /// (h, w, channels) uint8, not initialised; valid until the workspace is taken again.
    cv::Mat picture(Size size, int channels);
    void clear() { used_ = 0; }

  private:
    std::vector<std::vector<std::uint8_t>> buffers_;
    std::size_t used_ = 0;
};

/// One workspace for each thread that makes a sample at the same time.
class WorkspacePool {
  public:
    /// Goes back when the last owner lets go, which must be before the pool ends.
    std::shared_ptr<Workspace> take();

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Workspace>> free_;
};

}  // namespace yolo::data
