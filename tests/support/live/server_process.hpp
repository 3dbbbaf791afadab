// SPDX-License-Identifier: Apache-2.0
/// \file Real servers of live streams on the loopback interface, as processes of their own: they can be
/// killed and stopped as a camera can.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "support/golden.hpp"

namespace yolo::test {

/// A program that ends with this object. What it prints is lost, but for the first line.
class ServerProcess {
  public:
    explicit ServerProcess(const std::vector<std::string>& command);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    /// Of its output; waits for it. "" when it ends without one.
    std::string first_line() const;
    /// It answers nothing until resume(), and its connections stay.
    void suspend() const;
    void resume() const;

  private:
    pid_t process_ = -1;
    int output_ = -1;
};

/// What a camera is asked for at the start.
struct RtspCamera {
    int width = 320, height = 240;
    int fps = 15;
    std::string user = {}, password = {};
    int port = 0;       ///< 0: any
    bool cell = false;  ///< instead of noise one red blood cell, for models/starter/detect.pt
};

/// A camera behind GStreamer's RTSP server. Of noise no frame is like another; a cell goes to and fro.
class RtspServer {
  public:
    /// Answers when it has been made. Throws std::runtime_error when it does not start.
    explicit RtspServer(const RtspCamera& camera = {});
    int port() const { return port_; }
    std::string url(const std::string& access = "") const;
    const ServerProcess& process() const { return process_; }

  private:
    ServerProcess process_;
    int port_ = 0;
};

/// Nobody listens there at this moment.
int free_port();

/// Whether the Debian packages of `scripts/setup --live` are there: GStreamer's RTSP server for Python,
/// ffmpeg.
bool has_live_servers();

/// Inside a test: skips when they are not. In CI that is a failure.
#define YOLO_REQUIRE_LIVE_SERVERS()                                                        \
    do {                                                                                   \
        if (yolo::test::has_live_servers()) break;                                         \
        if (std::getenv("CI") != nullptr) FAIL() << "run scripts/setup --live";            \
        GTEST_SKIP() << "there are no servers for live streams: run scripts/setup --live"; \
    } while (false)

}  // namespace yolo::test
