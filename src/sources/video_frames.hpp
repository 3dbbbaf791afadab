// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/frame_clock.hpp"
#include "sources/video.hpp"

namespace yolo::sources {

/// Every `stride`-th frame of a video: `stride` grabs, then one conversion.
class VideoFrames {
  public:
    VideoFrames(std::unique_ptr<VideoReader> reader, int stride);

    /// The next frame; empty at the end. Frames that cannot be decoded are left out.
    cv::Mat next();

    int number() const { return delivered_; }             ///< of the last frame, from 1
    double seconds() const { return seconds_; }           ///< of the last frame, from the first
    int count() const { return info_.frames / stride_; }  ///< 0 = unknown
    /// count(), or about how many there are, by what is left of the video's time; 0 = unknown.
    int about_count() const;
    double fps() const { return usable_fps(info_.fps) / stride_; }

    int frames_read() const { return grabbed_; }
    int frames_promised() const { return info_.frames; }       ///< 0 = unknown
    int frames_damaged() const { return reader_->damaged(); }  ///< of those that were read
    int frames_patched() const { return reader_->patched(); }
    bool last_is_damaged() const { return last_is_damaged_; }  ///< of those that were read
    /// After the end: the file is cut, or has clearly fewer frames than its header counts. Headers of videos
    /// with sound are off by one or two.
    bool ended_early() const;

  private:
    std::unique_ptr<VideoReader> reader_;
    VideoInfo info_;
    int stride_;
    FrameClock clock_;
    double seconds_ = 0;
    int grabbed_ = 0, delivered_ = 0;
    bool last_is_damaged_ = false;
};

}  // namespace yolo::sources
