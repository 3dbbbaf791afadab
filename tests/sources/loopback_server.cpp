// SPDX-License-Identifier: Apache-2.0
#include "loopback_server.hpp"

#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace yolo::test {

namespace {

void send_all(int connection, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace

LoopbackServer::LoopbackServer(std::map<std::string, std::string> files) : files_(std::move(files)) {
    listen();
}

LoopbackServer::LoopbackServer(Silent silent) : silent_(std::move(silent)) {
    listen();
}

void LoopbackServer::listen() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(socket_, generic, size) != 0 || ::listen(socket_, 8) != 0 ||
        ::getsockname(socket_, generic, &size) != 0) {
        throw std::runtime_error("no port for the test's server");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

LoopbackServer::~LoopbackServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
    for (const int connection : silent_connections_) ::close(connection);
}

std::string LoopbackServer::url(const std::string& path, const std::string& scheme) const {
    return scheme + "://127.0.0.1:" + std::to_string(port_) + path;
}

void LoopbackServer::serve() {
    for (int connection = ::accept(socket_, nullptr, nullptr); connection >= 0;
         connection = ::accept(socket_, nullptr, nullptr)) {
        if (silent_) {
            send_all(connection, silent_->first);
            silent_connections_.push_back(connection);
            continue;
        }
        answer(connection);
        ::close(connection);
    }
}

void LoopbackServer::answer(int connection) const {
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
        if (count <= 0) return;
        request.append(buffer, static_cast<std::size_t>(count));
    }
    const auto begin = request.find(' ') + 1;
    const auto found = files_.find(request.substr(begin, request.find_first_of(" ?", begin) - begin));
    std::string reply = "HTTP/1.0 404 Not Found\r\n\r\n";
    if (found != files_.end()) {
        reply = "HTTP/1.0 200 OK\r\nContent-Length: " + std::to_string(found->second.size()) + "\r\n\r\n" +
                found->second;
    }
    send_all(connection, reply);
}

}  // namespace yolo::test
