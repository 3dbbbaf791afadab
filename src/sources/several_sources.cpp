// SPDX-License-Identifier: Apache-2.0
#include "sources/several_sources.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "image/picture_suffixes.hpp"
#include "sources/file_source.hpp"
#include "sources/list_file.hpp"
#include "sources/screen_source.hpp"
#include "sources/stream_source.hpp"
#include "sources/url.hpp"

namespace yolo::sources {

namespace fs = std::filesystem;

namespace {

bool present(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// In the current folder if it is there, else in `folder`; also when it is written as on Windows.
fs::path locate(std::string entry, const fs::path& folder) {
    if (entry.starts_with("file://")) entry.erase(0, std::string("file://").size());
    const fs::path path = expand_home(entry);
    if (path.is_absolute() || present(path)) return path;
    const fs::path beside = folder / path;
    if (present(beside) || is_glob(beside.string())) return beside;
    if (entry.find('\\') == std::string::npos) return path;
    std::ranges::replace(entry, '\\', '/');
    const fs::path unix_path = locate(entry, folder);
    return present(unix_path) ? unix_path : path;
}

MediaFiles url_file(const std::string& url) {
    if (image::is_picture_path(url_path(url))) return {.images = {url}, .videos = {}};
    return {.images = {}, .videos = {url}};
}

/// Throws Error, when there is nothing of the name.
MediaFiles files_of(const std::string& entry, const fs::path& folder, PictureOrder order) {
    if (is_http_url(entry)) return url_file(entry);
    if (is_live(entry))
        throw Error(fmt::format("'{}' is a live source: put it into a .streams file, or give it alone",
                                without_passwords(entry)));
    const fs::path path = locate(entry, folder);
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return folder_files(path, order);
    if (is_glob(path.string())) return glob_files(path.string(), order);
    if (!present(path)) throw Error(fmt::format("there is no '{}'", without_passwords(entry)));
    if (is_list(path.string())) throw Error(fmt::format("'{}' is a list itself", entry));
    MediaFiles files = single_file(path);
    if (files.empty()) throw Error(fmt::format("'{}' is neither a picture nor a video", entry));
    return files;
}

std::string without_quotes(std::string text) {
    const auto begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t");
    if (begin == std::string::npos) return "";
    text = text.substr(begin, end - begin + 1);
    const bool quoted =
        text.size() >= 2 && text.front() == text.back() && (text[0] == '\'' || text[0] == '"');
    return quoted ? text.substr(1, text.size() - 2) : text;
}

std::vector<std::string> split_at_commas(const std::string& text) {
    std::vector<std::string> parts(1);
    char quote = '\0';
    for (const char c : text) {
        if (quote == '\0' ? c == '\'' || c == '"' : c == quote) quote = quote == '\0' ? c : '\0';
        if (c == ',' && quote == '\0') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    std::ranges::transform(parts, parts.begin(), without_quotes);
    std::erase(parts, "");
    return parts;
}

bool matches_something(const std::string& pattern) {
    try {
        return is_glob(pattern) && !glob_files(pattern).empty();
    } catch (const Error&) {
        return false;
    }
}

bool is_there(const std::string& text) {
    return is_url(text) || is_live(text) || is_glob(text) || present(expand_home(text));
}

}  // namespace

bool is_live(const std::string& text) {
    return (is_url(text) && !is_http_url(text)) || camera_number(text) >= 0 || is_screen(text) ||
           lower_suffix(text) == "streams";
}

MediaFiles entry_files(const std::vector<std::string>& entries, const fs::path& folder,
                       const std::string& where, const SourceOptions& options) {
    MediaFiles files;
    for (const std::string& entry : entries) {
        try {
            MediaFiles more = files_of(entry, folder, options.order);
            files.images.insert(files.images.end(), more.images.begin(), more.images.end());
            files.videos.insert(files.videos.end(), more.videos.begin(), more.videos.end());
            files.left_out.insert(files.left_out.end(), more.left_out.begin(), more.left_out.end());
        } catch (const Error& error) {
            ++files.ignored;
            if (options.log)
                options.log(LogLevel::warning, fmt::format("{}: {} (skipped)", where, error.what()));
        }
    }
    return files;
}

std::vector<std::string> several_sources(const std::string& text) {
    if (present(expand_home(text))) return {};
    if (text.size() >= 2 && (text.front() == '[' || text.front() == '(') &&
        text.back() == (text[0] == '[' ? ']' : ')'))
        return split_at_commas(text.substr(1, text.size() - 2));
    if (text.find(',') == std::string::npos || matches_something(text)) return {};
    std::vector<std::string> parts = split_at_commas(text);
    // A URL may hold commas: what follows one must then be a source by itself.
    const bool several =
        is_url(text) ? std::ranges::all_of(parts, is_there) : std::ranges::any_of(parts, is_there);
    return several && parts.size() > 1 ? parts : std::vector<std::string>{};
}

std::unique_ptr<Source> open_entries(const std::vector<std::string>& entries, const fs::path& folder,
                                     const std::string& where, const SourceOptions& options) {
    if (entries.size() == 1 && is_screen(entries.front())) return screen_source(entries.front());
    const bool screens = std::ranges::any_of(entries, is_screen);
    if (!screens && std::ranges::all_of(entries, is_live)) {
        std::vector<StreamEntry> streams;
        for (const std::string& entry : entries) {
            const bool list = lower_suffix(entry) == "streams";
            const auto more = list ? listed_streams(expand_home(entry))
                                   : std::vector<StreamEntry>{stream_entry(entry, folder)};
            streams.insert(streams.end(), more.begin(), more.end());
        }
        return stream_source(streams, options);
    }
    MediaFiles files = entry_files(entries, folder, where, options);
    if (files.empty()) throw Error(fmt::format("nothing of {} can be read", where));
    return file_source(std::move(files), options);
}

}  // namespace yolo::sources
