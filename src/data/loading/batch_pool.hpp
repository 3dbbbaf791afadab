// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "data/batch.hpp"
#include "data/sample_source.hpp"

namespace yolo::data {

/// Batches whose memory is used again when their last owner has let go. May outlive its loader.
class BatchPool : public std::enable_shared_from_this<BatchPool> {
  public:
    /// A batch with room for the pictures and no targets.
    std::shared_ptr<Batch> take(int pictures, Size shape, int channels);

  private:
    struct Pixels {
        Tensor memory;  ///< (bytes) uint8, as large as the largest batch it was used for
        void fit(std::size_t bytes);
    };
    void give_back(Batch* batch, Pixels pixels);

    std::mutex mutex_;
    std::vector<Pixels> free_;
};

/// The place of picture `i` in the batch.
cv::Mat picture_place(Batch& batch, std::size_t i);

/// Puts the targets of the pictures one after the other. Where a sample was not made, the pictures behind it
/// move up and the batch is smaller.
void fill_targets(Batch& batch, std::vector<std::optional<MadeSample>>& samples);

}  // namespace yolo::data
