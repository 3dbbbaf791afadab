// SPDX-License-Identifier: Apache-2.0
#include "support/live/server_process.hpp"

#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace yolo::test {

namespace {

constexpr const char* debian_python = "/usr/bin/python3";  // another one would not see Debian's modules

std::vector<std::string> rtsp_command(const RtspCamera& camera) {
    std::vector<std::string> command{debian_python,
                                     (source_dir() / "tests/support/live/rtsp_server.py").string(),
                                     std::to_string(camera.port),
                                     std::to_string(camera.width),
                                     std::to_string(camera.height),
                                     std::to_string(camera.fps),
                                     camera.cell ? "cell" : "noise"};
    if (!camera.user.empty()) command.insert(command.end(), {camera.user, camera.password});
    return command;
}

}  // namespace

ServerProcess::ServerProcess(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe for a server");
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    const int error = ::posix_spawnp(&process_, arguments[0], &actions, nullptr, arguments.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) throw std::runtime_error("cannot run " + command.front());
}

ServerProcess::~ServerProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    ::close(output_);
}

std::string ServerProcess::first_line() const {
    std::string line;
    for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';) line += c;
    return line;
}

void ServerProcess::suspend() const {
    ::kill(process_, SIGSTOP);
}

void ServerProcess::resume() const {
    ::kill(process_, SIGCONT);
}

RtspServer::RtspServer(const RtspCamera& camera) : process_(rtsp_command(camera)) {
    const std::string line = process_.first_line();
    if (line.empty()) throw std::runtime_error("the RTSP server does not start");
    port_ = std::stoi(line);
}

std::string RtspServer::url(const std::string& access) const {
    return "rtsp://" + access + (access.empty() ? "" : "@") + "127.0.0.1:" + std::to_string(port_) + "/cam";
}

int free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(probe, generic, size) == 0 && ::getsockname(probe, generic, &size) == 0;
    ::close(probe);
    if (!bound) throw std::runtime_error("no port for a server");
    return ntohs(address.sin_port);
}

bool has_live_servers() {
    static const bool there = [] {
        try {
            const RtspServer server;
            return !ServerProcess({"ffmpeg", "-version"}).first_line().empty();
        } catch (const std::runtime_error&) {
            return false;
        }
    }();
    return there;
}

}  // namespace yolo::test
