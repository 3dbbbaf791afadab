// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include <opencv2/core/utils/logger.hpp>

namespace yolo::plugins {

/// OpenCV prints its troubles to stderr; ours are told through exceptions. Its log level belongs to the whole
/// process, so the first guard lowers it and the last one that ends restores it.
class QuietOpenCv {
  public:
    QuietOpenCv() {
        const std::lock_guard lock(shared().mutex);
        if (shared().guards++ == 0) {
            shared().level = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        }
    }
    ~QuietOpenCv() {
        const std::lock_guard lock(shared().mutex);
        if (--shared().guards == 0) cv::utils::logging::setLogLevel(shared().level);
    }
    QuietOpenCv(const QuietOpenCv&) = delete;
    QuietOpenCv& operator=(const QuietOpenCv&) = delete;

  private:
    struct Shared {
        std::mutex mutex;
        int guards = 0;
        cv::utils::logging::LogLevel level = cv::utils::logging::LOG_LEVEL_WARNING;
    };
    static Shared& shared() {
        static Shared state;
        return state;
    }
};

}  // namespace yolo::plugins
