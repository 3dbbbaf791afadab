// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

#include "sources/avi_file.hpp"

namespace yolo::sources {

/// Writes Motion JPEG in an AVI file, which every player opens. A file that was not closed (a crash, a full
/// disk) still plays up to there.
class VideoWriter {
  public:
    using Clock = std::chrono::steady_clock;

    /// Creates the file under its final name. Throws Error when it cannot.
    VideoWriter(const std::filesystem::path& path, double fps, Size size);
    /// Closes; errors are lost.
    ~VideoWriter();

    /// (h, w, 3) uint8 BGR; a frame of another size is resized. Throws Error, also when the disk is full.
    /// `received`: when, for frames of live sources. Then the file plays as they came, whatever rate it was
    /// created with; pauses are cut to a second.
    void write(const cv::Mat& frame, Clock::time_point received = {});

    /// Completes the file's index and rate. Throws Error. Nothing can be written afterwards.
    void close();

    const std::filesystem::path& path() const { return file_.path(); }
    int frames() const { return file_.frames(); }  ///< written so far

  private:
    void measure(Clock::time_point received);

    AviFile file_;
    Size size_;
    Clock::time_point last_;       ///< of the last frame
    Clock::duration time_{};       ///< from the first frame to the last, without pauses
    int intervals_ = 0;            ///< between them
    std::vector<std::byte> jpeg_;  ///< of the last frame; its memory is used again
};

/// PATH.avi (also for a path with a dot in it: "cam.1" gives "cam.1.avi").
std::unique_ptr<VideoWriter> create_video(const std::filesystem::path& path, double fps, Size size);

}  // namespace yolo::sources
