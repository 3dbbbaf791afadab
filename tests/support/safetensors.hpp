// SPDX-License-Identifier: Apache-2.0
/// \file A small reader of safetensors files for tests of rooms that do not stand on the checkpoint room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace yolo::test {

struct StoredTensor {
    std::string dtype;  ///< "F32", "F16", "I64", "U8", "BOOL", ...
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;  ///< row-major

    std::int64_t elements() const;

    /// The elements as they are stored; sizeof(T) must be the size of the dtype.
    template <class T>
    std::vector<T> as() const {
        if (bytes.size() != sizeof(T) * static_cast<std::size_t>(elements())) {
            throw std::runtime_error("a " + dtype + " tensor was read as elements of another size");
        }
        std::vector<T> values(bytes.size() / sizeof(T));
        if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
        return values;
    }
    /// F32 only.
    std::vector<float> floats() const;
};

using StoredTensors = std::map<std::string, StoredTensor>;

/// Throws std::runtime_error that names the file.
StoredTensors read_safetensors(const std::filesystem::path& path);

/// The tensor of that name; throws std::runtime_error when there is none.
const StoredTensor& tensor(const StoredTensors& tensors, const std::string& name);

}  // namespace yolo::test
