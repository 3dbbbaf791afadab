// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "data/dataset_spec.hpp"

namespace yolo::data {

/// The keys of a data set's YAML, each checked as it is read. Every problem is an Error with file and key.
class DatasetFields {
  public:
    DatasetFields(const Json& yaml, std::string file);

    std::string text(std::string_view key) const;                 ///< "" when absent or null
    std::vector<std::string> places(std::string_view key) const;  ///< folders and lists of a split
    /// Class names, channels and everything about keypoints, into `spec`.
    void read_facts(DatasetSpec& spec) const;

  private:
    const Json* find(std::string_view key) const;
    std::vector<int> integers(std::string_view key, int lowest) const;
    int integer(std::string_view key, int fallback) const;
    Names names() const;
    void read_channels(DatasetSpec& spec) const;
    void read_keypoints(DatasetSpec& spec) const;
    [[noreturn]] void fail(std::string_view key, const std::string& what) const;

    const Json& yaml_;
    std::string file_;
};

}  // namespace yolo::data
