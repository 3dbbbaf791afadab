// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <thread>

#include <httplib.h>

#include "serve/page_plugin.hpp"
#include "serve/plugins/access.hpp"
#include "serve/plugins/page_html.hpp"

namespace yolo::serve {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t workers = 32;      // requests at a time, streams with them
constexpr int most_readers = 24;         // of them for streams: something is left for short requests
constexpr auto picture_interval = 40ms;  // 25 pictures a second are enough to look at
constexpr auto state_interval = 100ms;
constexpr int send_buffer = 128 * 1024;  // bytes: what lies there is old when a slow reader gets it

/// SO_REUSEPORT, httplib's own choice, would let two programs have one port.
void set_options(socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer));
}

/// Its connections end now: httplib waits for them when it stops, and hands none of them out.
void shut_connections(int port) {
    std::error_code error;
    std::filesystem::directory_iterator file("/proc/self/fd", error), end;
    for (; !error && file != end; file.increment(error)) {
        const std::string name = file->path().filename();
        int socket = -1;
        std::from_chars(name.data(), name.data() + name.size(), socket);
        sockaddr_storage own = {}, peer = {};
        socklen_t own_size = sizeof(own), peer_size = sizeof(peer);
        if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size) != 0) continue;
        if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) continue;
        const in_port_t of_socket = own.ss_family == AF_INET6
                                        ? reinterpret_cast<const sockaddr_in6&>(own).sin6_port
                                        : reinterpret_cast<const sockaddr_in&>(own).sin_port;
        const bool internet = own.ss_family == AF_INET || own.ss_family == AF_INET6;
        if (internet && ntohs(of_socket) == port) ::shutdown(socket, SHUT_RDWR);
    }
}

bool send(httplib::DataSink& sink, const void* data, std::size_t size) {
    return sink.write(static_cast<const char*>(data), size);
}

bool send(httplib::DataSink& sink, const std::string& text) {
    return send(sink, text.data(), text.size());
}

class Http final : public httplib::Server {
  public:
    /// Connections that wait to be accepted: httplib's 5 make a browser's sixth come a second later.
    void lengthen_queue() { ::listen(svr_sock_, 128); }
};

class Server final : public PageServer {
  public:
    Server(const Address& address, Feed& feed) : address_(address), feed_(feed) {
        server_.new_task_queue = [] { return new httplib::ThreadPool(workers); };
        server_.set_socket_options(set_options);
        server_.set_tcp_nodelay(true);
        server_.set_keep_alive_max_count(1);  // an idle connection would hold a worker
        server_.set_read_timeout(address_.patience);
        server_.set_write_timeout(address_.patience);
        server_.set_payload_max_length(4096);
        server_.set_default_headers(
            {{"Cache-Control", "no-store"},
             {"X-Accel-Buffering", "no"},  // of a proxy: events come as they happen
             {"Referrer-Policy", "no-referrer"},
             {"X-Content-Type-Options", "nosniff"},
             {"Content-Security-Policy",
              "default-src 'none'; img-src 'self' data:; connect-src 'self'; style-src "
              "'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'"}});
        add_routes();
    }

    ~Server() override {
        // The feed has ended. Those who read hear it before their connection goes: events are short, so that
        // only a busy machine makes them late; a picture may be on its way to somebody who takes none.
        for (int i = 0; i < 50 && (listeners_ > 0 || (i < 20 && readers_ > 0)); ++i)
            std::this_thread::sleep_for(10ms);
        ending_ = true;
        if (!thread_.joinable()) return;
        server_.stop();
        // One that was accepted at this very moment is met a moment later.
        while (!done_) {
            shut_connections(port_);
            std::this_thread::sleep_for(5ms);
        }
        thread_.join();
    }

    /// False, with errno, when it cannot be had.
    bool open() {
        errno = 0;
        if (address_.port == 0) {
            port_ = server_.bind_to_any_port(address_.host);
        } else if (server_.bind_to_port(address_.host, address_.port)) {
            port_ = address_.port;
        }
        if (port_ <= 0) return false;
        server_.lengthen_queue();
        thread_ = std::thread([this] {
            server_.listen_after_bind();
            done_ = true;
        });
        while (!server_.is_running() && !done_) std::this_thread::sleep_for(1ms);  // else stop() is not heard
        return true;
    }

    int port() const noexcept override { return port_; }

  private:
    using Request = httplib::Request;
    using Response = httplib::Response;

    void add_routes() {
        server_.set_pre_routing_handler([this](const Request& request, Response& response) {
            return admit(request, response) ? httplib::Server::HandlerResponse::Unhandled
                                            : httplib::Server::HandlerResponse::Handled;
        });
        server_.Get("/", [](const Request&, Response& response) {
            response.set_content(page_html, "text/html; charset=utf-8");
        });
        server_.Get("/state", [this](const Request&, Response& response) {
            response.set_content(feed_.state() + "\n", "application/json");
        });
        server_.Get("/events", [this](const Request&, Response& response) { events(response); });
        server_.Get("/stream", [this](const Request&, Response& response) { stream(0, response); });
        server_.Get(R"(/stream/(\d{1,4}))", [this](const Request& request, Response& response) {
            stream(std::stoi(request.matches[1]), response);
        });
        server_.set_error_handler([](const Request&, Response& response) {
            if (response.status == 404)
                response.set_content("there are /, /state, /events, /stream and /stream/N\n", "text/plain");
        });
    }

