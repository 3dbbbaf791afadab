// SPDX-License-Identifier: Apache-2.0
/// \file A golden with its tensors: NAME.json and, where there is one, NAME.safetensors.
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/golden.hpp"
#include "support/safetensors.hpp"

namespace yolo::test {

struct GoldenCase {
    std::string name;  ///< without suffix
    nlohmann::json json;
    StoredTensors tensors;

    bool has(const std::string& tensor_name) const { return tensors.contains(tensor_name); }
    std::vector<float> floats(const std::string& tensor_name) const {
        return tensor(tensors, tensor_name).floats();
    }
};

/// All goldens of a folder whose name starts with `prefix`, sorted by name. Throws when the folder is there
/// but has none, since a test without cases would pass.
inline std::vector<GoldenCase> golden_cases(const std::string& folder, const std::string& prefix = "") {
    std::vector<GoldenCase> cases;
    for (std::filesystem::path path : golden_files(folder, ".json")) {
        if (!path.stem().string().starts_with(prefix)) continue;
        GoldenCase found{path.stem().string(), {}, {}};
        std::ifstream(path) >> found.json;
        path.replace_extension(".safetensors");
        if (std::filesystem::exists(path)) found.tensors = read_safetensors(path);
        cases.push_back(std::move(found));
    }
    if (cases.empty() && std::filesystem::exists(golden_dir() / folder))
        throw std::runtime_error("no golden '" + prefix + "*.json' in the folder '" + folder + "'");
    return cases;
}

}  // namespace yolo::test
