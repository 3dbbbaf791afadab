// SPDX-License-Identifier: Apache-2.0
/// \file Where people put label files by mistake.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace yolo::data {

/// Names in a folder; none when it cannot be read.
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// A folder in which labels may lie, and what makes them be found.
struct Candidate {
    std::filesystem::path folder;
    std::string advice;
};

/// Where labels of pictures may lie by mistake.
class Neighbourhood {
  public:
    std::vector<Candidate> candidates(const std::filesystem::path& pictures,
                                      const std::filesystem::path& looked_in);
    /// A file of the folder that has a picture's name, in any case of letters; "" when there is none.
    std::string file_for(const std::filesystem::path& folder, const std::filesystem::path& picture);

  private:
    bool is_folder(const std::filesystem::path& path);
    std::unordered_map<std::string, bool> folders_;
    std::map<std::filesystem::path, std::unordered_map<std::string, std::string>>
        names_;  // by their small letters
};

}  // namespace yolo::data
