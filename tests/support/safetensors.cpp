// SPDX-License-Identifier: Apache-2.0
#include "support/safetensors.hpp"

#include <fstream>

#include <nlohmann/json.hpp>

namespace yolo::test {

std::int64_t StoredTensor::elements() const {
    std::int64_t count = 1;
    for (const std::int64_t size : shape) count *= size;
    return count;
}

std::vector<float> StoredTensor::floats() const {
    if (dtype != "F32") throw std::runtime_error("a " + dtype + " tensor was read as F32");
    return as<float>();
}

StoredTensors read_safetensors(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    std::uint64_t header_size = 0;
    if (content.size() >= 8) std::memcpy(&header_size, content.data(), 8);
    if (content.size() < 8 || header_size > content.size() - 8) {
        throw std::runtime_error(path.string() + " is not a safetensors file");
    }
    const std::size_t data_start = 8 + header_size;
    const nlohmann::json header = nlohmann::json::parse(content.substr(8, header_size));
    StoredTensors tensors;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") continue;
        const auto begin = data_start + entry.at("data_offsets").at(0).get<std::size_t>();
        const auto end = data_start + entry.at("data_offsets").at(1).get<std::size_t>();
        if (begin > end || end > content.size())
            throw std::runtime_error(path.string() + ": bad offsets of " + name);
        StoredTensor& tensor = tensors[name];
        tensor.dtype = entry.at("dtype");
        tensor.shape = entry.at("shape").get<std::vector<std::int64_t>>();
        tensor.bytes.resize(end - begin);
        if (begin < end) std::memcpy(tensor.bytes.data(), content.data() + begin, end - begin);
    }
    return tensors;
}

const StoredTensor& tensor(const StoredTensors& tensors, const std::string& name) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) throw std::runtime_error("the golden has no tensor '" + name + "'");
    return found->second;
}

}  // namespace yolo::test
