// SPDX-License-Identifier: Apache-2.0
#include "layout/layout_rules.hpp"

#include <algorithm>
#include <regex>

#include <fmt/format.h>

namespace yolo::test {

namespace {

constexpr int longest_file = 600;  // lines

/// Libraries that only one place may know: the beginning of the header's name, the beginnings of paths that
/// may use it.
struct Confined {
    std::string_view header;
    std::vector<std::string_view> places;
    std::string_view reason;
};

const std::vector<Confined>& confined_libraries() {
    static const std::vector<std::string_view> plugins = {"src/image/plugins/", "src/sources/plugins/"};
    static const std::vector<std::string_view> torch = {"src/train/torch/", "src/engines/torch/"};
    static constexpr std::string_view libtorch = "libyolo never links LibTorch";
    static constexpr std::string_view slow =
        "it takes tens of milliseconds to load: only a plug-in may link it";
    static const std::vector<Confined> table = {
        {"opencv2/imgcodecs", plugins, slow},
        {"opencv2/videoio", plugins, slow},
        {"opencv2/highgui", plugins, slow},
        {"opencv2/opencv.hpp", {}, "it includes every module: name the one that is needed"},
        {"opencv2/video/", {"src/track/plugins/"}, slow},
        {"opencv2/calib3d", {"src/track/plugins/"}, slow},
        {"opencv2/features2d", {"src/track/plugins/"}, slow},
        {"archive.h", {"src/data/plugins/"}, "libarchive brings along more than all of libyolo"},
        {"oneapi/dnnl/", {"src/engines/"}, "oneDNN belongs to its engine"},
        {"torch/", torch, libtorch},
        {"ATen/", torch, libtorch},
        {"c10/", torch, libtorch},
        {"pango/", {"src/image/plugins/", "src/plots/cairo/"}, slow},
    };
    return table;
}

std::vector<std::string> split_path(std::string_view path) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        parts.emplace_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

bool is_cpp(std::string_view path) {
    return path.ends_with(".cpp") || path.ends_with(".hpp");
}

bool is_standard_header(const std::string& name) {
    return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

/// Why a file of this row may not include this, or "".
std::string room_problem(const std::string& path, const Include& include) {
    if (!include.quoted) return {};
    const std::string room = row_of(path);
    const auto row = allowed_rooms().find(room);
    if (row == allowed_rooms().end()) {
        return fmt::format("the room '{}' has no row in tests/layout/house.cpp", room);
    }
    const std::string target = include.target.substr(0, include.target.find('/'));
    if (!allowed_rooms().contains(target)) {
        return fmt::format("\"{}\" does not start with the name of a room", include.target);
    }
    if (room == target || row->second.contains(target)) return {};
    return fmt::format("{} must not include {} (\"{}\"): dependencies point the other way", room, target,
                       include.target);
}

std::string public_problem(const std::string& path, const Include& include) {
    if (include.quoted) return fmt::format("a public header must not include \"{}\"", include.target);
    if (include.target.starts_with("yolo/") || is_standard_header(include.target)) return {};
    if (path == "include/yolo/opencv.hpp" && include.target.starts_with("opencv2/core")) return {};
    return fmt::format("a public header includes the standard library only, not <{}>", include.target);
}

/// Applications and examples are users of the library: they see its public headers and files of their own
/// folder.
std::string user_problem(const Include& include) {
    if (!include.quoted || include.target.find('/') == std::string::npos) return {};
    return fmt::format("\"{}\" is not a public header: users include <yolo/...> only", include.target);
}

std::string confined_problem(const std::string& path, const Include& include) {
    for (const Confined& library : confined_libraries()) {
        if (!include.target.starts_with(library.header)) continue;
        const auto here = [&](std::string_view place) { return path.starts_with(place); };
        if (std::none_of(library.places.begin(), library.places.end(), here)) {
            return fmt::format("<{}> must not be included here: {}", include.target, library.reason);
        }
    }
    return {};
}

/// Everything that is wrong with one #include line of a product file.
std::vector<std::string> include_problems(const std::string& path, const Include& include) {
    const std::vector<std::string> parts = split_path(path);
    std::vector<std::string> problems;
    if (parts.front() == "src" && parts.size() > 2) problems.push_back(room_problem(path, include));
    if (parts.front() == "include") problems.push_back(public_problem(path, include));
    if (parts.front() == "apps" || parts.front() == "examples") problems.push_back(user_problem(include));
    if (parts.front() == "src" || parts.front() == "apps")
        problems.push_back(confined_problem(path, include));
    std::erase(problems, "");
    return problems;
}

/// The licence stands in the first line, or in the second one after a script's "#!".
bool has_licence(std::string_view text) {
    static constexpr std::string_view licence = "SPDX-License-Identifier: Apache-2.0";
    const std::size_t skip = text.starts_with("#!") ? std::min(text.find('\n'), text.size() - 1) + 1 : 0;
    const std::string_view line = text.substr(skip, text.find('\n', skip) - skip);
    return line == fmt::format("// {}", licence) || line == fmt::format("# {}", licence);
}

}  // namespace

std::vector<Include> includes_of(std::string_view text) {
    static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::vector<Include> includes;
    int number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line(text.substr(begin, end - begin));
        std::smatch match;
        ++number;
        if (std::regex_search(line, match, pattern)) {
            includes.push_back({number, match[2].str(), match[1].str() == "\""});
        }
        begin = end + 1;
    }
    return includes;
}

std::vector<std::string> violations(const std::string& path, std::string_view text) {
    std::vector<std::string> found;
    if (!has_licence(text)) {
        found.push_back(fmt::format("{}:1: the first line is not the SPDX line of Apache-2.0", path));
    }
    const auto lines = std::count(text.begin(), text.end(), '\n');
    if (lines > longest_file) {
        found.push_back(fmt::format("{}:{}: {} lines, but {} are the most: split the file", path,
                                    longest_file, lines, longest_file));
    }
    if (!is_cpp(path)) return found;
    for (const Include& include : includes_of(text)) {
        for (const std::string& problem : include_problems(path, include)) {
            found.push_back(fmt::format("{}:{}: {}", path, include.line, problem));
        }
    }
    return found;
}

}  // namespace yolo::test
