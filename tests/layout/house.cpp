// SPDX-License-Identifier: Apache-2.0
/// \file Which rooms there are and which of them see which, from all that says so.
#include <algorithm>
#include <regex>

#include <fmt/format.h>

#include "layout/layout_rules.hpp"

namespace yolo::test {

namespace {

/// "{a, b}" or "a".
Rooms rooms_of(const std::string& text) {
    static const std::regex name(R"([a-z/]+)");
    Rooms rooms;
    for (std::sregex_iterator match(text.begin(), text.end(), name), end; match != end; ++match)
        rooms.insert(match->str());
    return rooms;
}

void add_line(const std::string& line, Arrows& arrows) {
    static const std::regex arrow(R"(\s+<-\s+)");
    Rooms below;
    for (std::sregex_token_iterator part(line.begin(), line.end(), arrow, -1), end; part != end; ++part) {
        const Rooms rooms = rooms_of(part->str());
        for (const std::string& room : rooms) arrows[room].insert(below.begin(), below.end());
        below = rooms;
    }
}

/// What `room` reaches.
void follow(const Arrows& arrows, const std::string& room, Rooms& reached) {
    const auto row = arrows.find(room);
    if (row == arrows.end()) return;
    for (const std::string& below : row->second) {
        if (reached.insert(below).second) follow(arrows, below, reached);
    }
}

/// In `some` and not in `others`.
Rooms without(const Rooms& some, const Rooms& others) {
    Rooms left;
    std::set_difference(some.begin(), some.end(), others.begin(), others.end(),
                        std::inserter(left, left.end()));
    return left;
}

Rooms at(const Arrows& arrows, const std::string& room) {
    const auto row = arrows.find(room);
    return row == arrows.end() ? Rooms() : row->second;
}

void check_row(const std::string& room, const Rooms& row, const House& house,
               std::vector<std::string>& problems) {
    const Rooms drawn = at(house.drawn, room);
    for (const std::string& other : without(row, at(house.used, room)))
        problems.push_back(fmt::format("no file of {} includes {}: take it out of its row", room, other));
    for (const std::string& other : without(row, drawn))
        problems.push_back(fmt::format("docs/architecture.md draws no way from {} to {}", room, other));
    if (drawn.contains(room))
        problems.push_back(fmt::format("docs/architecture.md draws a circle through {}", room));
    if (!house.linked.contains(room)) return;  // part of another room
    const Rooms linked = at(house.linked, room);
    for (const std::string& other : without(row, linked))
        problems.push_back(fmt::format("src/CMakeLists.txt does not link {} to {}", room, other));
    for (const std::string& other : without(linked, drawn))
        problems.push_back(fmt::format("src/CMakeLists.txt links {} to {} against the arrows", room, other));
}

}  // namespace

/// A new room is a new row here, a line in src/CMakeLists.txt and an arrow in docs/architecture.md.
const Arrows& allowed_rooms() {
    static const Arrows table = {
        {"core", {}},
        {"formats", {"core"}},
        {"options", {"core"}},
        {"kernels", {"core"}},
        {"graph", {"core"}},
        {"checkpoint", {"core", "formats", "graph"}},
        {"export", {"core", "formats", "graph", "checkpoint"}},
        {"engines", {"core", "formats", "kernels", "graph"}},
        {"engines/torch", {"core", "graph", "engines", "train"}},  // in one plug-in with the trainer
        {"image", {"core"}},
        {"sources", {"core", "image"}},
        {"tasks", {"core", "image"}},
        {"data", {"core", "image"}},
        {"metrics", {"core", "image"}},
        {"track", {"core", "image"}},
        {"serve", {"core", "image"}},
        {"plots", {"core", "formats", "image", "metrics"}},
        {"train", {"core", "kernels", "graph", "checkpoint", "image", "data"}},
        {"inference",
         {"core", "options", "graph", "checkpoint", "engines", "image", "sources", "tasks", "data", "track"}},
        {"evaluation", {"core", "image", "tasks", "data", "metrics", "plots", "inference"}},
        {"modes",
         {"core", "formats", "options", "graph", "checkpoint", "export", "engines", "image", "sources",
          "tasks", "data", "metrics", "plots", "train", "inference", "evaluation", "serve"}},
    };
    return table;
}

std::string row_of(const std::string& path) {
    static const std::regex parts("src/([^/]+)/([^/]+)(/.*)?");
    std::smatch match;
    if (!std::regex_match(path, match, parts)) return {};
    const std::string folder = match[1].str() + "/" + match[2].str();
    return allowed_rooms().contains(folder) ? folder : match[1].str();
}

Arrows arrows_of(std::string_view text) {
    static const std::regex line(R"([^\n]+ <- [^\n]+)");
    Arrows direct, all;
    const std::string lines(text);
    for (std::sregex_iterator match(lines.begin(), lines.end(), line), end; match != end; ++match)
        add_line(match->str(), direct);
    for (const auto& [room, below] : direct) follow(direct, room, all[room]);
    return all;
}

Arrows linked_rooms(std::string_view cmake) {
    static const std::regex call(R"(\byolo_room\(([a-z]+)(?:\s+DEPS((?:\s+[a-z]+)+))?)");
    Arrows linked;
    const std::string text(cmake);
    for (std::sregex_iterator match(text.begin(), text.end(), call), end; match != end; ++match)
        linked[(*match)[1].str()] = rooms_of((*match)[2].str());
    return linked;
}

std::vector<std::string> house_problems(const Arrows& rows, const House& house) {
    std::vector<std::string> problems;
    for (const std::string& room : house.folders) {
        if (!rows.contains(room))
            problems.push_back(fmt::format("src/{} has no row in tests/layout/house.cpp", room));
        if (!house.linked.contains(room))
            problems.push_back(fmt::format("src/CMakeLists.txt does not build src/{}", room));
    }
    for (const auto& [room, below] : house.drawn) {
        if (!rows.contains(room))
            problems.push_back(fmt::format("docs/architecture.md draws {}, which has no row", room));
    }
    for (const auto& [room, row] : rows) {
        if (!house.used.contains(room)) {
            problems.push_back(fmt::format("src/{} has a row and no files", room));
        } else {
            check_row(room, row, house, problems);
        }
        if (!house.drawn.contains(room))
            problems.push_back(fmt::format("docs/architecture.md does not draw {}", room));
    }
    return problems;
}

}  // namespace yolo::test
