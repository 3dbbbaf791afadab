// SPDX-License-Identifier: Apache-2.0
#include "support/live/browser.hpp"

#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/files.hpp"
#include "support/live/server_process.hpp"

namespace yolo::test {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto patience = 120s;  // a busy machine takes long to start a browser

/// Nothing of the user's, nothing from elsewhere, and no more processes than needed.
std::vector<std::string> browser_command(const std::filesystem::path& profile) {
    return {"chromium",
            "--headless=new",
            "--remote-debugging-pipe",
            "--user-data-dir=" + profile.string(),
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-proxy-server",
            "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            "--window-size=1280,900"};
}

std::string from_base64(const std::string& text) {
    std::string bytes;
    unsigned held = 0;
    int bits = 0;
    for (const char c : text) {
        const char* const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const char* const digit = std::char_traits<char>::find(digits, 64, c);
        if (digit == nullptr) break;
        held = held << 6 | static_cast<unsigned>(digit - digits);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(held >> bits & 0xff);
    }
    return bytes;
}

}  // namespace

Browser::Browser(const std::filesystem::path& folder) {
    start(folder / "browser");
    try {
        const json made = call("Target.createTarget", {{"url", "about:blank"}});
        const json attached =
            call("Target.attachToTarget", {{"targetId", made.at("targetId")}, {"flatten", true}});
        session_ = attached.at("sessionId");
        for (const char* domain : {"Page", "Runtime", "Log", "Network"})
            call(std::string(domain) + ".enable", json::object());
    } catch (...) {
        stop();
        throw;
    }
}

Browser::~Browser() {
    stop();
}

void Browser::start(const std::filesystem::path& profile) {
    const std::vector<std::string> command = browser_command(profile);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::runtime_error("no connection to a browser");
    wire_ = ends[0];
    const int its_end = ::fcntl(ends[1], F_DUPFD_CLOEXEC, 10);  // not one of those that it takes
    ::close(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, its_end, 3);  // where it listens
    ::posix_spawn_file_actions_adddup2(&actions, its_end, 4);  // and speaks
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);  // it has children: they go with it
    ::posix_spawnattr_setpgroup(&attributes, 0);
    const int error =
        ::posix_spawnp(&process_, arguments[0], &actions, &attributes, arguments.data(), ::environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(its_end);
    if (error != 0) {
        process_ = -1;
        stop();
        throw std::runtime_error("cannot run chromium");
    }
}

void Browser::stop() {
    if (process_ > 0) {
        ::kill(-process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    ::close(wire_);
}

void Browser::send(const std::string& message) const {
    for (std::size_t sent = 0; sent <= message.size();) {  // with its zero byte
        const ssize_t size = ::send(wire_, message.c_str() + sent, message.size() + 1 - sent, MSG_NOSIGNAL);
        if (size <= 0) throw std::runtime_error("the browser has ended");
        sent += static_cast<std::size_t>(size);
    }
}

json Browser::receive() {
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
        if (const std::size_t size = unread_.find('\0'); size != std::string::npos) {
            json message = json::parse(unread_.substr(0, size));
            unread_.erase(0, size + 1);
            return message;
        }
        pollfd waiting{.fd = wire_, .events = POLLIN, .revents = 0};
        if (std::chrono::steady_clock::now() > end) throw std::runtime_error("the browser does not answer");
        if (::poll(&waiting, 1, 100) <= 0) continue;
        std::array<char, 65536> bytes{};
        const ssize_t size = ::read(wire_, bytes.data(), bytes.size());
        if (size <= 0) throw std::runtime_error("the browser has ended");
        unread_.append(bytes.data(), static_cast<std::size_t>(size));
    }
}

json Browser::call(const std::string& method, json parameters) {
    const int id = ++calls_;
    json message = {{"id", id}, {"method", method}, {"params", std::move(parameters)}};
    if (!session_.empty()) message["sessionId"] = session_;
    send(message.dump());
    for (;;) {
        const json answer = receive();
        if (answer.value("id", 0) == id) {
            if (answer.contains("error")) throw std::runtime_error(method + ": " + answer["error"].dump());
            return answer.at("result");
        }
        if (answer.contains("method")) hear(answer);
    }
}

void Browser::hear(const json& event) {
    const std::string method = event.at("method");
    const json& what = event.at("params");
    if (method == "Network.requestWillBeSent") requests_.insert(what.at("request").at("url"));
    if (method == "Runtime.exceptionThrown") complaints_.push_back(what.at("exceptionDetails").dump());
    if (method == "Log.entryAdded" &&
        (what.at("entry").at("level") == "error" || what.at("entry").at("level") == "warning"))
        complaints_.push_back(what.at("entry").dump());
    if (method == "Runtime.consoleAPICalled" && what.at("type") != "log") complaints_.push_back(what.dump());
}

void Browser::open(const std::string& url) {
    call("Page.navigate", {{"url", "about:blank"}});  // what another page still has to say
    call("Log.clear", json::object());
    complaints_.clear();
    requests_.clear();
    const json answer = call("Page.navigate", {{"url", url}});
    if (answer.contains("errorText")) throw std::runtime_error(url + ": " + answer["errorText"].dump());
    if (!wait_until("document.readyState === 'complete' && location.href !== 'about:blank'"))
        throw std::runtime_error(url + " is not loaded");
}

json Browser::value(const std::string& expression) {
    const json answer = call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}});
    if (answer.contains("exceptionDetails"))
        throw std::runtime_error(expression + ": " + answer["exceptionDetails"].dump());
    return answer.at("result").value("value", json());
}

bool Browser::wait_until(const std::string& expression) {
    for (const auto end = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(50ms)) {
        const json met = value("Boolean(" + expression + ")");
        if (met == true) return true;
    }
    return false;
}

void Browser::resize(int width, int height) {
    call("Emulation.setDeviceMetricsOverride",
         {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", width < 600}});
}

void Browser::save_screenshot(const std::filesystem::path& png) {
    const json answer = call("Page.captureScreenshot", {{"format", "png"}, {"captureBeyondViewport", true}});
    write_file(png, from_base64(answer.at("data")));
}

bool has_browser() {
    static const bool there = [] {
        try {
            return !ServerProcess({"chromium", "--version"}).first_line().empty();
        } catch (const std::runtime_error&) {
            return false;
        }
    }();
    return there;
}

}  // namespace yolo::test
