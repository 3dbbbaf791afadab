// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/list_file.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/dataset/foreign_path.hpp"
#include "data/dataset/label_numbers.hpp"
#include "image/picture_suffixes.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

bool is_file_there(const fs::path& path) {
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    return fs::exists(status) && !fs::is_directory(status);
}

std::string_view without_blanks(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(" \t") - first + 1);
}

/// "./" at the start says nothing.
std::string_view without_dots(std::string_view line) {
    while (line.starts_with("./")) line.remove_prefix(2);
    return line;
}

class Finder {
  public:
    explicit Finder(std::vector<fs::path> roots) : roots_(std::move(roots)) {}

    /// The file of a line, "" when it is not there.
    std::string find(std::string_view line) const {
        if (std::string path = under_roots(line); !path.empty()) return path;
        const std::string slashes = with_slashes(line);
        if (slashes != line) {
            if (std::string path = under_roots(slashes); !path.empty()) return path;
        }
        constexpr std::string_view darknet = "data/";
        const std::string_view rest = without_dots(slashes);
        return rest.starts_with(darknet) ? under_roots(rest.substr(darknet.size())) : "";
    }
    /// Where a file that is not there would be.
    std::string first_place(std::string_view line) const {
        if (is_windows_path(line)) return std::string(line);
        return (roots_.front() / expand_home(std::string(without_dots(line)))).string();
    }

  private:
    std::string under_roots(std::string_view line) const {
        const fs::path path = expand_home(std::string(without_dots(line)));
        if (path.is_absolute()) return is_file_there(path) ? path.string() : "";
        for (const fs::path& root : roots_) {
            if (fs::path place = root / path; is_file_there(place)) return place.string();
        }
        return "";
    }

    std::vector<fs::path> roots_;
};

}  // namespace

std::vector<fs::path> list_roots(const fs::path& list, const fs::path& root) {
    std::vector<fs::path> roots;
    std::error_code ignored;
    const fs::path here = fs::current_path(ignored);
    const fs::path beside = list.is_absolute() ? list.parent_path() : here / list.parent_path();
    for (const fs::path& place : {beside, root, here}) {
        if (!place.empty() && std::find(roots.begin(), roots.end(), place) == roots.end())
            roots.push_back(place);
    }
    return roots;
}

ListedPictures read_list(const fs::path& list, const fs::path& root) {
    const std::string content = read_text(list);
    const std::string problem = encoding_problem(content);
    if (!problem.empty()) throw Error(fmt::format("the list '{}': {}", shown(list.string()), problem));
    std::string_view text = content;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const Finder finder(list_roots(list, root));
    ListedPictures listed;
    while (!text.empty()) {
        const std::string_view line = without_blanks(take_line(text));
        if (line.empty()) continue;
        const bool picture = image::is_picture_path(fs::path(line));
        std::string path = picture ? finder.find(line) : "";
        if (path.empty() && line.starts_with('#')) continue;
        if (!picture) {
            if (listed.others++ == 0) listed.first_other = line;
            continue;
        }
        if (path.empty()) {
            if (listed.absent++ == 0) listed.first_absent = line;
            path = finder.first_place(line);
        }
        listed.pictures.push_back(std::move(path));
    }
    return listed;
}

}  // namespace yolo::data
