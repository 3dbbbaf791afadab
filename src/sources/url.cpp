// SPDX-License-Identifier: Apache-2.0
#include "sources/url.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <string_view>

namespace yolo::sources {

namespace {

bool has_scheme(const std::string& text, std::initializer_list<std::string_view> schemes) {
    std::string start = text.substr(0, text.find("://"));
    if (start.size() == text.size()) return false;
    std::transform(start.begin(), start.end(), start.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::find(schemes.begin(), schemes.end(), start) != schemes.end();
}

/// Where a URL in a text ends: at a blank or a quote, or at the comma before the next one.
std::size_t end_of_url(const std::string& text, std::size_t begin) {
    std::size_t end = std::min(text.find_first_of(" \t\r\n\"'", begin), text.size());
    const auto next = text.find("://", begin);
    const auto comma = next < end ? text.rfind(',', next) : std::string::npos;
    return comma != std::string::npos && comma > begin ? comma : end;
}

/// `url` from the host on. Cameras also take passwords as `password=` in paths and queries.
std::string without_password(std::string url) {
    const auto colon = std::min(url.find_first_of(":@/?#"), url.size());
    // A slash belongs to a password that was not encoded, unless what stands before it is a port.
    const auto behind = std::min(url.find_first_not_of("0123456789", colon + 1), url.size());
    const bool port = behind == url.size() || url[behind] == '/' || url[behind] == '?';
    const auto at = url.substr(0, port ? behind : url.size()).rfind('@');
    if (colon < url.size() && url[colon] == ':' && at != std::string::npos && at > colon)
        url.replace(colon + 1, at - colon - 1, "***");
    static const std::regex named("\\b(password|passwd|pwd|pass)=[^&;/?#]+",
                                  std::regex::icase | std::regex::optimize);
    return std::regex_replace(url, named, "$1=***");
}

}  // namespace

bool is_url(const std::string& text) {
    return has_scheme(text, {"rtsp", "rtsps", "rtmp", "rtmps", "tcp", "udp", "srt", "http", "https"});
}

std::string without_passwords(const std::string& text) {
    std::string shown;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto scheme = text.find("://", begin);
        if (scheme == std::string::npos) return shown + text.substr(begin);
        const auto end = end_of_url(text, scheme + 3);
        shown += text.substr(begin, scheme + 3 - begin) +
                 without_password(text.substr(scheme + 3, end - scheme - 3));
        begin = end;
    }
    return shown;
}

bool is_http_url(const std::string& text) {
    return has_scheme(text, {"http", "https"});
}

std::filesystem::path url_path(const std::string& url) {
    const std::string text = url.substr(0, url.find_first_of("?#"));
    const auto host = text.find("://");
    const auto path = text.find('/', host == std::string::npos ? 0 : host + 3);
    return path == std::string::npos ? std::filesystem::path() : std::filesystem::path(text.substr(path));
}

int camera_number(const std::string& text) {
    constexpr std::string_view device = "/dev/video";
    const std::string number = text.starts_with(device) ? text.substr(device.size()) : text;
    const bool digits =
        !number.empty() && number.size() <= 4 &&
        std::all_of(number.begin(), number.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    return digits ? std::stoi(number) : -1;
}

std::string clean_stem(const std::string& text) {
    std::string stem = text;
    for (char& c : stem) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 && std::isalnum(byte) == 0 && c != '.' && c != '-' && c != '_') c = '_';
    }
    return stem;
}

}  // namespace yolo::sources
