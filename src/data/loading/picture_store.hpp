// SPDX-License-Identifier: Apache-2.0
/// \file Decoded pictures, resized for the network, shared between the threads that need them.
#pragma once

#include <cstdint>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "data/dataset.hpp"
#include "data/loader.hpp"
#include "data/loading/unreadable_pictures.hpp"

namespace yolo::data {

/// What a picture is wanted for. Partners are drawn from the last places of an epoch, so a picture is of use
/// for a fixed time after its own place: that alone counts as its age.
enum class PictureUse { own_place, partner };

/// A picture is decoded once as long as it is kept; who asks while another thread decodes it waits for that.
class PictureStore {
  public:
    /// `capacity`: pictures kept; with cache=ram all of them are.
    PictureStore(std::shared_ptr<const Dataset> dataset, const LoaderOptions& options, std::size_t capacity);

    /// (h, w, 3) uint8 BGR or (h, w, 1) grey, long side imgsz (classify: BGR, as in the file); shared: not to
    /// be changed. Empty when it cannot be read, which is remembered for those who are to be told.
    cv::Mat get(std::size_t index, PictureUse use = PictureUse::own_place);

    const UnreadablePictures& unreadable() const { return unreadable_; }
    /// Sentences about what went wrong with single pictures since they were last asked for.
    std::vector<std::string> take_warnings();

    std::size_t decoded() const;  ///< pictures decoded so far, for tests and figures

  private:
    struct Entry {
        std::shared_future<cv::Mat> picture;
        std::list<std::size_t>::iterator age;
    };

    cv::Mat try_load(std::size_t index);
    cv::Mat load(std::size_t index);
    cv::Mat read(std::size_t index);
    void forget_oldest();

    std::shared_ptr<const Dataset> dataset_;
    int imgsz_;  // 0: pictures are kept as they are (classify)
    int channels_;
    PictureCache cache_;
    std::size_t capacity_;
    mutable std::mutex mutex_;
    std::unordered_map<std::size_t, Entry> entries_;
    std::list<std::size_t> ages_;  ///< longest ago first
    std::size_t decoded_ = 0;
    UnreadablePictures unreadable_;
    std::string not_kept_;  ///< cache=disk: why a first picture has no cache
    bool not_kept_told_ = false;
};

/// The largest number of pictures that may be kept where no cache was asked for.
std::size_t default_capacity(const LoaderOptions& options, std::size_t in_use);

}  // namespace yolo::data
