// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <thread>

namespace yolo::test {

/// Serves fixed answers over HTTP/1.0 on a free port of the loopback interface.
class LoopbackServer {
  public:
    explicit LoopbackServer(std::map<std::string, std::string> files);
    ~LoopbackServer();
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    std::string url(const std::string& path) const;

  private:
    void serve();
    void answer(int connection) const;

    std::map<std::string, std::string> files_;  ///< body by path
    int socket_ = -1;
    int port_ = 0;
    std::thread thread_;
};

}  // namespace yolo::test
