// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace yolo::sources {

bool is_url(const std::string& text);       ///< rtsp, rtsps, rtmp, rtmps, tcp, udp, srt, http, https
bool is_http_url(const std::string& text);  ///< http, https

/// A text for others to read: `***` for the passwords of the URLs in it.
std::string without_passwords(const std::string& text);

/// The path of a URL without host, query and fragment: its suffix says what it is.
std::filesystem::path url_path(const std::string& url);

/// A camera's number, or -1: a text of one to four digits, behind /dev/video too.
int camera_number(const std::string& text);

/// A text as a file's stem: every character but letters, digits, '.', '-' and '_' becomes '_'.
std::string clean_stem(const std::string& text);

}  // namespace yolo::sources
