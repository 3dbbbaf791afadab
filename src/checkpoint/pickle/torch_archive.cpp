// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/pickle/torch_archive.hpp"

#include <array>

#include <fmt/core.h>

namespace yolo::checkpoint {

namespace {

using namespace std::string_view_literals;

/// The start of files that are met under the name of a checkpoint, and what to say about them.
struct KnownStart {
    std::string_view start, message;
};
constexpr std::array known_starts = std::to_array<KnownStart>({
    // The magic number of PyTorch's old format, pickled with protocol 2.
    {"\x80\x02\x8a\x0al\xfc\x9c"sv,
     "it was written in PyTorch's format before 1.6: open and save it again with a newer PyTorch"sv},
    {"\x80"sv, "it is a bare pickle, not a checkpoint (a zip archive) of PyTorch"sv},
    {"version https://git-lfs"sv,
     "it is a Git LFS pointer, not the file itself: fetch it with 'git lfs pull'"sv},
    {"\x1f\x8b"sv, "it is packed with gzip: unpack it first"sv},
    {"\x89HDF"sv, "it is an HDF5 file, not a checkpoint of PyTorch"sv},
});

std::string what_else(std::span<const std::byte> bytes) {
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (const KnownStart& known : known_starts) {
        if (text.starts_with(known.start)) return std::string(known.message);
    }
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\xef\xbb\xbf"), text.size()));
    if (text.starts_with("<?xml"))
        return "it is an XML file, as OpenVINO's: a checkpoint (.pt) or a safetensors file is needed";
    if (text.starts_with('<')) return "it is a web page, not a model: the download went wrong";
    return "it is neither a checkpoint (.pt) nor a safetensors file";
}

formats::ZipArchive open_zip(formats::SharedBytes file) {
    if (file.bytes.empty()) throw Error("it is empty");
    if (!formats::ZipArchive::is_zip(file.bytes)) throw Error(what_else(file.bytes));
    return formats::ZipArchive(std::move(file));
}

std::string find_root(const formats::ZipArchive& zip) {
    constexpr std::string_view pickle_name = "data.pkl";
    for (const auto& entry : zip.entries()) {
        const std::string_view name = entry.first;
        const std::size_t slash = name.find('/');
        if (slash != std::string_view::npos && name.substr(slash + 1) == pickle_name) {
            return std::string(name.substr(0, slash + 1));
        }
    }
    throw Error("it is a zip archive without the data.pkl of a checkpoint");
}

bool is_torchscript(const formats::ZipArchive& zip, const std::string& root) {
    if (zip.contains(root + "constants.pkl")) return true;
    const auto code = zip.entries().lower_bound(root + "code/");
    return code != zip.entries().end() && code->first.starts_with(root + "code/");
}

}  // namespace

TorchArchive::TorchArchive(const formats::SharedBytes& file)
    : zip_(open_zip(file)), allowance_(file.bytes.size()), root_(find_root(zip_)) {
    if (is_torchscript(zip_, root_)) {
        throw Error(
            "it is a TorchScript archive (an exported model), not a checkpoint: give the .pt that it was "
            "made from");
    }
    if (zip_.contains(root_ + "byteorder") && zip_.read(root_ + "byteorder", allowance_).text() == "big") {
        throw Error("it was written on a big-endian machine, which is not read here");
    }
}

formats::SharedBytes TorchArchive::pickle() {
    return zip_.read(root_ + "data.pkl", allowance_);
}

formats::SharedBytes TorchArchive::storage(std::string_view key) {
    const auto known = unpacked_.find(key);
    if (known != unpacked_.end()) return known->second;
    return unpacked_.emplace(key, zip_.read(fmt::format("{}data/{}", root_, key), allowance_)).first->second;
}

}  // namespace yolo::checkpoint
