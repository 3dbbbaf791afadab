// SPDX-License-Identifier: Apache-2.0
#include "sources/file_list.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/mapped_file.hpp"
#include "image/codec_format.hpp"
#include "image/foreign_content.hpp"
#include "image/picture_suffixes.hpp"
#include "sources/video.hpp"
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

/// Animations count as videos, as GIFs do.
bool is_animation(const fs::path& path) try {
    std::error_code ignored;
    return lower_suffix(path) == "webp" && fs::is_regular_file(path, ignored) &&
           image::is_animated_webp(MappedFile::open(path)->bytes());
} catch (const Error&) {
    return false;  // why it cannot be read is said when it is its turn
}

/// Sorted by suffix into pictures and videos; other files are left out.
MediaFiles media_files(const std::vector<fs::path>& paths) {
    MediaFiles files;
    for (const fs::path& path : paths) {
        if (is_video_path(path) || is_animation(path)) {
            files.videos.push_back(absolute_path(path));
        } else if (image::is_picture_path(path)) {
            files.images.push_back(absolute_path(path));
        } else if (is_other_video_path(path)) {
            files.left_out.push_back(path);
        }
    }
    return files;
}

/// JPEGs one after the other: a video without a container. A picture of several (MPO) says so in its header.
bool is_motion_jpeg(const fs::path& path, std::span<const std::byte> content) {
    constexpr std::size_t header = 1U << 16;
    const std::string_view text(reinterpret_cast<const char*>(content.data()),
                                std::min(content.size(), header));
    return !image::is_picture_path(path) && text.find("MPF") == std::string_view::npos &&
           holds_moving_pictures(path);
}

/// Of a name that says nothing.
bool is_video_content(const fs::path& path, std::span<const std::byte> content) {
    switch (image::find_format(content)) {
        case image::ImageFormat::jpeg:
            return is_motion_jpeg(path, content);
        case image::ImageFormat::webp:
            return image::is_animated_webp(content);
        case image::ImageFormat::gif:
            return true;
        case image::ImageFormat::unknown:
            break;
        default:
            return false;
    }
    if (image::holds_video(content)) return true;
    const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
    return (text.starts_with("#EXTM3U") || image::foreign_content(content).empty()) &&
           holds_moving_pictures(path);
}

bool by_text(const fs::path& a, const fs::path& b) {
    return a.native() < b.native();
}

bool by_numbers(const fs::path& a, const fs::path& b) {
    return ::strverscmp(a.c_str(), b.c_str()) < 0;
}

MediaFiles sorted(MediaFiles files, PictureOrder order) {
    std::ranges::sort(files.images, order == PictureOrder::numbers ? by_numbers : by_text);
    std::ranges::sort(files.videos, by_text);
    std::ranges::sort(files.left_out, by_text);
    return files;
}

[[noreturn]] void nothing_found(const std::string& where, const MediaFiles& files) {
    const std::string hint = files.left_out.empty() ? ""
                                                    : fmt::format("; '{}' is read when it is named itself",
                                                                  files.left_out.front().string());
    throw Error(fmt::format("there is no picture or video {}: pictures end in {}; videos in {}{}", where,
                            fmt::join(image::picture_suffixes(), " "), fmt::join(video_suffixes(), " "),
                            hint));
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

/// "...; its sub-folders are not searched" where they hold something.
std::string sub_folder_hint(const fs::path& folder) {
    std::error_code error;
    constexpr int looked_at = 10'000;
    int entries = 0;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (++entries > looked_at) break;
        if (image::is_picture_path(entry->path()) || is_video_path(entry->path()))
            return fmt::format("; its sub-folders, which are not searched, do: source='{}' takes them too",
                               (folder / "**").string());
    }
    return "";
}

}  // namespace

MediaFiles single_file(const fs::path& path) {
    MediaFiles files = media_files({path});
    files.left_out.clear();
    std::error_code ignored;
    if (!files.empty() || !fs::is_regular_file(path, ignored)) return files;
    const auto file = MappedFile::open(path);
    if (is_video_content(path, file->bytes())) {
        files.videos.push_back(absolute_path(path));
    } else if (image::find_format(file->bytes()) != image::ImageFormat::unknown) {
        files.images.push_back(absolute_path(path));
    }
    return files;
}

MediaFiles folder_files(const fs::path& folder, PictureOrder order) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::error_code ignored;
        if (!is_hidden(entry.path().filename()) && !entry.is_directory(ignored))
            paths.push_back(entry.path());
    }
    if (error) throw Error(fmt::format("cannot read the folder '{}': {}", folder.string(), error.message()));
    MediaFiles files = sorted(media_files(paths), order);
    if (!files.empty()) return files;
    if (const std::string hint = sub_folder_hint(folder); !hint.empty())
        throw Error(fmt::format("the folder '{}' holds no picture or video{}", folder.string(), hint));
    nothing_found(fmt::format("in the folder '{}'", folder.string()), files);
}

bool is_glob(const std::string& text) {
    std::error_code ignored;
    return text.find_first_of("*?[") != std::string::npos && !fs::exists(text, ignored);
}

MediaFiles glob_files(const std::string& pattern, PictureOrder order) {
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
    MediaFiles files = sorted(media_files(found), order);
    if (files.empty()) nothing_found(fmt::format("that matches '{}'", pattern), files);
    return files;
}

}  // namespace yolo::sources
