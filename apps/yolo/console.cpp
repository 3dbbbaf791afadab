// SPDX-License-Identifier: Apache-2.0
#include "console.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include <yolo/config.hpp>

namespace yolo::cli {

namespace {

std::string one_line(std::string_view prefix, std::string_view text) {
    std::string line(prefix);
    line += text;
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line + "\n";
}

bool is_verbose() {
    const char* text = std::getenv("YOLO_VERBOSE");
    return text == nullptr || parse_value(text) != Value(false);
}

}  // namespace

Console::Console() : verbose_(is_verbose()) {
    std::signal(SIGPIPE, SIG_IGN);
}

LogSink Console::sink() {
    return [this](LogLevel level, std::string_view text) {
        if (level == LogLevel::error) return error(text);
        if (level == LogLevel::warning) return warn(text);
        if (level == LogLevel::info && verbose_) print(std::string(text) + "\n");
    };
}

std::function<void(std::string_view)> Console::progress() {
    if (!verbose_ || ::isatty(STDOUT_FILENO) == 0) return {};
    return [this](std::string_view text) {
        print(fmt::format("\r{}\x1b[K", text));
        line_open_ = !text.empty();
    };
}

void Console::print(std::string_view text) {
    if (line_open_ && !text.starts_with('\r')) {
        line_open_ = false;
        print("\n");
    }
    const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
    const bool complete = written == text.size() && std::fflush(stdout) == 0;
    if (!complete) (errno == EPIPE ? reader_is_gone_ : lost_) = true;
}

void Console::warn(std::string_view text) {
    std::fputs(one_line("yolo: warning: ", text).c_str(), stderr);
}

void Console::error(std::string_view text) {
    std::fputs(one_line("yolo: ", text).c_str(), stderr);
}

bool Console::finish() {
    return !lost_;
}

}  // namespace yolo::cli
