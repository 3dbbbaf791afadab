// SPDX-License-Identifier: Apache-2.0
#include "core/run_files.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/files.hpp"

namespace yolo {

namespace fs = std::filesystem;

namespace {

constexpr char list_name[] = ".yolo_files";

/// A name on one line: names may hold line ends.
std::string escaped(std::string_view name) {
    std::string text;
    for (const char c : name) {
        if (c == '\n' || c == '\\') text += '\\';
        text += c == '\n' ? 'n' : c;
    }
    return text;
}

std::string unescaped(std::string_view text) {
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool special = text[i] == '\\' && i + 1 < text.size();
        if (special) ++i;
        name += special && text[i] == 'n' ? '\n' : text[i];
    }
    return name;
}

template <class Number>
bool read_number(std::string_view& text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return true;
}

/// Links on the way lead out of the folder.
bool lies_outside(const fs::path& folder, const fs::path& file) {
    std::error_code error;
    const fs::path root = fs::canonical(folder, error);
    if (error) return true;
    const fs::path parent = fs::canonical(file.parent_path(), error);
    if (error) return true;
    const auto [end, rest] = std::mismatch(root.begin(), root.end(), parent.begin(), parent.end());
    return end != root.end();
}

}  // namespace

RunFiles::RunFiles(fs::path folder, Kind kind, LogSink log)
    : folder_(std::move(folder)), kind_(kind), log_(std::move(log)), known_(read_list()) {}

RunFiles::~RunFiles() {
    try {
        finish();
    } catch (const std::exception&) {
        // finish() is the way to hear of it
    }
    std::error_code kept;  // a folder that holds something stays
    if (kind_ == Kind::fresh) fs::remove(folder_, kept);
}

std::optional<RunFiles::Stamp> RunFiles::stamp_of(const fs::path& file) {
    std::error_code error;
    Stamp stamp;
    stamp.bytes = fs::file_size(file, error);
    if (error) return std::nullopt;
    stamp.changed = fs::last_write_time(file, error).time_since_epoch().count();
    if (error) return std::nullopt;
    return stamp;
}

/// Lines "BYTES TIME NAME", or "- NAME" for what a run had begun. A later line overrules an earlier one.
RunFiles::List RunFiles::read_list() const {
    List list;
    std::ifstream file(folder_ / list_name, std::ios::binary);
    for (std::string line; std::getline(file, line);) {
        std::string_view text = line;
        Stamp stamp;
        if (text.starts_with("- ")) {
            list[unescaped(text.substr(2))] = std::nullopt;
        } else if (read_number(text, stamp.bytes) && read_number(text, stamp.changed)) {
            list[unescaped(text)] = stamp;
        }
    }
    return list;
}

bool RunFiles::is_foreign_unlocked(const fs::path& name) const {
    const fs::path file = folder_ / name.lexically_normal();
    std::error_code error;
    const fs::file_status status = fs::symlink_status(file, error);
    if (!fs::exists(status)) return false;
    if (!fs::is_regular_file(status) || lies_outside(folder_, file)) return true;
    if (kind_ == Kind::resumed) return false;
    const auto known = known_.find(name.lexically_normal().string());
    if (known == known_.end()) return true;
    return known->second && known->second != stamp_of(file);
}

bool RunFiles::is_foreign(const fs::path& name) const {
    const std::lock_guard lock(mutex_);
    return is_foreign_unlocked(name);
}

void RunFiles::refuse_foreign(const fs::path& name) const {
    const std::lock_guard lock(mutex_);
    if (!is_foreign_unlocked(name)) return;
    const bool listed = known_.contains(name.lexically_normal().string());
    throw Error(fmt::format(
        "'{}' {}, so it is not overwritten: give another save_dir= or name=", (folder_ / name).string(),
        listed ? "was changed since a run wrote it" : "is there already and no run wrote it"));
}

