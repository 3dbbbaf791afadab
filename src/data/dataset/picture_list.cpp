// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/picture_list.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "data/dataset/foreign_path.hpp"
#include "data/dataset/list_file.hpp"
#include "image/picture_suffixes.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

/// Told a picture of a folder; false ends the reading.
using PictureTaker = std::function<bool(std::string)>;

/// Folders are entered through links too; `above` are those being read, so that circles end. False when the
/// taker has enough.
bool read_folder(const fs::path& folder, std::set<fs::path>& above, const PictureTaker& take) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error || !above.insert(real).second) return true;
    fs::directory_iterator entries(folder, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        const fs::directory_entry& entry = *entries;
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.')) continue;
        std::error_code ignored;
        const bool go_on = entry.is_directory(ignored)            ? read_folder(entry.path(), above, take)
                           : image::is_picture_path(entry.path()) ? take(entry.path().string())
                                                                  : true;
        if (!go_on) return false;
    }
    if (error)
        throw Error(fmt::format("cannot read the folder '{}': {}", shown(folder.string()), error.message()));
    above.erase(real);
    return true;
}

bool read_folder(const fs::path& folder, const PictureTaker& take) {
    std::set<fs::path> above;
    return read_folder(folder, above, take);
}

/// A list, unless it is a file that people give in its place.
ListedPictures read_place(const fs::path& place, const fs::path& root) {
    const std::string name = shown(place.string());
    if (image::is_picture_path(place))
        throw Error(fmt::format("'{}' is a picture: a split is a folder of them, or a .txt list", name));
    for (const std::string_view suffix :
         {".zip", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".zst", ".rar", ".7z"}) {
        if (place.extension() == suffix)
            throw Error(fmt::format("'{}' is an archive: unpack it and name its folder of pictures", name));
    }
    return read_list(place, root);
}

/// The sentence for a list of which nothing is there.
std::string nothing_there(const fs::path& list, const fs::path& root, const ListedPictures& listed) {
    std::vector<std::string> roots;
    for (const fs::path& place : list_roots(list, root))
        roots.push_back(fmt::format("'{}'", shown(place.string())));
    const std::string& line = listed.first_absent;
    const bool absolute = is_windows_path(line) || line.starts_with('/');
    const std::string where =
        absolute ? "which looks like a path of another computer: paths from the list's folder, as "
                   "images/a.jpg, go with the data set"
                 : fmt::format("which was looked for in {}", fmt::join(roots, ", "));
    return fmt::format("none of the {} pictures that '{}' lists is there, the first is '{}', {}",
                       listed.absent, shown(list.string()), shown(line), where);
}

void warn_about_other_lines(const fs::path& list, const ListedPictures& listed, const LogSink& log) {
    if (listed.others == 0 || !log) return;
    log(LogLevel::warning,
        fmt::format("'{}': {} of {} lines {} left out, because they do not end in a picture's suffix; the "
                    "first is '{}'",
                    shown(list.string()), listed.others, listed.others + listed.pictures.size(),
                    listed.others == 1 ? "is" : "are", shown(listed.first_other)));
}

[[noreturn]] void refuse_place(const fs::path& place, const std::error_code& error) {
    throw Error(fmt::format("'{}' is neither a folder nor a list of pictures ({})", shown(place.string()),
                            error ? error.message() : std::string("another kind of file")));
}

}  // namespace

std::vector<std::string> list_pictures(std::span<const fs::path> places, const fs::path& root,
                                       const LogSink& log) {
    std::vector<std::string> pictures;
    std::size_t absent = 0;
    std::string problem;
    for (const fs::path& place : places) {
        std::error_code error;
        const fs::file_status status = fs::status(place, error);
        if (fs::is_directory(status)) {
            read_folder(place, [&](std::string picture) {
                pictures.push_back(std::move(picture));
                return true;
            });
        } else if (fs::is_regular_file(status)) {
            ListedPictures listed = read_place(place, root);
            warn_about_other_lines(place, listed, log);
            if (listed.absent > 0 && problem.empty()) problem = nothing_there(place, root, listed);
            absent += listed.absent;
            pictures.insert(pictures.end(), std::make_move_iterator(listed.pictures.begin()),
                            std::make_move_iterator(listed.pictures.end()));
        } else {
            refuse_place(place, error);
        }
    }
    if (absent > 0 && absent == pictures.size()) throw Error(problem);
    std::sort(pictures.begin(), pictures.end());
    return pictures;
}

bool has_pictures(std::span<const fs::path> places, const fs::path& root) {
    for (const fs::path& place : places) {
        std::error_code ignored;
        if (fs::is_directory(place, ignored)) {
            if (!read_folder(place, [](const std::string&) { return false; })) return true;
        } else if (fs::is_regular_file(place, ignored)) {
            const ListedPictures listed = read_place(place, root);
            if (listed.pictures.size() > listed.absent) return true;
        }
    }
    return !list_pictures(places, root).empty();  // it says what is wrong
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
