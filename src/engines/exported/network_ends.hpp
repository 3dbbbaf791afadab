// SPDX-License-Identifier: Apache-2.0
/// \file Input and outputs of a file's network, read in the same way whatever library states them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engines/model_source.hpp"
#include "engines/traits.hpp"

namespace yolo::engines {

struct FileInput {
    EngineTraits traits;  ///< the metadata's, with batch, size and layout of the network
    int channels = 0;     ///< 0: any number
};

/// Throws Error that names the file when its network has another number of inputs than one.
void require_one_input(const ExportedFile& file, std::size_t inputs);

/// `sizes`: of the input's axes, 0 or less where any fits; empty where not even their number is known. Throws
/// Error that names the file when the network does not take pictures.
FileInput picture_input(const ExportedFile& file, const std::vector<std::int64_t>& sizes);

struct FileOutput {
    std::string name;
    std::size_t axes = 0;
};

/// Indices of the outputs, output0 first, whatever their order in the file: by name, else objects (three
/// axes) before prototypes.
std::vector<std::size_t> output_order(const std::vector<FileOutput>& outputs);

}  // namespace yolo::engines