void RunFiles::refuse_foreign_folder(const fs::path& name) const {
    const std::lock_guard lock(mutex_);
    const fs::path inner = folder_ / name;
    std::error_code error;
    const fs::file_status status = fs::symlink_status(inner, error);
    if (!fs::exists(status)) return;
    if (fs::is_directory(status)) {
        const std::string start = name.lexically_normal().string() + "/";
        const bool is_own = kind_ == Kind::resumed || std::ranges::any_of(known_, [&](const auto& entry) {
                                return entry.first.starts_with(start);
                            });
        if (is_own || fs::is_empty(inner, error)) return;
    }
    throw Error(
        fmt::format("'{}' is there already and no run made it, so nothing is written into it: give "
                    "another save_dir= or name=",
                    inner.string()));
}

/// The name is in the list before anything is written: a killed run knows its files, too.
fs::path RunFiles::list(const fs::path& name) {
    const std::string key = name.lexically_normal().string();
    const fs::path file = folder_ / key;
    make_directories(file.parent_path());
    if (written_.contains(key)) return file;
    const fs::path own_list = folder_ / list_name;
    std::error_code absent;
    if (fs::is_symlink(fs::symlink_status(own_list, absent)))
        throw Error(
            fmt::format("'{}' is a link, so it is not written to: remove it, or give another save_dir=",
                        own_list.string()));
    written_.insert(key);
    known_[key] = std::nullopt;
    std::ofstream out(own_list, std::ios::binary | std::ios::app);
    out << "- " << escaped(key) << '\n' << std::flush;
    if (!out)
        throw Error(fmt::format(
            "'{}' cannot be written: check the permissions of the folder and that the disk has room",
            own_list.string()));
    return file;
}

fs::path RunFiles::claim(const fs::path& name) {
    refuse_foreign(name);
    const std::lock_guard lock(mutex_);
    return list(name);
}

fs::path RunFiles::claim_beside(const fs::path& name) {
    const std::lock_guard lock(mutex_);
    fs::path free = name;
    for (int number = 2; is_foreign_unlocked(free); ++number)
        free.replace_filename(
            fmt::format("{}-{}{}", name.stem().string(), number, name.extension().string()));
    if (free != name && log_)
        log_(LogLevel::warning,
             fmt::format("'{}' is there already and no run wrote it: {} is written beside it",
                         (folder_ / name).string(), free.filename().string()));
    return list(free);
}

fs::path RunFiles::claim_new(const fs::path& name) {
    const std::lock_guard lock(mutex_);
    return list(next_free_path(folder_ / name).lexically_relative(folder_));
}

void RunFiles::remove_own(const fs::path& name) {
    const std::lock_guard lock(mutex_);
    if (is_foreign_unlocked(name)) return;
    std::error_code ignored;
    fs::remove(folder_ / name, ignored);
}

void RunFiles::remove_own(const std::function<bool(std::string_view)>& chosen) {
    std::vector<std::string> names;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, stamp] : known_) {
            if (!written_.contains(name) && chosen(name)) names.push_back(name);
        }
    }
    for (const std::string& name : names) remove_own(fs::path(name));
}

void RunFiles::remove_unfinished(const fs::path& name) {
    const std::lock_guard lock(mutex_);
    std::error_code ignored;
    std::vector<fs::path> unfinished;
    for (const auto& entry : fs::directory_iterator(folder_ / name, ignored)) {
        const std::string file = entry.path().filename().string();
        const std::string_view whole = unfinished_file(file);
        if (!whole.empty() && known_.contains((name / whole).lexically_normal().string()))
            unfinished.push_back(entry.path());
    }
    for (const fs::path& file : unfinished) fs::remove(file, ignored);
}

void RunFiles::finish() {
    const std::lock_guard lock(mutex_);
    if (written_.empty()) return;
    List list = read_list();  // with what another run has written into the folder meanwhile
    for (const std::string& name : written_) list[name] = stamp_of(folder_ / name);
    std::string text;
    for (const auto& [name, stamp] : list) {
        std::error_code error;
        if (!fs::exists(fs::symlink_status(folder_ / name, error))) continue;
        text += stamp ? fmt::format("{} {} {}\n", stamp->bytes, stamp->changed, escaped(name))
                      : fmt::format("- {}\n", escaped(name));
    }
    write_file(folder_ / list_name, std::as_bytes(std::span(text)), Durability::unsynced);
    written_.clear();
}

}  // namespace yolo