    bool admit(const Request& request, Response& response) const {
        if (address_.token.empty()) {
            if (is_own_host(request.get_header_value("Host"))) return true;
            response.status = 403;
            response.set_content("this page answers to localhost only; give serve_token= for other names\n",
                                 "text/plain");
            return false;
        }
        const std::string header = request.get_header_value("Authorization");
        constexpr std::string_view bearer = "Bearer ";
        const bool known =
            (request.has_param("token") && same_secret(request.get_param_value("token"), address_.token)) ||
            (header.starts_with(bearer) &&
             same_secret(std::string_view(header).substr(bearer.size()), address_.token));
        if (known) return true;
        response.status = 401;
        response.set_header("WWW-Authenticate", "Bearer");
        response.set_content("this page needs its token: ?token=... or Authorization: Bearer ...\n",
                             "text/plain");
        return false;
    }

    /// A place among those who stay; null when there is none.
    std::shared_ptr<void> enter(Response& response) {
        if (++readers_ <= most_readers) return {nullptr, [this](void*) { --readers_; }};
        --readers_;
        response.status = 503;
        response.set_content("too many readers at a time\n", "text/plain");
        return {};
    }

    void events(Response& response) {
        const auto place = enter(response);
        if (response.status == 503) return;
        ++listeners_;
        const std::shared_ptr<void> listening(nullptr, [this, place](void*) { --listeners_; });
        response.set_chunked_content_provider(
            "text/event-stream",
            [this, listening, version = std::int64_t{0}](std::size_t, httplib::DataSink& sink) mutable {
                return next_event(sink, version);
            });
    }

    bool next_event(httplib::DataSink& sink, std::int64_t& version) {
        const auto start = std::chrono::steady_clock::now();
        const Feed::News news = feed_.wait_state(version, address_.patience);
        if (ending_) return false;
        if (!send(sink, "event: state\ndata: " + feed_.state() + "\n\n")) return false;
        if (news == Feed::News::ended) {
            send(sink, "event: end\ndata: {}\n\n");
            sink.done();
            return true;
        }
        rest(start + state_interval);
        return true;
    }

    void stream(int index, Response& response) {
        const auto place = enter(response);
        if (response.status == 503) return;
        if (!feed_.may_show(index)) {
            response.status = 404;
            return;
        }
        feed_.watch(index);
        const std::shared_ptr<void> watching(nullptr, [this, index, place](void*) { feed_.unwatch(index); });
        response.set_content_provider(
            "multipart/x-mixed-replace; boundary=frame",
            [this, index, watching, version = std::int64_t{0}](std::size_t, httplib::DataSink& sink) mutable {
                return next_picture(index, sink, version);
            });
    }

    bool next_picture(int index, httplib::DataSink& sink, std::int64_t& version) {
        const auto start = std::chrono::steady_clock::now();
        Feed::Jpeg jpeg;
        const Feed::News news = feed_.wait_picture(index, version, jpeg, 500ms);
        if (ending_) return false;
        if (news == Feed::News::nothing) return sink.is_writable();
        if (news == Feed::News::ended) {
            send(sink, "--frame--\r\n");
            sink.done();
            return true;
        }
        const std::string head =
            "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(jpeg->size()) +
            "\r\n\r\n";
        if (!send(sink, head) || !send(sink, jpeg->data(), jpeg->size()) || !send(sink, "\r\n")) return false;
        rest(start + picture_interval);
        return true;
    }

    void rest(std::chrono::steady_clock::time_point until) const {
        if (!ending_) std::this_thread::sleep_until(until);
    }

    const Address address_;
    Feed& feed_;
    Http server_;
    std::thread thread_;
    int port_ = 0;
    std::atomic<bool> ending_ = false, done_ = false;
    std::atomic<int> readers_ = 0, listeners_ = 0;  // all; those of events
};

std::string why_not(int error) {
    if (error == EADDRINUSE) return "another program uses that port: give another one";
    if (error == EACCES) return "ports below 1024 are the system's: give another one";
    if (error == 0 || error == EADDRNOTAVAIL) return "this machine has no such address";
    return std::strerror(error);
}

}  // namespace

extern "C" PageServer* yolo_make_page_server(const Address& address, Feed& feed, std::string& reason) {
    try {
        auto server = std::make_unique<Server>(address, feed);
        if (server->open()) return server.release();
        reason = why_not(errno);
    } catch (const std::exception& error) {
        reason = error.what();
    }
    return nullptr;
}

}  // namespace yolo::serve
