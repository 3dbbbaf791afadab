// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_cache.hpp"

#include <string_view>

#include <fmt/core.h>
#include <sys/stat.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/mapped_file.hpp"

namespace yolo::data {

namespace {

/// FNV-1a, 64 bits (Fowler, Noll, Vo).
class Fingerprint {
  public:
    void add(std::string_view text) {
        for (const char c : text) step(static_cast<unsigned char>(c));
        step(0);
    }
    void add(std::uint64_t number) {
        for (int i = 0; i < 8; ++i) step(static_cast<unsigned char>(number >> (8 * i)));
    }
    std::uint64_t value() const { return value_; }

  private:
    void step(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001B3ULL; }
    std::uint64_t value_ = 0xCBF29CE484222325ULL;
};

void add_file(Fingerprint& fingerprint, const std::string& path) {
    fingerprint.add(path);
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) return fingerprint.add(std::uint64_t{0});
    fingerprint.add(static_cast<std::uint64_t>(status.st_mode & S_IFMT));
    fingerprint.add(static_cast<std::uint64_t>(status.st_size));
    fingerprint.add(static_cast<std::uint64_t>(status.st_mtim.tv_sec));
    fingerprint.add(static_cast<std::uint64_t>(status.st_mtim.tv_nsec));
}

}  // namespace

std::uint64_t cache_key(std::span<const SplitPicture> pictures, const LabelRules& rules) {
    Fingerprint fingerprint;
    for (const int fact : {static_cast<int>(rules.task), rules.class_count, rules.single_cls ? 1 : 0,
                           rules.kpt_shape[0], rules.kpt_shape[1]}) {
        fingerprint.add(static_cast<std::uint64_t>(fact));
    }
    for (const SplitPicture& picture : pictures) {
        add_file(fingerprint, picture.path);
        if (!picture.label_file.empty()) add_file(fingerprint, picture.label_file);
        fingerprint.add(static_cast<std::uint64_t>(picture.class_id));
    }
    return fingerprint.value();
}

std::shared_ptr<const LabelIndex> open_block(std::vector<std::byte> block, std::uint64_t key) {
    auto owner = std::make_shared<const std::vector<std::byte>>(std::move(block));
    const std::span<const std::byte> bytes = *owner;
    return LabelIndex::open(std::move(owner), bytes, key);
}

std::shared_ptr<const LabelIndex> read_cache(const std::filesystem::path& file, std::uint64_t key) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return nullptr;
    try {
        const auto mapped = MappedFile::open(file);
        return LabelIndex::open(mapped, mapped->bytes(), key);
    } catch (const Error&) {  // an unreadable cache is no cache
        return nullptr;
    }
}

void write_block(const std::filesystem::path& file, std::span<const std::byte> block) {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) {
        const bool ours = std::filesystem::is_regular_file(std::filesystem::symlink_status(file, ignored)) &&
                          LabelIndex::is_block(MappedFile::open(file)->bytes());
        if (!ours)
            throw Error(
                fmt::format("'{}' was not written by this program and stays as it is", file.string()));
    }
    write_file(file, block, Durability::unsynced);
}

std::shared_ptr<const LabelIndex> open_written(const std::filesystem::path& file, std::uint64_t key,
                                               std::vector<std::byte> block) {
    if (auto index = read_cache(file, key)) return index;
    return open_block(std::move(block), key);
}

}  // namespace yolo::data
