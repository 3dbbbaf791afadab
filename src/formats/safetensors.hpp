// SPDX-License-Identifier: Apache-2.0
/// \file The safetensors layout: u64 header length, JSON header, data.
/// https://huggingface.co/docs/safetensors
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "core/tensor.hpp"

namespace yolo::formats {

struct Safetensors {
    std::map<std::string, Tensor, std::less<>> tensors;
    std::map<std::string, std::string, std::less<>> metadata;
};

/// Maps the file; tensors are views of it. Every offset, size and overlap is checked. Throws Error.
Safetensors read_safetensors(const std::filesystem::path& path);
/// The same over bytes that `owner` keeps alive (tests, fuzzing).
Safetensors parse_safetensors(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                              const std::string& where);

/// Writes the file whole or not at all. Throws Error.
void write_safetensors(const std::filesystem::path& path, const Safetensors& content);

}  // namespace yolo::formats
