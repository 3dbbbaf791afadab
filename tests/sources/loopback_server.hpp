// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace yolo::test {

/// Serves fixed answers over HTTP/1.0 on a free port of the loopback interface.
class LoopbackServer {
  public:
    /// Takes every connection, sends this, and then nothing more.
    struct Silent {
        std::string first;
    };

    explicit LoopbackServer(std::map<std::string, std::string> files);
    explicit LoopbackServer(Silent silent);
    ~LoopbackServer();
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    std::string url(const std::string& path, const std::string& scheme = "http") const;

  private:
    void listen();
    void serve();
    void answer(int connection) const;

    std::map<std::string, std::string> files_;  ///< body by path
    std::optional<Silent> silent_;
    std::vector<int> silent_connections_;
    int socket_ = -1;
    int port_ = 0;
    std::thread thread_;
};

}  // namespace yolo::test
