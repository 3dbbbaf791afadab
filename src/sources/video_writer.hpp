// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include <yolo/image.hpp>

#include "sources/avi_file.hpp"

namespace yolo::sources {

/// Writes Motion JPEG in an AVI file, which every player opens. A file that was not closed (a crash, a full
/// disk) still plays up to there.
class VideoWriter {
  public:
    /// Creates the file under its final name. Throws Error when it cannot. `longest_pause`: seconds that may
    /// lie between two frames; what is longer is cut to them.
    VideoWriter(const std::filesystem::path& path, double fps, Size size,
                double longest_pause = std::numeric_limits<double>::infinity());
    /// Closes; errors are lost.
    ~VideoWriter();

    /// (h, w, 3) uint8 BGR; a frame of another size is resized. Throws Error, also when the disk is full.
    /// `seconds`: when it was taken, from whenever. Where that says clearly that `fps` is not the rate of the
    /// frames, the file gets their mean rate, so that it plays as long as they took.
    void write(const cv::Mat& frame, std::optional<double> seconds = {});

    /// Completes the file's index and rate. Throws Error. Nothing can be written afterwards.
    void close();

    const std::filesystem::path& path() const { return file_.path(); }
    int frames() const { return file_.frames(); }  ///< written so far

  private:
    void measure(double seconds);
    double measured_fps() const;

    AviFile file_;
    Size size_;
    double fps_, longest_pause_;
    std::optional<double> last_;   ///< seconds of the last frame
    double seconds_ = 0;           ///< from the first frame to the last
    int intervals_ = 0;            ///< between them
    std::vector<std::byte> jpeg_;  ///< of the last frame; its memory is used again
};

/// PATH.avi (also for a path with a dot in it: "cam.1" gives "cam.1.avi").
std::unique_ptr<VideoWriter> create_video(const std::filesystem::path& path, double fps, Size size);

}  // namespace yolo::sources
