// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "core/files.hpp"

namespace yolo {

namespace fs = std::filesystem;

namespace {

/// The home folder of an entry of the system's list of users, which `look_up` fills.
template <class LookUp>
fs::path home_in_list(const LookUp& look_up) {
    std::array<char, 16384> texts = {};
    passwd entry = {};
    passwd* found = nullptr;
    const bool known = look_up(&entry, texts.data(), texts.size(), &found) == 0 && found != nullptr;
    return known && entry.pw_dir != nullptr ? fs::path(entry.pw_dir) : fs::path();
}

}  // namespace

fs::path home_folder() {
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return home;
    return home_in_list([](auto... place) { return ::getpwuid_r(::getuid(), place...); });
}

fs::path expand_home(const std::string& text) {
    if (!text.starts_with('~')) return text;
    const std::size_t end = std::min(text.find('/'), text.size());
    const std::string user = text.substr(1, end - 1);
    const fs::path home =
        user.empty() ? home_folder()
                     : home_in_list([&user](auto... place) { return ::getpwnam_r(user.c_str(), place...); });
    if (home.empty() && user.empty())
        throw Error(
            fmt::format("'{}' is below your home folder, and there is none: HOME is not set; write the "
                        "whole path",
                        text));
    if (home.empty()) return text;
    const std::size_t below = text.find_first_not_of('/', end);
    return below == std::string::npos ? home : home / text.substr(below);
}

}  // namespace yolo
