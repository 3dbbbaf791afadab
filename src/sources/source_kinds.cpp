// SPDX-License-Identifier: Apache-2.0
#include "sources/source_kinds.hpp"

#include <array>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "image/picture_suffixes.hpp"
#include "sources/file_list.hpp"
#include "sources/file_source.hpp"
#include "sources/list_file.hpp"
#include "sources/screen_source.hpp"
#include "sources/several_sources.hpp"
#include "sources/single_source.hpp"
#include "sources/stream_source.hpp"
#include "sources/url.hpp"
#include "sources/video_suffixes.hpp"

namespace yolo::sources {

namespace fs = std::filesystem;

namespace {

/// A path as it was given, also as a file URL.
fs::path local_path(const std::string& text) {
    constexpr std::string_view scheme = "file://";
    return expand_home(text.starts_with(scheme) ? text.substr(scheme.size()) : text);
}

bool is_folder(const std::string& text) {
    std::error_code ignored;
    return fs::is_directory(local_path(text), ignored);
}

bool is_several(const std::string& text) {
    return !several_sources(text).empty();
}

std::unique_ptr<Source> open_several(const std::string& text, const SourceOptions& options) {
    return open_entries(several_sources(text), {}, fmt::format("source={}", without_passwords(text)),
                        options);
}

std::unique_ptr<Source> open_list(const std::string& text, const SourceOptions& options) {
    const fs::path list = local_path(text);
    return open_entries(list_entries(list), list.parent_path(), fmt::format("the list '{}'", list.string()),
                        options);
}

std::unique_ptr<Source> open_folder(const std::string& text, const SourceOptions& options) {
    return file_source(folder_files(local_path(text), options.order), options);
}

std::unique_ptr<Source> open_glob(const std::string& text, const SourceOptions& options) {
    return file_source(glob_files(expand_home(text).string(), options.order), options);
}

std::unique_ptr<Source> open_file(const std::string& text, const SourceOptions& options) {
    const fs::path path = local_path(text);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        throw Error(fmt::format(
            "there is no source '{}': give a picture, video, folder, pattern, list, camera number, URL "
            "or -",
            without_passwords(text)));
    }
    MediaFiles files = single_file(path);
    if (files.empty()) {
        throw Error(fmt::format("'{}' is neither a picture nor a video, by its name or by its content",
                                path.string()));
    }
    return file_source(std::move(files), options);
}

std::unique_ptr<Source> open_streams(const std::string& text, const SourceOptions& options) {
    return stream_source(listed_streams(expand_home(text)), options);
}

std::unique_ptr<Source> open_stream(const std::string& text, const SourceOptions& options) {
    return stream_source({stream_entry(text, {})}, options);
}

std::unique_ptr<Source> open_url(const std::string& url, const SourceOptions& options) {
    const fs::path path = url_path(url);
    if (!is_http_url(url)) return open_stream(url, options);
    if (image::is_picture_path(path)) return picture_url_source(url, options.cancelled);
    if (is_video_path(path)) return file_source({.images = {}, .videos = {url}}, options);
    return open_stream(url, options);
}

constexpr std::array openers{
    SourceOpener{"standard input", [](const std::string& text) { return text == "-"; },
                 [](const std::string&, const SourceOptions& options) {
                     return descriptor_source(0, options.cancelled);
                 }},
    SourceOpener{"several", is_several, open_several},
    SourceOpener{"URL", is_url, open_url},
    SourceOpener{"screen", is_screen,
                 [](const std::string& text, const SourceOptions&) { return screen_source(text); }},
    SourceOpener{"camera", [](const std::string& text) { return camera_number(text) >= 0; }, open_stream},
    SourceOpener{"streams", [](const std::string& text) { return lower_suffix(text) == "streams"; },
                 open_streams},
    SourceOpener{"folder", is_folder, open_folder},
    SourceOpener{"list", is_list, open_list},
    SourceOpener{"pattern", is_glob, open_glob},
    SourceOpener{"file", [](const std::string&) { return true; }, open_file},
};

}  // namespace

std::span<const SourceOpener> source_openers() {
    return openers;
}

std::unique_ptr<Source> open_source(const std::string& text, const SourceOptions& options) {
    if (text.empty())
        throw UsageError(
            "source= is empty: give a picture, video, folder, pattern, list, camera number, URL or -");
    for (const SourceOpener& opener : source_openers()) {
        if (opener.recognises(text)) return opener.open(text, options);
    }
    throw Error(fmt::format("there is no source '{}'", text));
}

}  // namespace yolo::sources
