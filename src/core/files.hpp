// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yolo {

/// The whole file. Throws Error when it is missing or cannot be read.
std::string read_text(const std::filesystem::path& path);

/// The same as bytes of our own: unlike mapped ones they stay when the file is cut short meanwhile, or its
/// disk fails, which would end the process.
std::vector<std::byte> read_bytes(const std::filesystem::path& path);

/// Whether a file must outlive a power cut that comes right after it was written. Waiting for the disk takes
/// up to 50 ms a file: worth it for checkpoints and settings, not for each of a thousand annotated pictures.
enum class Durability { synced, unsynced };

/// Writes a file whole or not at all: beside, fsync (if synced), rename. Throws Error (with the system's
/// reason) and leaves an older file of that name as it was.
void write_file(const std::filesystem::path& path, std::span<const std::byte> data,
                Durability durability = Durability::synced);
void write_file(const std::filesystem::path& path, std::string_view text);

/// Takes the next bytes of a file that is being written.
using FileSink = std::function<void(std::span<const std::byte>)>;
/// The same for a file that is too large to be in memory as a whole: `produce` hands it over piece by piece.
/// What `produce` throws leaves an older file as it was, too.
void write_file(const std::filesystem::path& path, const std::function<void(const FileSink&)>& produce);

/// PATH.partPID-N: a name beside a file that nobody else uses, to write or link what will replace it.
std::filesystem::path path_beside(const std::filesystem::path& path);
/// NAME is such a name, and of what file; else "".
std::string_view unfinished_file(std::string_view name);

/// Makes a folder and its parents. Throws Error with the path and the system's reason.
void make_directories(const std::filesystem::path& path);

/// A new folder to work in, PATH.partPID-N beside the one it is for: what is not moved out of it goes with
/// it.
class FolderInWork {
  public:
    explicit FolderInWork(const std::filesystem::path& path);  ///< Throws Error as make_directories() does
    FolderInWork(const FolderInWork&) = delete;
    FolderInWork& operator=(const FolderInWork&) = delete;
    ~FolderInWork();
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// PATH itself when free, else PATH-2, PATH-3 ... (a file keeps its extension: stem-2.jpg).
std::filesystem::path next_free_path(const std::filesystem::path& path);
/// The same for a folder, which is made: two programs that ask at the same moment get two. Throws Error.
std::filesystem::path make_next_free_folder(const std::filesystem::path& path);

/// The user's home folder: $HOME, else what the system knows, else an empty path.
std::filesystem::path home_folder();
/// "~" and "~/x" as a path below the user's home folder, "~user/x" below another user's; every other text as
/// it is, also where there is no such user. Throws Error when the user has no home folder.
std::filesystem::path expand_home(const std::string& text);

/// Of a file, or of all files in a folder.
std::uintmax_t bytes_of(const std::filesystem::path& path);

/// A path as a shell takes it: in quotes where it has blanks or signs that a shell reads.
std::string shell_word(const std::filesystem::path& path);

/// Lower-case suffix without the dot: "jpg" for "A.JPG"; "" when there is none.
std::string lower_suffix(const std::filesystem::path& path);

}  // namespace yolo
