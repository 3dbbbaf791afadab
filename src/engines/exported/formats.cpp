// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/formats.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "engines/exported/metadata.hpp"
#include "engines/exported/stored_precision.hpp"

namespace yolo::engines {

namespace {

namespace fs = std::filesystem;

/// What checkpoint::load() reads by its content: these suffixes win against an exported format's, or lose.
constexpr std::array checkpoint_suffixes = {".pt", ".pth", ".safetensors", ".yaml", ".yml"};

/// "best_openvino_model/best.xml": people name the file that they see, the model is its folder.
bool is_part(const fs::path& path) {
    const std::string suffix = path.extension().string();
    return suffix == ".xml" || suffix == ".bin" || suffix == ".param";
}

std::string small_name(const std::string& name) {
    std::string text = fs::path(name).filename().string();
    if (text.empty() || (is_part(name) && fs::path(name).has_parent_path()))
        text = fs::path(name).parent_path().filename().string();  // "best_ncnn_model/"
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Where a suffix ends in the name, and its length: the larger, the better.
using Place = std::tuple<std::size_t, std::size_t>;

std::optional<Place> place_of(const std::string& name, const std::string& suffix) {
    const std::size_t at = name.rfind(suffix);
    if (at == std::string::npos) return std::nullopt;
    return Place{at + suffix.size(), suffix.size()};
}

}  // namespace

const ExportedFormats& exported_formats() {
    static const ExportedFormats formats = {
        {.name = "torchscript",
         .suffix = ".torchscript",
         .folder = false,
         .read_metadata = torchscript_metadata,
         .read_precision = torchscript_precision},
        {.name = "onnx",
         .suffix = ".onnx",
         .folder = false,
         .read_metadata = onnx_metadata,
         .read_precision = onnx_precision},
        {.name = "openvino",
         .suffix = "_openvino_model",
         .folder = true,
         .read_metadata = folder_metadata,
         .read_precision = openvino_precision},
        {.name = "ncnn",
         .suffix = "_ncnn_model",
         .folder = true,
         .read_metadata = folder_metadata,
         .read_precision = ncnn_precision},
        {.name = "litert",
         .suffix = ".tflite",
         .folder = false,
         .read_metadata = litert_metadata,
         .read_precision = litert_precision},
    };
    return formats;
}

fs::path file_in(const fs::path& folder, std::string_view ending) {
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().ends_with(ending)) return entry.path();
    return {};
}

const ExportedFormat* format_of_name(const std::string& name, const ExportedFormats& formats) {
    const std::string text = small_name(name);
    std::optional<Place> best;
    for (const char* suffix : checkpoint_suffixes) best = std::max(best, place_of(text, suffix));
    const ExportedFormat* found = nullptr;
    for (const ExportedFormat& format : formats) {
        const std::optional<Place> place = place_of(text, format.suffix);
        if (!place || place <= best) continue;
        best = place;
        found = &format;
    }
    return found;
}

ExportedFile open_exported(const fs::path& path, const ExportedFormat& format) {
    std::error_code problem;
    const fs::file_status status = fs::status(path, problem);
    if (format.folder && fs::is_regular_file(status) && is_part(path))
        return open_exported(path.parent_path(), format);
    if (!fs::exists(status))
        throw Error(fmt::format("there is no model '{}': check the path", path.string()));
    if (fs::is_directory(status) != format.folder)
        throw Error(fmt::format("'{}' is {}, but a model of the format {} is {}", path.string(),
                                format.folder ? "a file" : "a folder", format.name,
                                format.folder ? "a folder" : "a file"));
    return {path, format.name, format.read_metadata(path)};
}

ExportedFile open_exported(const fs::path& path) {
    const ExportedFormat* format = format_of_name(path.string());
    if (format == nullptr) throw Error(fmt::format("'{}' has no format's name", path.string()));
    return open_exported(path, *format);
}

}  // namespace yolo::engines
