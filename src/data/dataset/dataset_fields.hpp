// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "data/dataset_spec.hpp"

namespace yolo::data {

/// " (did you mean A or B?)": those of the names that look like the word, in any case of letters; or "".
std::string near_names(const std::string& word, const std::vector<std::string>& names);

/// The keys of a data set's YAML, each checked as it is read. Every problem is an Error with file and key.
class DatasetFields {
  public:
    DatasetFields(const Json& yaml, std::string file);

    std::string text(std::string_view key) const;                 ///< "" when absent or null
    std::vector<std::string> places(std::string_view key) const;  ///< folders and lists of a split
    /// Which keys say nothing, and which nobody reads, into `spec`.
    void read_keys(DatasetSpec& spec) const;
    /// Class names, channels and everything about keypoints, into `spec`.
    void read_facts(DatasetSpec& spec) const;

  private:
    const Json* find(std::string_view key) const;
    std::vector<int> integers(std::string_view key, int lowest) const;
    int integer(std::string_view key, int fallback) const;
    Names names() const;
    std::vector<std::string> unread_keys() const;
    [[noreturn]] void fail_without_names() const;
    [[noreturn]] void fail_class_number(const std::string& key, const Json& names) const;
    void read_channels(DatasetSpec& spec) const;
    void read_keypoints(DatasetSpec& spec) const;
    [[noreturn]] void fail(std::string_view key, const std::string& what) const;

    const Json& yaml_;
    std::string file_;
};

}  // namespace yolo::data
