// SPDX-License-Identifier: Apache-2.0
/// \file The rules of the house (DESIGN: dependencies point one way), applied to one file's text at a time.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace yolo::test {

/// An #include line: where it stands, what it names, and whether in quotes or in angle brackets.
struct Include {
    int line = 0;  ///< from 1
    std::string target;
    bool quoted = false;
};

std::vector<Include> includes_of(std::string_view text);

/// What is wrong with the file of that path (relative to the repository's root, with '/'), one sentence each,
/// starting with "PATH:LINE: ".
std::vector<std::string> violations(const std::string& path, std::string_view text);

using Rooms = std::set<std::string, std::less<>>;
/// By room: others that it includes, or may include.
using Arrows = std::map<std::string, Rooms, std::less<>>;

/// The rows of the rules: what each room may include beside itself.
const Arrows& allowed_rooms();

/// The row that a file of src/ belongs to: its room, or a folder of it with a row of its own.
std::string row_of(const std::string& path);

/// The arrows of a text like "core <- {a, b} <- c": of each room that is named, all that it stands on, also
/// by way of others. Lines without an arrow say nothing.
Arrows arrows_of(std::string_view text);

/// The DEPS of each yolo_room() of a CMakeLists.txt.
Arrows linked_rooms(std::string_view cmake);

/// The house as it stands.
struct House {
    Rooms folders;  ///< of src/
    Arrows used;    ///< by row: what its files include, itself left out
    Arrows drawn;   ///< arrows_of() docs/architecture.md
    Arrows linked;  ///< linked_rooms() of src/CMakeLists.txt: also for what public headers declare
};

/// Where rows and house differ, one sentence each. (What is used and not in a row is a violation of its
/// file.)
std::vector<std::string> house_problems(const Arrows& rows, const House& house);

}  // namespace yolo::test
