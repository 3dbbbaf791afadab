// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "core/mapped_file.hpp"

namespace yolo {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<std::byte> read_bytes(const fs::path& path) {
    const auto fail = [&](const char* what) {
        throw Error(fmt::format("cannot {} '{}': {}", what, path.string(), std::strerror(errno)));
    };
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) fail("open");
    const std::unique_ptr<const int, void (*)(const int*)> closing(&descriptor,
                                                                   [](const int* d) { ::close(*d); });
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        throw Error(fmt::format("'{}' is not a file", path.string()));
    std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::read(descriptor, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("read");
        if (count == 0) break;  // it has been cut short since
        done += static_cast<std::size_t>(count);
    }
    bytes.resize(done);
    return bytes;
}

namespace {

/// Also a link that leads nowhere takes a name.
bool is_taken(const fs::path& path) {
    std::error_code error;
    return fs::exists(fs::symlink_status(path, error));
}

/// A file that is written beside the one it will replace; gone again unless it is put in its place.
class FileBeside {
  public:
    explicit FileBeside(const fs::path& path) : path_(path), beside_(path_beside(path)) {
        descriptor_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (descriptor_ < 0) fail(errno);
    }
    FileBeside(const FileBeside&) = delete;
    FileBeside& operator=(const FileBeside&) = delete;
    ~FileBeside() {
        if (descriptor_ >= 0) ::close(descriptor_);
        if (!in_place_) ::unlink(beside_.c_str());
    }

    void write(std::span<const std::byte> data) const {
        while (!data.empty()) {
            const ssize_t written = ::write(descriptor_, data.data(), data.size());
            if (written >= 0) {
                data = data.subspan(static_cast<std::size_t>(written));
            } else if (errno != EINTR) {
                fail(errno);
            }
        }
    }

    void put_in_place(Durability durability) {
        if (durability == Durability::synced && ::fsync(descriptor_) != 0 && errno != EINVAL) fail(errno);
        if (::close(std::exchange(descriptor_, -1)) != 0) fail(errno);
        if (::rename(beside_.c_str(), path_.c_str()) != 0) fail(errno);
        in_place_ = true;
    }

  private:
    [[noreturn]] void fail(int error) const {
        throw Error(fmt::format("cannot write '{}': {}", path_.string(), std::strerror(error)));
    }

    fs::path path_;
    fs::path beside_;
    int descriptor_ = -1;
    bool in_place_ = false;
};

}  // namespace

void write_file(const fs::path& path, std::span<const std::byte> data, Durability durability) {
    FileBeside file(path);
    file.write(data);
    file.put_in_place(durability);
}

void write_file(const fs::path& path, std::string_view text) {
    write_file(path, std::as_bytes(std::span(text.data(), text.size())));
}

void write_file(const fs::path& path, const std::function<void(const FileSink&)>& produce) {
    FileBeside file(path);
    produce([&file](std::span<const std::byte> data) { file.write(data); });
    file.put_in_place(Durability::synced);
}

void make_directories(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (!error && !fs::is_directory(path)) error = std::make_error_code(std::errc::not_a_directory);
    if (error) throw Error(fmt::format("cannot make the folder '{}': {}", path.string(), error.message()));
}

fs::path path_beside(const fs::path& path) {
    static std::atomic<unsigned> number = 0;  // several threads may write the same file
    for (;;) {
        fs::path beside = fmt::format("{}.part{}-{}", path.string(), ::getpid(), ++number);
        if (!is_taken(beside)) return beside;
    }
}

std::string_view unfinished_file(std::string_view name) {
    const std::size_t part = name.rfind(".part");
    if (part == std::string_view::npos) return {};
    const std::string_view numbers = name.substr(part + 5);
    const std::size_t dash = numbers.find('-');
    const bool fits = dash != 0 && dash != std::string_view::npos && dash + 1 < numbers.size() &&
                      numbers.find_first_not_of("0123456789-") == std::string_view::npos &&
                      numbers.rfind('-') == dash;
    return fits ? name.substr(0, part) : std::string_view();
}

FolderInWork::FolderInWork(const fs::path& path) : path_(path_beside(path)) {
    make_directories(path_);
}

FolderInWork::~FolderInWork() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

fs::path next_free_path(const fs::path& path) {
    if (!is_taken(path)) return path;
    const bool is_folder = fs::is_directory(path);
    const std::string stem = is_folder ? path.filename().string() : path.stem().string();
    const std::string extension = is_folder ? "" : path.extension().string();
    for (int number = 2;; ++number) {
        fs::path candidate = path.parent_path() / fmt::format("{}-{}{}", stem, number, extension);
        if (!is_taken(candidate)) return candidate;
    }
}

fs::path make_next_free_folder(const fs::path& path) {
    for (;;) {
        const fs::path folder = next_free_path(path);
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        if (!error && fs::create_directory(folder, error)) return folder;  // false: somebody was faster
        if (error)
            throw Error(fmt::format("cannot make the folder '{}': {}", folder.string(), error.message()));
    }
}

std::uintmax_t bytes_of(const fs::path& path) {
    if (!fs::is_directory(path)) return fs::file_size(path);
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file()) bytes += entry.file_size();
    return bytes;
}

std::string shell_word(const fs::path& path) {
    const std::string text = path.string();
    const auto is_plain = [](unsigned char c) {
        return std::isalnum(c) != 0 || c >= 0x80 ||
               std::string_view("_./=:@%+,-").find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string lower_suffix(const fs::path& path) {
    std::string suffix = path.extension().string();
    if (!suffix.empty()) suffix.erase(0, 1);
    std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return suffix;
}

}  // namespace yolo
