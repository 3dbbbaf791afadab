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

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

/// The name without an archive's suffix; empty for other files.
std::string archive_stem(const fs::path& path) {
    const std::string name = path.filename().string();
    for (const std::string_view suffix :
         {".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"}) {
        if (name.size() > suffix.size() && name.ends_with(suffix))
            return name.substr(0, name.size() - suffix.size());
    }
    return "";
}

/// The folder itself, or the only thing in it when that is a folder, too.
fs::path content_of(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) found.push_back(entry.path());
    return found.size() == 1 && fs::is_directory(found.front()) ? found.front() : folder;
}

UnpackProgress progress_of(const fs::path& archive, const UnpackOptions& options) {
    using Clock = std::chrono::steady_clock;
    static constexpr auto pause = std::chrono::milliseconds(100);
    static constexpr std::uint64_t megabyte = 1'000'000;
    return [&options, name = archive.filename().string(), last = Clock::now()](std::uint64_t bytes) mutable {
        if (Clock::now() - last < pause) return true;
        last = Clock::now();
        if (options.progress) options.progress(fmt::format("Unpacking {}: {} MB", name, bytes / megabyte));
        return !options.cancelled || !options.cancelled();
    };
}

void unpack(const fs::path& archive, const fs::path& folder, const UnpackOptions& options) {
    static auto* const unpack_archive = reinterpret_cast<UnpackArchive*>(
        plugin_symbol(archive_library, unpack_archive_name, "unpacking '" + archive.string() + "'"));
    if (options.log)
        options.log(LogLevel::info, fmt::format("Unpacking '{}' to '{}'", archive.string(), folder.string()));
    const FolderInWork work(folder);
    std::string reason;
    const Unpacking result = unpack_archive(archive, work.path(), progress_of(archive, options), reason);
    if (options.progress) options.progress("");
    if (result == Unpacking::cancelled)
        throw Cancelled(fmt::format("unpacking '{}' was ended: nothing of it is kept", archive.string()));
    if (result == Unpacking::failed)
        throw Error(
            fmt::format("'{}' cannot be unpacked to '{}': {}", archive.string(), folder.string(), reason));
    std::error_code failure;
    fs::rename(content_of(work.path()), folder, failure);
    if (failure && !fs::is_directory(folder))  // else another program was quicker
        throw Error(fmt::format("'{}' cannot be unpacked to '{}': {}", archive.string(), folder.string(),
                                failure.message()));
}

}  // namespace

std::string unpacked_dataset(const std::string& data, const UnpackOptions& options) {
    const fs::path given = expand_home(data);
    const std::string stem = archive_stem(given);
    std::error_code ignored;
    if (stem.empty()) return data;
    for (const fs::path& archive : {given, options.datasets_dir / given}) {
        if (!fs::is_regular_file(archive, ignored)) continue;
        const fs::path home = fs::absolute(options.datasets_dir / stem).lexically_normal();
        for (const fs::path& folder : {archive.parent_path() / stem, home}) {
            if (fs::is_directory(folder, ignored)) return folder.string();
        }
        unpack(archive, home, options);
        return home.string();
    }
    return data;
}

}  // namespace yolo::data
