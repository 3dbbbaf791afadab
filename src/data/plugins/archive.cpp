// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <archive.h>
#include <archive_entry.h>
#include <iconv.h>
#include <locale.h>

#include "data/archive_plugin.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

struct CloseArchive {
    void operator()(::archive* reader) const { ::archive_read_free(reader); }
};
using Reader = std::unique_ptr<::archive, CloseArchive>;

[[noreturn]] void fail(::archive* reader) {
    const char* reason = ::archive_error_string(reader);
    throw std::runtime_error(reason != nullptr ? reason : "it is not a zip or tar file");
}

Reader open(const fs::path& file) {
    constexpr std::size_t block_bytes = 1 << 16;
    Reader reader(::archive_read_new());
    ::archive_read_support_filter_all(reader.get());
    ::archive_read_support_format_zip(reader.get());
    ::archive_read_support_format_tar(reader.get());
    if (::archive_read_open_filename(reader.get(), file.c_str(), block_bytes) != ARCHIVE_OK)
        fail(reader.get());
    return reader;
}

/// False at the end.
bool next(::archive* reader, ::archive_entry*& entry) {
    const int code = ::archive_read_next_header(reader, &entry);
    if (code == ARCHIVE_EOF) return false;
    if (code < ARCHIVE_WARN) fail(reader);  // warnings are about names in other scripts, owners and times
    return true;
}

/// libarchive turns names into the locale's letters, and fails for those that it lacks: while this lives the
/// calling thread, and no other, has one whose letters are UTF-8.
class Utf8Locale {
  public:
    Utf8Locale() {
        for (const char* name : {"C.UTF-8", "C.utf8", "en_US.UTF-8"}) {
            if (locale_ == locale_t{}) locale_ = ::newlocale(LC_CTYPE_MASK, name, locale_t{});
        }
        if (locale_ != locale_t{}) before_ = ::uselocale(locale_);
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;
    ~Utf8Locale() {
        if (locale_ == locale_t{}) return;
        ::uselocale(before_);
        ::freelocale(locale_);
    }

  private:
    locale_t locale_{}, before_{};
};

/// A zip without the mark of UTF-8 has its names in code page 437 (APPNOTE.TXT, appendix D), though many
/// programs write UTF-8 all the same. The bytes as they are where they cannot be converted.
std::string from_code_page_437(std::string name) {
    const ::iconv_t converter = ::iconv_open("UTF-8", "CP437");
    if (converter == reinterpret_cast<::iconv_t>(-1)) return name;
    std::string converted(4 * name.size(), '\0');
    char *in = name.data(), *out = converted.data();
    std::size_t in_left = name.size(), out_left = converted.size();
    const bool failed = ::iconv(converter, &in, &in_left, &out, &out_left) == static_cast<std::size_t>(-1);
    ::iconv_close(converter);
    converted.resize(converted.size() - out_left);
    return failed ? name : converted;
}

std::string name_of(::archive* reader, ::archive_entry* entry) {
    const char* name = ::archive_entry_pathname(entry);
    if (name == nullptr) name = ::archive_entry_pathname_utf8(entry);
    if (name == nullptr)
        throw std::runtime_error("the name of an entry says that it is UTF-8 and is not: pack it anew");
    const bool utf8 = std::mbstowcs(nullptr, name, 0) != static_cast<std::size_t>(-1);
    const bool zip = (::archive_format(reader) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
    return zip && !utf8 ? from_code_page_437(name) : name;
}

/// Below the folder that is unpacked into.
fs::path place_of(const std::string& name) {
    const fs::path place = fs::path(name).lexically_normal();
    if (place.empty() || place.is_absolute() || *place.begin() == "..")
        throw std::runtime_error("its entry '" + name + "' leads out of the folder");
    return place;
}

class Unpacker {
  public:
    Unpacker(const fs::path& archive, fs::path folder, const UnpackProgress& go_on)
        : reader_(open(archive)), folder_(std::move(folder)), go_on_(go_on) {}

    Unpacking run() {
        ::archive_entry* entry = nullptr;
        while (next(reader_.get(), entry)) {
            const fs::path place = place_of(name_of(reader_.get(), entry));
            if (*place.begin() == "__MACOSX") continue;  // what Finder adds
            if (::archive_entry_filetype(entry) == AE_IFDIR) fs::create_directories(folder_ / place);
            if (::archive_entry_filetype(entry) != AE_IFREG || ::archive_entry_hardlink(entry) != nullptr)
                continue;
            if (!write(folder_ / place)) return Unpacking::cancelled;
        }
        return Unpacking::complete;
    }

  private:
    bool write(const fs::path& path) {
        fs::create_directories(path.parent_path());
        std::ofstream file(path, std::ios::binary);
        std::array<char, 1 << 16> piece;
        for (;;) {
            if (!go_on_(bytes_)) return false;
            const la_ssize_t count = ::archive_read_data(reader_.get(), piece.data(), piece.size());
            if (count < 0) fail(reader_.get());
            if (count == 0) break;
            file.write(piece.data(), count);
            bytes_ += static_cast<std::uint64_t>(count);
        }
        file.close();
        if (!file)
            throw std::runtime_error("'" + path.string() + "' cannot be written: " + std::strerror(errno));
        return true;
    }

    Reader reader_;
    fs::path folder_;
    const UnpackProgress& go_on_;
    std::uint64_t bytes_ = 0;
};

}  // namespace

extern "C" Unpacking yolo_unpack_archive(const fs::path& archive, const fs::path& folder,
                                         const UnpackProgress& go_on, std::string& reason) {
    try {
        const Utf8Locale locale;
        return Unpacker(archive, folder, go_on).run();
    } catch (const std::exception& error) {
        reason = error.what();
        return Unpacking::failed;
    }
}

}  // namespace yolo::data
