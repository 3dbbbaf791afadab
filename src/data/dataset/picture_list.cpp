// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/picture_list.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/dataset/label_numbers.hpp"
#include "image/picture_suffixes.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

/// Folders are entered through links too; `above` are those being read, so that circles end.
void read_folder(const fs::path& folder, std::set<fs::path>& above, std::vector<std::string>& pictures) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error || !above.insert(real).second) return;
    fs::directory_iterator entries(folder, error);
    if (error) throw Error(fmt::format("cannot read the folder '{}': {}", folder.string(), error.message()));
    for (const fs::directory_entry& entry : entries) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.')) continue;
        std::error_code ignored;
        if (entry.is_directory(ignored)) {
            read_folder(entry.path(), above, pictures);
        } else if (image::is_picture_path(entry.path())) {
            pictures.push_back(entry.path().string());
        }
    }
    above.erase(real);
}

void read_list(const fs::path& list, std::vector<std::string>& pictures) {
    const std::string content = read_text(list);
    if (!is_utf8(content)) throw Error(fmt::format("the list '{}' is not UTF-8 text", list.string()));
    std::string_view text = content;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
        std::string_view line = take_line(text);
        const std::size_t first = line.find_first_not_of(" \t");
        if (first == std::string_view::npos) continue;
        line = line.substr(first, line.find_last_not_of(" \t") - first + 1);
        const fs::path path =
            line.starts_with("./") ? list.parent_path() / fs::path(line.substr(2)) : fs::path(line);
        if (image::is_picture_path(path)) pictures.push_back(path.string());
    }
}

}  // namespace

std::vector<std::string> list_pictures(std::span<const fs::path> places) {
    std::vector<std::string> pictures;
    for (const fs::path& place : places) {
        std::error_code error;
        const fs::file_status status = fs::status(place, error);
        if (fs::is_directory(status)) {
            std::set<fs::path> above;
            read_folder(place, above, pictures);
        } else if (fs::is_regular_file(status)) {
            read_list(place, pictures);
        } else {
            throw Error(fmt::format("'{}' is neither a folder nor a list of pictures ({})", place.string(),
                                    error ? error.message() : std::string("another kind of file")));
        }
    }
    std::sort(pictures.begin(), pictures.end());
    return pictures;
}

std::string label_path(const std::string& picture) {
    constexpr std::string_view images = "/images/", labels = "/labels/";
    std::string path = picture;
    const std::size_t at = path.rfind(images);
    if (at != std::string::npos) path.replace(at, images.size(), labels);
    return fs::path(path).replace_extension(".txt").string();
}

std::size_t fraction_count(std::size_t count, double fraction) {
    const auto all = static_cast<double>(count);
    const double wanted = std::nearbyint(fraction <= 1 ? all * fraction : fraction);
    return static_cast<std::size_t>(std::clamp(wanted, std::min(1.0, all), all));
}

}  // namespace yolo::data
