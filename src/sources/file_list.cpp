// SPDX-License-Identifier: Apache-2.0
#include "sources/file_list.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/mapped_file.hpp"
#include "image/codec_format.hpp"
#include "image/picture_suffixes.hpp"
#include "sources/video_suffixes.hpp"

namespace yolo::sources {

namespace fs = std::filesystem;

namespace {

fs::path absolute_path(const fs::path& path) {
    return fs::absolute(path).lexically_normal();
}

bool is_hidden(const fs::path& name) {
    return name.native().starts_with('.');
}

/// Sorted by suffix into pictures and videos; other files are left out.
MediaFiles media_files(const std::vector<fs::path>& paths) {
    MediaFiles files;
    for (const fs::path& path : paths) {
        if (image::is_picture_path(path)) files.images.push_back(absolute_path(path));
        if (is_video_path(path)) files.videos.push_back(absolute_path(path));
    }
    return files;
}

MediaFiles sorted(MediaFiles files) {
    const auto by_text = [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); };
    std::sort(files.images.begin(), files.images.end(), by_text);
    std::sort(files.videos.begin(), files.videos.end(), by_text);
    return files;
}

[[noreturn]] void nothing_found(const std::string& where) {
    throw Error(fmt::format("there is no picture or video {}: pictures end in {}; videos in {}", where,
                            fmt::join(image::picture_suffixes(), " "), fmt::join(video_suffixes(), " ")));
}

/// The paths below `folder` that match the components from `first` on.
void match(const fs::path& folder, const std::vector<std::string>& components, std::size_t first,
           std::vector<fs::path>& found) {
    const std::string& component = components[first];
    const bool last = first + 1 == components.size();
    if (component.find_first_of("*?[") == std::string::npos) {
        const fs::path path = folder / component;
        std::error_code ignored;
        if (last && fs::exists(path, ignored)) found.push_back(path);
        if (!last) match(path, components, first + 1, found);
        return;
    }
    const bool any_depth = component == "**";
    if (any_depth && !last) match(folder, components, first + 1, found);  // no folder at all
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
        const fs::path name = entry.path().filename();
        if (any_depth ? is_hidden(name) : ::fnmatch(component.c_str(), name.c_str(), FNM_PERIOD) != 0)
            continue;
        std::error_code ignored;
        const bool is_folder = entry.is_directory(ignored);
        const bool link = entry.is_symlink(ignored);
        if (last && !is_folder) found.push_back(folder / name);
        if (any_depth && is_folder && !link)
            match(folder / name, components, first, found);  // links may run in circles
        if (!any_depth && !last && is_folder) match(folder / name, components, first + 1, found);
    }
}

/// A list's entries as they are written.
std::vector<std::string> read_entries(const fs::path& list) {
    std::string text = read_text(list);
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // byte-order mark
    const bool csv = lower_suffix(list) == "csv";
    std::vector<std::string> entries;
    std::string entry;
    const auto finish = [&] {
        const auto begin = entry.find_first_not_of(" \t\r\"");
        const auto end = entry.find_last_not_of(" \t\r\"");
        if (begin != std::string::npos) entries.push_back(entry.substr(begin, end - begin + 1));
        entry.clear();
    };
    for (const char c : text) {
        if (c == '\n' || (csv && c == ',')) {
            finish();
        } else {
            entry += c;
        }
    }
    finish();
    if (csv && !entries.empty() && entries.front() == "source") entries.erase(entries.begin());
    return entries;
}

/// In the current folder if it is there, else beside the list.
fs::path locate(const std::string& entry, const fs::path& list) {
    const fs::path path = expand_home(entry);
    std::error_code ignored;
    if (path.is_absolute() || fs::exists(path, ignored)) return path;
    const fs::path beside = list.parent_path() / path;
    return fs::exists(beside, ignored) || is_glob(beside.string()) ? beside : path;
}

MediaFiles entry_files(const std::string& entry, const fs::path& list) {
    const fs::path path = locate(entry, list);
    if (fs::is_directory(path)) return folder_files(path);
    if (is_glob(path.string())) return glob_files(path.string());
    return single_file(path);
}

}  // namespace

MediaFiles single_file(const fs::path& path) {
    MediaFiles files = media_files({path});
    if (!files.empty()) return files;
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored) &&
        image::find_format(MappedFile::open(path)->bytes()) != image::ImageFormat::unknown) {
        files.images.push_back(absolute_path(path));
        return files;
    }
    nothing_found(fmt::format("in '{}'", path.string()));
}

MediaFiles folder_files(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::error_code ignored;
        if (!is_hidden(entry.path().filename()) && !entry.is_directory(ignored))
            paths.push_back(entry.path());
    }
    if (error) throw Error(fmt::format("cannot read the folder '{}': {}", folder.string(), error.message()));
    MediaFiles files = sorted(media_files(paths));
    if (files.empty()) nothing_found(fmt::format("in the folder '{}'", folder.string()));
    return files;
}

bool is_glob(const std::string& text) {
    std::error_code ignored;
    return text.find_first_of("*?[") != std::string::npos && !fs::exists(text, ignored);
}

MediaFiles glob_files(const std::string& pattern) {
    const fs::path path(pattern);
    std::vector<std::string> components;
    for (const fs::path& component : path.relative_path()) {
        if (!component.empty()) components.push_back(component.string());
    }
    std::vector<fs::path> found;
    if (!components.empty()) match(path.root_path(), components, 0, found);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()),
                found.end());  // several ** reach a file in several ways
    MediaFiles files = sorted(media_files(found));
    if (files.empty()) nothing_found(fmt::format("that matches '{}'", pattern));
    return files;
}

MediaFiles listed_files(const fs::path& list, const LogSink& log) {
    MediaFiles files;
    for (const std::string& entry : read_entries(list)) {
        try {
            MediaFiles more = entry_files(entry, list);
            files.images.insert(files.images.end(), more.images.begin(), more.images.end());
            files.videos.insert(files.videos.end(), more.videos.begin(), more.videos.end());
        } catch (const Error& error) {
            if (log)
                log(LogLevel::warning, fmt::format("{}: {} (entry ignored)", list.string(), error.what()));
        }
    }
    if (files.empty()) nothing_found(fmt::format("in the list '{}'", list.string()));
    return files;
}

}  // namespace yolo::sources
