// SPDX-License-Identifier: Apache-2.0
#include "formats/safetensors.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "core/json.hpp"
#include "core/mapped_file.hpp"
#include "formats/byte_reader.hpp"
#include "formats/bytes.hpp"

namespace yolo::formats {

namespace {

using Header = nlohmann::json;  // sorted keys: a header of many tensors is read in n log n

constexpr std::uint64_t longest_header = 100'000'000;  // as the format's own library has it
constexpr std::size_t data_alignment = 8;
constexpr std::array all_dtypes = {DType::f32, DType::f16, DType::bf16, DType::f64, DType::i64,
                                   DType::i32, DType::i16, DType::i8,   DType::u8,  DType::boolean};

DType parse_dtype(const std::string& name) {
    const auto found = std::find_if(all_dtypes.begin(), all_dtypes.end(),
                                    [&](DType dtype) { return name == to_string(dtype); });
    if (found == all_dtypes.end()) throw Error(fmt::format("the type '{}' is not known", name));
    return *found;
}

struct Range {
    std::uint64_t begin = 0, end = 0;
};

Tensor read_entry(const Header& entry, std::span<const std::byte> data,
                  const std::shared_ptr<const void>& owner, Range& range) {
    const DType dtype = parse_dtype(entry.at("dtype").get<std::string>());
    Shape shape;
    for (const Header& size : entry.at("shape")) {
        if (!size.is_number_unsigned()) throw Error("its shape is not a list of sizes");
        shape.push_back(size.get<std::int64_t>());
    }
    const Header& offsets = entry.at("data_offsets");
    if (offsets.size() != 2 || !offsets.at(0).is_number_unsigned() || !offsets.at(1).is_number_unsigned()) {
        throw Error("its offsets are not two numbers");
    }
    range = {offsets.at(0).get<std::uint64_t>(), offsets.at(1).get<std::uint64_t>()};
    if (range.begin > range.end || range.end > data.size()) throw Error("it lies outside of the file");
    const auto elements = static_cast<std::uint64_t>(element_count(shape));
    const std::uint64_t bytes = range.end - range.begin;
    if (bytes % size_of(dtype) != 0 || bytes / size_of(dtype) != elements) {
        throw Error(fmt::format("its {} bytes do not hold {} of shape {}", bytes, to_string(dtype),
                                to_string(shape)));
    }
    return Tensor(dtype, std::move(shape), owner, data.data() + range.begin);
}

/// The format wants the data filled without gaps; tensors that overlap would be a trap for whoever writes to
/// them.
void require_gapless(std::vector<Range> ranges, std::size_t size) {
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    std::uint64_t position = 0;
    for (const Range& range : ranges) {
        if (range.begin != position) throw Error("its tensors overlap or leave gaps");
        position = range.end;
    }
    if (position != size) throw Error("it has bytes after its last tensor");
}

Safetensors parse(std::span<const std::byte> bytes, const std::shared_ptr<const void>& owner) {
    ByteReader reader(bytes, "it is cut short");
    const auto header_size = reader.number<std::uint64_t>();
    if (header_size > longest_header) throw Error("its header is too long");
    const Header header = Header::parse(reader.text(header_size));
    const std::span<const std::byte> data = reader.take(reader.left());
    if (!header.is_object()) throw Error("its header is not a JSON object");

    Safetensors content;
    std::vector<Range> ranges;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") {
            content.metadata = entry.get<decltype(content.metadata)>();
            continue;
        }
        try {
            content.tensors.emplace(name, read_entry(entry, data, owner, ranges.emplace_back()));
        } catch (const std::runtime_error& error) {
            throw Error(fmt::format("the tensor '{}': {}", name, error.what()));
        } catch (const Header::exception& error) {
            throw Error(fmt::format("the tensor '{}' is not described well ({})", name, error.what()));
        }
    }
    require_gapless(std::move(ranges), data.size());
    return content;
}

}  // namespace

Safetensors parse_safetensors(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                              const std::string& where) {
    try {
        return parse(bytes, owner);
    } catch (const Header::exception& error) {
        throw Error(fmt::format("'{}' is not a safetensors file: its header is not as it must be ({})", where,
                                error.what()));
    } catch (const Error& error) {
        throw Error(fmt::format("'{}' is not a sound safetensors file: {}", where, error.what()));
    }
}

Safetensors read_safetensors(const std::filesystem::path& path) {
    const auto file = MappedFile::open(path);
    return parse_safetensors(file->bytes(), file, path.string());
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& content) {
    Json header = Json::object();
    if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
    std::size_t offset = 0;
    for (const auto& [name, tensor] : content.tensors) {
        header[name] = {{"dtype", to_string(tensor.dtype())},
                        {"shape", tensor.shape()},
                        {"data_offsets", {offset, offset + tensor.bytes()}}};
        offset += tensor.bytes();
    }
    std::string text = json_text(header);
    text.append((data_alignment - text.size() % data_alignment) % data_alignment, ' ');

    std::string file;
    file.reserve(sizeof(std::uint64_t) + text.size() + offset);
    append_number(file, text.size(), sizeof(std::uint64_t));
    file += text;
    for (const auto& [name, tensor] : content.tensors) {
        file.append(reinterpret_cast<const char*>(tensor.raw()), tensor.bytes());
    }
    write_file(path, file);
}

}  // namespace yolo::formats
