// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/metadata.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/json.hpp"
#include "core/mapped_file.hpp"
#include "engines/exported/onnx_file.hpp"
#include "engines/exported/python_text.hpp"
#include "formats/zip/zip.hpp"

namespace yolo::engines {

namespace {

namespace fs = std::filesystem;

/// What is wrong with the file, with its name.
template <class Read>
auto of_file(const fs::path& path, const char* kind, Read read) try {
    return read();
} catch (const Error& error) {
    throw Error(fmt::format("'{}' is not {}: {}", path.string(), kind, error.what()));
}

/// Each value as text: what is no text as JSON.
Metadata texts_of(const Json& object) {
    Metadata metadata;
    if (!object.is_object()) return metadata;
    for (const auto& [key, value] : object.items()) metadata[key] = text_or_json(value);
    return metadata;
}

}  // namespace

Metadata onnx_metadata(std::span<const std::byte> model) {
    return onnx_file(model).metadata;
}

Metadata onnx_metadata(const fs::path& path) {
    return of_file(path, "an ONNX file", [&] { return onnx_metadata(MappedFile::open(path)->bytes()); });
}

Metadata torchscript_metadata(const fs::path& path) {
    return of_file(path, "a TorchScript file", [&] {
        const auto file = MappedFile::open(path);
        const formats::ZipArchive zip({file->bytes(), file});
        for (const auto& [name, entry] : zip.entries()) {
            if (!name.ends_with("/extra/config.txt")) continue;
            formats::Allowance allowance(file->bytes().size());
            return texts_of(parse_json(zip.read(name, allowance).text(), std::string(name)));
        }
        return Metadata();
    });
}

Metadata litert_metadata(std::span<const std::byte> model) {
    // The mark of the FlatBuffer stands behind the place of its root.
    constexpr std::size_t mark_at = 4;
    constexpr std::string_view mark = "TFL3";
    const formats::SharedBytes file{model, nullptr};
    if (file.text().substr(0, mark_at + mark.size()).find(mark, mark_at) == std::string_view::npos)
        throw Error("it holds no network");
    if (!formats::ZipArchive::ends_in_zip(model)) return {};
    const formats::ZipArchive zip(file);
    for (const char* entry : {"metadata.json", "temp_meta.txt"}) {  // the second: of older programs
        if (!zip.contains(entry)) continue;
        formats::Allowance allowance(model.size());
        return texts_of(parse_python_text(zip.read(entry, allowance).text(), entry));
    }
    return {};
}

Metadata litert_metadata(const fs::path& path) {
    return of_file(path, "a LiteRT file", [&] { return litert_metadata(MappedFile::open(path)->bytes()); });
}

Metadata folder_metadata(const fs::path& path) {
    const fs::path file = path / "metadata.yaml";
    return fs::exists(file) ? texts_of(read_yaml(file)) : Metadata();
}

}  // namespace yolo::engines
