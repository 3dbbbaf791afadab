// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/archive_mark.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <sys/stat.h>
#include <zlib.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/json.hpp"
#include "core/mapped_file.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

constexpr char mark_name[] = ".yolo-archive.json";

/// Size and time; the checksum is left out.
ArchiveMark look_at(const fs::path& archive) {
    struct stat status = {};
    if (::stat(archive.c_str(), &status) != 0)
        throw Error(fmt::format("'{}' cannot be read", archive.string()));
    constexpr std::int64_t nanoseconds = 1'000'000'000;
    std::error_code ignored;
    return {fs::absolute(archive, ignored).lexically_normal().string(),
            static_cast<std::uint64_t>(status.st_size),
            status.st_mtim.tv_sec * nanoseconds + status.st_mtim.tv_nsec, 0};
}

std::uint32_t checksum_of(const fs::path& archive, const GoOn& go_on) {
    constexpr std::size_t piece = 1 << 24;
    const auto file = MappedFile::open(archive);
    auto rest = file->bytes();
    uLong sum = ::crc32_z(0, nullptr, 0);
    while (!rest.empty()) {
        go_on(file->bytes().size() - rest.size());
        const auto part = rest.first(std::min(piece, rest.size()));
        sum = ::crc32_z(sum, reinterpret_cast<const Bytef*>(part.data()), part.size());
        rest = rest.subspan(part.size());
    }
    return static_cast<std::uint32_t>(sum);
}

}  // namespace

std::optional<ArchiveMark> read_mark(const fs::path& folder) {
    try {
        const Json json = parse_json(read_text(folder / mark_name), mark_name);
        return ArchiveMark{json.at("archive").get<std::string>(), json.at("size").get<std::uint64_t>(),
                           json.at("modified").get<std::int64_t>(), json.at("crc32").get<std::uint32_t>()};
    } catch (const std::exception&) {  // no mark, or none of ours
        return std::nullopt;
    }
}

void write_mark(const fs::path& folder, const ArchiveMark& mark) {
    const Json json = {{"archive", mark.archive},
                       {"size", mark.size},
                       {"modified", mark.modified},
                       {"crc32", mark.checksum}};
    write_file(folder / mark_name, json_text(json, 1) + "\n");
}

ArchiveMark mark_of(const fs::path& archive, const GoOn& go_on) {
    ArchiveMark mark = look_at(archive);
    mark.checksum = checksum_of(archive, go_on);
    return mark;
}

bool is_marked(const fs::path& archive, const ArchiveMark& mark, const GoOn& go_on) {
    const ArchiveMark now = look_at(archive);
    if (now.size != mark.size) return false;
    return now.modified == mark.modified || checksum_of(archive, go_on) == mark.checksum;
}

}  // namespace yolo::data
