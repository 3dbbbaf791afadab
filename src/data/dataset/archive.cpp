// SPDX-License-Identifier: Apache-2.0
#include "data/archive.hpp"

#include <chrono>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/plugin.hpp"
#include "data/archive_plugin.hpp"
#include "data/dataset/archive_mark.hpp"
#include "data/dataset/find_dataset.hpp"
#include "data/dataset/foreign_path.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

/// The name without an archive's suffix, in any case of letters; empty for other files.
std::string archive_stem(const fs::path& path) {
    const std::string name = path.filename().string(), small = lower_case(name);
    for (const std::string_view suffix :
         {".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"}) {
        if (name.size() > suffix.size() && small.ends_with(suffix))
            return name.substr(0, name.size() - suffix.size());
    }
    return "";
}

/// The folder itself, or the only thing in it when that is a folder, too.
fs::path content_of(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error))
        found.push_back(entry->path());
    return !error && found.size() == 1 && fs::is_directory(found.front(), error) ? found.front() : folder;
}

UnpackProgress progress_of(const fs::path& archive, const char* what, const UnpackOptions& options) {
    using Clock = std::chrono::steady_clock;
    static constexpr auto pause = std::chrono::milliseconds(100);
    static constexpr std::uint64_t megabyte = 1'000'000;
    return [&options, what, name = shown(archive.filename().string()),
            last = Clock::now()](std::uint64_t bytes) mutable {
        if (Clock::now() - last < pause) return true;
        last = Clock::now();
        if (options.progress) options.progress(fmt::format("{} {}: {} MB", what, name, bytes / megabyte));
        return !options.cancelled || !options.cancelled();
    };
}

[[noreturn]] void end(const fs::path& archive, const UnpackOptions& options) {
    if (options.progress) options.progress("");
    throw Cancelled(fmt::format("unpacking '{}' was ended: nothing of it is kept", shown(archive.string())));
}

/// For reading the archive as a whole.
GoOn reading(const fs::path& archive, const UnpackOptions& options) {
    return [&archive, &options, go_on = progress_of(archive, "Reading", options)](std::uint64_t bytes) {
        if (!go_on(bytes)) end(archive, options);
    };
}

void unpack(const fs::path& archive, const fs::path& folder, const UnpackOptions& options) {
    static auto* const unpack_archive = reinterpret_cast<UnpackArchive*>(
        plugin_symbol(archive_library, unpack_archive_name, "unpacking '" + archive.string() + "'"));
    const std::string names = fmt::format("'{}' to '{}'", shown(archive.string()), shown(folder.string()));
    if (options.log) options.log(LogLevel::info, "Unpacking " + names);
    const FolderInWork work(folder);
    const ArchiveMark mark = mark_of(archive, reading(archive, options));
    std::string reason;
    const Unpacking result =
        unpack_archive(archive, work.path(), progress_of(archive, "Unpacking", options), reason);
    if (result == Unpacking::cancelled) end(archive, options);
    if (options.progress) options.progress("");
    const auto fail = [&](const std::string& why) {
        throw Error(fmt::format("'{}' cannot be unpacked to '{}': {}", shown(archive.string()),
                                shown(folder.string()), why));
    };
    if (result == Unpacking::failed) fail(shown(reason));
    const fs::path content = content_of(work.path());
    write_mark(content, mark);
    std::error_code failure, ignored;
    fs::rename(content, folder, failure);
    if (failure && !fs::is_directory(folder, ignored)) fail(failure.message());  // else another was quicker
}

/// Where an archive is, or will be, unpacked.
class Unpacked {
  public:
    Unpacked(fs::path archive, const std::string& stem, const UnpackOptions& options)
        : archive_(std::move(archive)),
          beside_(archive_.parent_path() / stem),
          home_(absolute_path(options.datasets_dir / stem)),
          options_(options) {}

    fs::path folder() {
        if (is_ours(beside_) || is_owners(beside_)) return beside_;
        if (is_owners(home_)) return home_;
        fs::path folder = home_;
        for (int number = 2; is_there(folder); ++number) {
            if (is_ours(folder)) return folder;
            folder = fmt::format("{}-{}", home_.string(), number);
        }
        if (folder != home_) say_why(folder);
        unpack(archive_, folder, options_);
        return folder;
    }

  private:
    /// Unpacked from the archive as it is now.
    bool is_ours(const fs::path& folder) {
        const auto mark = read_mark(folder);
        return mark && is_marked(archive_, *mark, reading(archive_, options_));
    }
    /// Somebody put it there.
    bool is_owners(const fs::path& folder) {
        std::error_code ignored;
        if (!fs::is_directory(folder, ignored) || read_mark(folder)) return false;
        if (options_.log)
            options_.log(LogLevel::info, fmt::format("'{}' is there: it is taken as it is, instead of '{}'",
                                                     shown(folder.string()), shown(archive_.string())));
        return true;
    }
    void say_why(const fs::path& folder) const {
        if (!options_.log) return;
        const auto mark = read_mark(home_);
        const std::string now = absolute_path(archive_).string();
        const std::string why =
            mark && mark->archive == now
                ? fmt::format("'{}' has changed since it was unpacked to '{}', which stays as it is",
                              shown(now), shown(home_.string()))
                : fmt::format("'{}' stays as it is, since it is not from '{}'", shown(home_.string()),
                              shown(now));
        options_.log(LogLevel::warning,
                     fmt::format("{}: what is in it now goes to '{}'", why, shown(folder.string())));
    }

    fs::path archive_, beside_, home_;
    const UnpackOptions& options_;
};

}  // namespace

bool is_archive(const fs::path& path) {
    return !archive_stem(path).empty();
}

std::string unpacked_dataset(const std::string& data, const UnpackOptions& options) {
    const fs::path given = expand_home(data);
    const std::string stem = archive_stem(given);
    std::error_code ignored;
    if (stem.empty()) return data;
    for (const fs::path& archive : {given, options.datasets_dir / given}) {
        if (!fs::is_regular_file(archive, ignored)) continue;
        return Unpacked(archive, stem, options).folder().string();
    }
    return data;
}

}  // namespace yolo::data
