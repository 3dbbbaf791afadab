// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/stored_precision.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <map>
#include <string_view>

#include <yolo/error.hpp>

#include "core/mapped_file.hpp"
#include "engines/exported/formats.hpp"
#include "engines/exported/litert_file.hpp"
#include "engines/exported/onnx_file.hpp"
#include "engines/exported/script_storages.hpp"
#include "formats/zip/zip.hpp"

namespace yolo::engines {

namespace {

namespace fs = std::filesystem;
using BytesByName = std::map<std::string, std::uint64_t>;

std::string most(const BytesByName& bytes) {
    const auto first = std::max_element(bytes.begin(), bytes.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
    return first == bytes.end() ? "" : first->first;
}

/// The value of `name="..."` in the tag that begins at the start of the text; "" when it has none.
std::string_view attribute(std::string_view tag, std::string_view name) {
    tag = tag.substr(0, tag.find('>'));
    const std::string key = " " + std::string(name) + "=\"";
    const std::size_t at = tag.find(key);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = tag.substr(at + key.size());
    return rest.substr(0, rest.find('"'));
}

std::string_view text_of(const MappedFile& file) {
    return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

}  // namespace

std::string onnx_precision(const fs::path& path) {
    constexpr int float32 = 1, uint8 = 2, int8 = 3, float16 = 10;  // TensorProto.DataType
    BytesByName bytes;
    for (const auto& [type, size] : onnx_file(MappedFile::open(path)->bytes()).bytes_by_type) {
        if (type == float32) bytes["fp32"] += size;
        if (type == float16) bytes["fp16"] += size;
        if (type == int8 || type == uint8) bytes["int8"] += size;
    }
    return most(bytes);
}

std::string openvino_precision(const fs::path& folder) {
    const fs::path file = file_in(folder, ".xml");
    if (file.empty()) return {};
    const auto mapped = MappedFile::open(file);
    const std::string_view text = text_of(*mapped);
    BytesByName bytes;
    for (std::size_t at = text.find("<data "); at != std::string_view::npos;
         at = text.find("<data ", at + 1)) {
        const std::string_view tag = text.substr(at), type = attribute(tag, "element_type"),
                               size = attribute(tag, "size");
        std::uint64_t count = 0;
        std::from_chars(size.data(), size.data() + size.size(), count);
        if (type == "f32") bytes["fp32"] += count;
        if (type == "f16") bytes["fp16"] += count;
        if (type == "i8" || type == "u8") bytes["int8"] += count;
    }
    return most(bytes);
}

std::string ncnn_precision(const fs::path& folder) {
    constexpr std::uint32_t half_mark = 0x01306B47, byte_mark = 0x000D4B38;  // before each layer's weights
    const fs::path file = file_in(folder, ".bin");
    if (file.empty()) return {};
    const auto mapped = MappedFile::open(file);
    if (mapped->bytes().size() < sizeof(std::uint32_t)) return {};
    std::uint32_t mark = 0;
    std::memcpy(&mark, mapped->bytes().data(), sizeof mark);
    return mark == half_mark ? "fp16" : mark == byte_mark ? "int8" : "fp32";
}

std::string litert_precision(const fs::path& path) {
    constexpr int float32 = 0, float16 = 1, uint8 = 3, int8 = 9;  // TensorType
    BytesByName bytes;
    for (const auto& [type, size] : litert_bytes_by_type(MappedFile::open(path)->bytes())) {
        if (type == float32) bytes["fp32"] += size;
        if (type == float16) bytes["fp16"] += size;
        if (type == int8 || type == uint8) bytes["int8"] += size;
    }
    return most(bytes);
}

std::string torchscript_precision(const fs::path& path) try {
    const auto mapped = MappedFile::open(path);
    const formats::ZipArchive zip({mapped->bytes(), mapped});
    BytesByName bytes;
    for (const auto& [name, entry] : zip.entries()) {
        if (!name.ends_with("/data.pkl")) continue;
        formats::Allowance allowance(mapped->bytes().size());
        const formats::SharedBytes pickle = zip.read(name, allowance);
        for (const auto& [storage, elements] : script_storages(pickle.text())) {
            if (storage == "FloatStorage") bytes["fp32"] += 4 * elements;
            if (storage == "HalfStorage") bytes["fp16"] += 2 * elements;
            if (storage == "BFloat16Storage") bytes["bf16"] += 2 * elements;
            if (storage == "QInt8Storage" || storage == "CharStorage") bytes["int8"] += elements;
        }
    }
    return most(bytes);
} catch (const Error&) {  // of somebody else, with opcodes of newer versions
    return {};
}

}  // namespace yolo::engines
