// SPDX-License-Identifier: Apache-2.0
#include "sources/url.hpp"

#include <algorithm>
#include <cctype>
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

}  // namespace

bool is_url(const std::string& text) {
    return has_scheme(text, {"rtsp", "rtmp", "tcp", "http", "https"});
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
    const bool digits =
        !text.empty() && text.size() <= 4 &&
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    return digits ? std::stoi(text) : -1;
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
