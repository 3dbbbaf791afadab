// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/utils/logger.hpp>

namespace yolo::plugins {

/// OpenCV prints its troubles to stderr; ours are told through exceptions. Restores the level at the end of
/// the scope.
class QuietOpenCv {
  public:
    QuietOpenCv() : level_(cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)) {}
    ~QuietOpenCv() { cv::utils::logging::setLogLevel(level_); }
    QuietOpenCv(const QuietOpenCv&) = delete;
    QuietOpenCv& operator=(const QuietOpenCv&) = delete;

  private:
    cv::utils::logging::LogLevel level_;
};

}  // namespace yolo::plugins
